"""The history of alarms: what happened here, and what a scenario says happened before (API reference,
AlarmHistoryItem).

The emulator writes "updated from INSUFFICIENT_DATA to INSUFFICIENT_DATA" when an alarm is created and nothing when
it is edited or deleted or carries out an action, although those are what an investigation looks for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch

from local_aws import clock
from local_aws.metrics.errors import ServiceError
from local_aws.metrics.requests import epoch, service_model, typed

if TYPE_CHECKING:
    from collections.abc import Callable

_SHOWN = (
    "AlarmName", "AlarmDescription", "Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic",
    "Unit", "Metrics", "Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator",
    "TreatMissingData", "AlarmRule", "ActionsEnabled", "AlarmActions", "OKActions", "InsufficientDataActions",
)  # fmt: skip

_SUMMARY_CHARACTERS = 255
_DATA_CHARACTERS = 4095

_posted: dict[tuple[str, str], list[dict[str, Any]]] = {}
"""The past of alarms as it was declared, by account and region."""


def install() -> None:
    """Record state changes here."""
    cloudwatch._record_history = note_state


def note_state(
    name: str,
    before: str,
    after: str,
    reason: str,
    alarm_type: str = "MetricAlarm",
    reason_data: Mapping[str, Any] | str | None = None,
) -> None:
    """Write that an alarm changed its state; the emulator calls this for a new one too, which changed nothing."""
    if before == after:
        return
    new: dict[str, Any] = {"stateValue": after, "stateReason": reason}
    data = reason_data or (cloudwatch._alarms.get(name) or {}).get("StateReasonData")
    if data:
        new["stateReasonData"] = _document(data)
    states = {"oldState": _told(name, before), "newState": new}
    for state in states.values():
        if len(json.dumps(states)) > _DATA_CHARACTERS - 50:
            state.pop("stateReasonData", None)
    alarm = {"AlarmName": name, "AlarmRule": alarm_type == "CompositeAlarm"}
    item = _item(alarm, "StateUpdate", f"Alarm updated from {before} to {after}", {"version": "1.0", **states})
    cloudwatch._history_entries().append(item)


def _told(name: str, state: str) -> dict[str, Any]:
    """A state as the last change to it was recorded; only its value where that says no more."""
    changes = (item for _, item in reversed(entries()) if item["HistoryItemType"] == "StateUpdate")
    last = next((item for item in changes if item["AlarmName"] == name), None)
    data = _document(last.get("HistoryData") or "") if last else None
    new = data.get("newState") if isinstance(data, dict) else None
    return dict(new) if isinstance(new, dict) and new.get("stateValue") == state else {"stateValue": state}


def _document(data: Any) -> Any:
    """Text as a document where it is one; SetAlarmState and declared items hold any text."""
    if not isinstance(data, str):
        return data
    try:
        return json.loads(data)
    except ValueError:
        return data


def prepare(account: str, region: str, items: object) -> Callable[[], None]:
    """Check items of the past, in the shape of AlarmHistoryItem; what is returned adds them.

    Raises:
        ValueError: an item is malformed; the message names its path.
    """
    if not isinstance(items, list):
        raise ValueError("alarm_history: must be a list of items")  # noqa: TRY004 - the command answers ValueError
    found = [_posted_item(item, f"alarm_history[{number}]") for number, item in enumerate(items)]
    return lambda: _posted.setdefault((account, region), []).extend(found)


def clear() -> None:
    """Drop every item of the past that was added."""
    _posted.clear()


def _posted_item(item: object, path: str) -> dict[str, Any]:
    shape: Any = service_model().shape_for("AlarmHistoryItem")
    if not isinstance(item, Mapping):
        raise ValueError(f"{path}: must be an object, not {item!r:.60}")  # noqa: TRY004 - as above
    for name, value in item.items():
        if name not in shape.members:
            raise ValueError(f"{path}.{name}: no such member; there are {', '.join(shape.members)}")
        allowed = getattr(shape.members[name], "enum", None)
        if allowed and value not in allowed:
            raise ValueError(f"{path}.{name}: {value!r} is none of {', '.join(allowed)}")
    for name in ("AlarmName", "Timestamp", "HistoryItemType", "HistorySummary"):
        if not item.get(name):
            raise ValueError(f"{path}.{name}: is missing")
    try:
        return {"AlarmType": "MetricAlarm", **typed(item, shape, path)}
    except ServiceError as error:
        raise ValueError(error.message) from error


def entries() -> list[tuple[float, dict[str, Any]]]:
    """All items of the current account and region with their time, oldest first; ties as they were added."""
    declared = _posted.get((get_account_id(), get_region()), [])
    found = [(epoch(item["Timestamp"]), item) for item in (*declared, *cloudwatch._history_entries())]
    return sorted(found, key=lambda timed: timed[0])


def note_configuration(before: Mapping[str, Any], after: Mapping[str, Any], position: int | None = None) -> None:
    """Write that an alarm was created or updated, or deleted when there is nothing after.

    Args:
        before: The alarm as it was; empty when it is new.
        after: The alarm as it is now; empty when it is gone.
        position: Where in the record it belongs, when the change itself set off what is recorded behind it.
    """
    alarm = after or before
    verb = ("updated" if before else "created") if after else "deleted"
    data: dict[str, Any] = {
        "version": "1.0",
        "type": {"created": "Create", "updated": "Update"}.get(verb, "Delete"),
    }
    if before and after:
        changed = [key for key in _SHOWN if before.get(key) != after.get(key)]
        data["originalUpdatedFields"] = {_spelled(key): before.get(key) for key in changed}
    data[f"{verb}Alarm"] = {_spelled(key): alarm[key] for key in _SHOWN if alarm.get(key) is not None}
    item = _item(alarm, "ConfigurationUpdate", f'Alarm "{alarm["AlarmName"]}" {verb}', data)
    recorded = cloudwatch._history_entries()
    recorded.insert(len(recorded) if position is None else position, item)


def position() -> int:
    """Where the next item will be recorded."""
    return len(cloudwatch._history_entries())


def note_action(alarm: Mapping[str, Any], arn: str, state: str, problem: str | None = None) -> None:
    """Write that an action was carried out, or why it was not."""
    outcome = "Failed" if problem else "Succeeded"
    data = {"actionState": outcome, "stateUpdateTimestamp": int(clock.now() * 1000), "notificationResource": arn}
    summary = f"Failed to execute action {arn}" if problem else f"Successfully executed action {arn}"
    details = {"error": problem} if problem else {}
    cloudwatch._history_entries().append(_item(alarm, "Action", summary, {**data, "stateValue": state, **details}))


def _item(alarm: Mapping[str, Any], kind: str, summary: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmType": "CompositeAlarm" if alarm.get("AlarmRule") else "MetricAlarm",
        "Timestamp": cloudwatch._ts_iso(clock.now()),
        "HistoryItemType": kind,
        "HistorySummary": summary[:_SUMMARY_CHARACTERS],
        "HistoryData": json.dumps(data)[:_DATA_CHARACTERS],
    }


def _spelled(key: str) -> str:
    return "okActions" if key == "OKActions" else key[:1].lower() + key[1:]
