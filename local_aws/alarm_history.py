"""DescribeAlarmHistory: a created or edited alarm is a configuration update, not a state change.

The emulator writes "updated from INSUFFICIENT_DATA to INSUFFICIENT_DATA" when an alarm is created and nothing when
it is edited, although an edited threshold is what an investigation looks for.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHOWN = (
    "AlarmName", "AlarmDescription", "Namespace", "MetricName", "Dimensions", "Statistic", "Period",
    "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData",
    "ActionsEnabled", "AlarmActions", "OKActions", "InsufficientDataActions",
)  # fmt: skip


def install() -> None:
    """Write the history CloudWatch writes (API reference, AlarmHistoryItem)."""
    cloudwatch._record_history = _state_changes_only(cloudwatch._record_history)
    cloudwatch._put_metric_alarm = _noting_configuration(cloudwatch._put_metric_alarm)


def _state_changes_only(original: Callable[..., None]) -> Callable[..., None]:
    def record(alarm_name: str, old_state: str, new_state: str, *rest: Any, **details: Any) -> None:
        if old_state != new_state:
            original(alarm_name, old_state, new_state, *rest, **details)

    return record


def _noting_configuration(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(params: Any, data: Mapping[str, Any], *protocol: Any) -> Any:
        name = str(data.get("AlarmName") or cloudwatch._p(params, "AlarmName"))
        before = dict(cloudwatch._alarms.get(name) or {})
        answer = original(params, data, *protocol)
        if answer[0] == 200:
            _note(name, before, cloudwatch._alarms[name])
        return answer

    return put


def _note(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    history: dict[str, Any] = {"version": "1.0", "type": "Update" if before else "Create"}
    if before:
        history["originalUpdatedFields"] = {
            _spelled(key): before.get(key) for key in _SHOWN if before.get(key) != after.get(key)
        }
    history["updatedAlarm" if before else "createdAlarm"] = {_spelled(key): after.get(key) for key in _SHOWN}
    cloudwatch._history_entries().append(
        {
            "AlarmName": name,
            "AlarmType": "MetricAlarm",
            "Timestamp": cloudwatch._ts_iso(time.time()),
            "HistoryItemType": "ConfigurationUpdate",
            "HistorySummary": f'Alarm "{name}" {"updated" if before else "created"}',
            "HistoryData": json.dumps(history),
        }
    )


def _spelled(key: str) -> str:
    return "okActions" if key == "OKActions" else key[:1].lower() + key[1:]
