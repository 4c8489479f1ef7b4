"""DescribeAlarmHistory (API reference): what `history` holds, by alarm, type, kind and time, in pages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from local_aws.metrics import history, pages
from local_aws.metrics.errors import invalid
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
    newest_first, after = request.get("ScanBy") != "TimestampAscending", pages.position_of(request)
    if newest_first:
        found.reverse()
    if after is not None:
        found = [(at, item) for at, item in found if (at < after if newest_first else at > after)]
    size = request.get("MaxRecords") or _PAGE
    answer: dict[str, Any] = {"AlarmHistoryItems": [item for _, item in found[:size]]}
    if len(found) > size:
        answer["NextToken"] = pages.token(request, found[size - 1][0])
    return answer


def _matches(item: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    if item["AlarmType"] not in (request.get("AlarmTypes") or ["MetricAlarm"]):
        return False
    return all(request.get(name) in (None, item.get(name)) for name in _EQUAL)
