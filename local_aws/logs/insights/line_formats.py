"""Fields of lines that AWS writes in a fixed order: VPC flow logs and Route 53 query logs.

User guide, "Supported logs and discovered fields", for the names; for the order, the VPC user guide ("Flow log
records", version 2) and the Route 53 developer guide ("Values that appear in DNS query logs").
"""

from __future__ import annotations

import re

_FLOW = (
    *("version", "accountId", "interfaceId", "srcAddr", "dstAddr", "srcPort", "dstPort"),
    *("protocol", "packets", "bytes", "startTime", "endTime", "action", "logStatus"),
)
_FLOW_LINE = re.compile(r"2 (\d{12}|unknown) eni-\w+ ")

_ROUTE_53 = (
    *("version", "queryTimestamp", "hostZoneId", "queryName", "queryType"),
    *("responseCode", "protocol", "edgeLocation", "resolverIp"),
)
_ROUTE_53_LINE = re.compile(r"1\.[01] \d{4}-\d\d-\d\dT\S+ Z\w+ ")


def line_fields(message: str) -> dict[str, str]:
    """The fields of such a line; none of any other."""
    if _FLOW_LINE.match(message):
        return _named(_FLOW, message)
    return _named(_ROUTE_53, message) if _ROUTE_53_LINE.match(message) else {}


def _named(names: tuple[str, ...], message: str) -> dict[str, str]:
    return dict(zip(names, message.split(), strict=False))
