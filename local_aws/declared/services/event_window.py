"""The window of DescribeEvents, which RDS and ElastiCache have in common (API references, "DescribeEvents")."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from local_aws.declared.errors import AwsError

_KEPT = timedelta(days=14)


def window(asked: dict[str, Any], now: datetime) -> dict[str, Any]:
    """StartTime and EndTime, from Duration where they are left out: an hour up to now unless it says otherwise.

    Raises:
        AwsError: A source without its type, or a window that ends before it begins.
    """
    if "SourceIdentifier" in asked and "SourceType" not in asked:
        raise AwsError("InvalidParameterCombination", "SourceType must be supplied with SourceIdentifier.")
    start, end = asked.get("StartTime"), asked.get("EndTime")
    duration = timedelta(minutes=asked.get("Duration", 60))
    if start is None:
        end = end or now
        start = end - duration
    elif "Duration" in asked:
        end = min(end or now, start + duration)
    end = end or now
    if start > end:
        raise AwsError("InvalidParameterCombination", "StartTime must be before EndTime.")
    return {**asked, "StartTime": max(start, now - _KEPT), "EndTime": end}
