"""DescribeAlarmHistory (API reference): what `history` holds, by alarm, type, kind and time, in pages."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

from local_aws.metrics import history
from local_aws.metrics.errors import ServiceError, invalid
from local_aws.metrics.windows import DAY_S

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT_S = 30 * DAY_S
"""CloudWatch keeps the history of alarms for thirty days (user guide, "Using CloudWatch alarms")."""

_PAGE = 50

_EQUAL = ("AlarmName", "HistoryItemType", "AlarmContributorId")


def describe_alarm_history(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a DescribeAlarmHistory request.

    Raises:
        ServiceError: the dates are in the wrong order, or the token is none.
    """
    earliest = max(request.get("StartDate", 0.0), time.time() - _KEPT_S)
    latest = request.get("EndDate", time.time())
    if request.get("StartDate", 0.0) > latest:
        raise invalid("The parameter StartDate must not be after the parameter EndDate.")
    found = [
        ((at, number), item)
        for number, (at, item) in enumerate(history.entries())
        if earliest <= at <= latest and _matches(item, request)
    ]
    if request.get("ScanBy") != "TimestampAscending":
        found.reverse()
    if request.get("NextToken"):
        after = _decoded(request["NextToken"])
        newest_first = request.get("ScanBy") != "TimestampAscending"
        found = [(at, item) for at, item in found if (at < after if newest_first else at > after)]
    size = request.get("MaxRecords") or _PAGE
    answer: dict[str, Any] = {"AlarmHistoryItems": [item for _, item in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = _encoded(found[size - 1][0])
    return answer


def _matches(item: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    if item["AlarmType"] not in (request.get("AlarmTypes") or ["MetricAlarm"]):
        return False
    return all(request.get(name) in (None, item.get(name)) for name in _EQUAL)


def _encoded(position: tuple[float, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _decoded(token: str) -> tuple[float, int]:
    try:
        at, number = json.loads(base64.urlsafe_b64decode(token.encode()))
        return float(at), int(number)
    except (ValueError, TypeError) as error:
        raise ServiceError("InvalidNextToken", f"Invalid NextToken : {token}") from error
