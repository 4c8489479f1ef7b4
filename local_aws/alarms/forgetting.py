"""What an incident leaves in the account, taken out again so that the next one is not read together with it.

Not through the public API: CloudTrail would show the cleaning as the last change before the next incident.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch, cloudwatch_logs

from local_aws.alarms.evaluation import watched_metrics
from local_aws.metrics import state

if TYPE_CHECKING:
    from collections.abc import Mapping


def metrics_beside(alarm: Mapping[str, Any]) -> None:
    """Drop the alarm's datapoints and those of every other metric of the same dimensions.

    An error without its invocation, or an invocation of another incident, would change the share that failed.
    """
    store = state.here()
    for watched in watched_metrics(alarm):
        for metric in store.metrics():
            beside = metric.namespace == watched.namespace and metric.dimensions == watched.dimensions
            if metric == watched or (beside and watched.dimensions):
                store.drop(metric)


def transitions(alarm: dict[str, Any]) -> None:
    """Put the alarm to OK without action, with no transition or action in its history."""
    entries = cloudwatch._history_entries()
    entries[:] = [
        entry
        for entry in entries
        if entry["AlarmName"] != alarm["AlarmName"] or entry["HistoryItemType"] not in {"StateUpdate", "Action"}
    ]
    alarm["StateValue"], alarm["StateReason"] = "OK", "Datapoints of the last incident were dropped."
    alarm.pop("StateReasonData", None)
    alarm["StateUpdatedTimestamp"] = time.time()


def log_streams(group_name: str) -> None:
    """Drop every stream of a log group; there may be no such group yet."""
    group = cloudwatch_logs._log_groups.get(group_name)
    for stream in list(group["streams"]) if group else ():
        cloudwatch_logs._delete_log_stream({"logGroupName": group_name, "logStreamName": stream})
