"""What an incident leaves in the account, taken out again so that the next one is not read together with it.

Not through the public API: CloudTrail would show the cleaning as the last change before the next incident.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch, cloudwatch_logs

if TYPE_CHECKING:
    from collections.abc import Mapping


def metrics_beside(alarm: Mapping[str, Any]) -> None:
    """Drop the alarm's datapoints and those of every other metric of the same dimensions.

    An error without its invocation, or an invocation of another incident, would change the share that failed.
    """
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    for key in list(cloudwatch._metrics):
        namespace, metric, of = key
        same = of == dimensions if dimensions else metric == alarm["MetricName"] and not of
        if namespace == alarm["Namespace"] and same:
            del cloudwatch._metrics[key]


def transitions(alarm: dict[str, Any]) -> None:
    """Put the alarm to OK without action, with no transition in its history."""
    entries = cloudwatch._history_entries()
    entries[:] = [
        entry
        for entry in entries
        if (entry["AlarmName"], entry["HistoryItemType"]) != (alarm["AlarmName"], "StateUpdate")
    ]
    alarm["StateValue"], alarm["StateReason"] = "OK", "Datapoints of the last incident were dropped."
    alarm.pop("StateReasonData", None)
    alarm["StateUpdatedTimestamp"] = time.time()


def log_streams(group_name: str) -> None:
    """Drop every stream of a log group; there may be no such group yet."""
    group = cloudwatch_logs._log_groups.get(group_name)
    for stream in list(group["streams"]) if group else ():
        cloudwatch_logs._delete_log_stream({"logGroupName": group_name, "logStreamName": stream})
