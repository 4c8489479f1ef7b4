"""DescribeAlarmHistory (API reference): what `history` holds, by alarm, type, kind and time, in pages."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from local_aws import tokens
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
    newest_first, after = request.get("ScanBy") != "TimestampAscending", _after(request)
    if newest_first:
        found.reverse()
    if after is not None:
        found = [(at, item) for at, item in found if (at < after if newest_first else at > after)]
    size = request.get("MaxRecords") or _PAGE
    answer: dict[str, Any] = {"AlarmHistoryItems": [item for _, item in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = tokens.token(json.dumps(found[size - 1][0]), _asked(request))
    return answer


def _matches(item: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    if item["AlarmType"] not in (request.get("AlarmTypes") or ["MetricAlarm"]):
        return False
    return all(request.get(name) in (None, item.get(name)) for name in _EQUAL)


def _after(request: Mapping[str, Any]) -> tuple[float, int] | None:
    """Where the page before the requested one ended."""
    given = request.get("NextToken")
    if not given:
        return None
    try:
        at, number = json.loads(tokens.position(given, _asked(request)))
    except ValueError as error:
        raise ServiceError("InvalidNextToken", f"Invalid NextToken : {given}") from error
    return float(at), int(number)


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in {"NextToken", "MaxRecords"}}
