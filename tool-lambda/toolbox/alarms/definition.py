"""The alarm: its definition, its history with edits of the threshold, and the children of a composite."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.metrics.queries import of_alarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.asking.window import Moment, Window

_HISTORY = timedelta(days=14)
_CHILD = re.compile(r"(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*\"?([^\"()]+?)\"?\s*\)")
_SETTINGS = (
    "AlarmName",
    "AlarmDescription",
    "StateValue",
    "StateReason",
    "StateUpdatedTimestamp",
    "Threshold",
    "ThresholdMetricId",
    "ComparisonOperator",
    "Period",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "AlarmRule",
    "ActionsEnabled",
    "AlarmConfigurationUpdatedTimestamp",
    "ActionsSuppressedBy",
    "ActionsSuppressor",
)


def describe_alarm(name: str | None = None, *, start: Moment = None, end: Moment = None) -> Answer:
    """The alarm's definition, state, transitions of 14 days, edits, and a composite's children with their states.

    Args:
        name: The alarm under investigation unless given.
        start: History from when; 14 days before now unless given.
        end: History until when.
    """
    look, window = looking.windowed(start or "now-14d", end)
    if look.log and not name:
        return Asked(window).answer(note="no alarm: an error in a log started this; log_error() tells of it")
    chosen = name or str(look.signal.get("name") or "")
    asked = Asked(window, alarm=chosen)
    found = described(asked, [chosen])
    if not found:
        asked.gap("definition", "no alarm of that name is visible")
    definition = found[0] if found else {}
    return asked.answer(
        definition=settings(definition),
        **_history(asked, chosen, window),
        children=_children(asked, definition, look.signal),
    )


def described(asked: Asked, names: Iterable[str]) -> list[dict[str, Any]]:
    """Alarms as DescribeAlarms shows them: metric alarms only, unless it is asked for all types."""
    client = looking.current().client("cloudwatch")
    wanted = [name for name in names if name]
    nothing: dict[str, Any] = {}
    answer = asked.attempt(
        "alarm definition",
        lambda: client.describe_alarms(AlarmNames=wanted, AlarmTypes=["MetricAlarm", "CompositeAlarm"]),
        nothing,
    )
    return [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]


def settings(definition: Mapping[str, Any]) -> dict[str, Any]:
    """What a responder reads of a definition."""
    metrics = [query.title for query in of_alarm(definition)]
    return {name: definition.get(name) for name in _SETTINGS} | {"metrics": metrics}


def children_of(rule: str) -> list[str]:
    """Names of the alarms a composite's rule speaks of; they may be written as ARNs."""
    return list(dict.fromkeys(found.rpartition(":alarm:")[2] for found in _CHILD.findall(rule)))


def _children(asked: Asked, definition: Mapping[str, Any], signal: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = children_of(str(definition.get("AlarmRule") or signal.get("alarm_rule") or ""))[:50]
    if not names:
        return []
    return [
        {
            "name": each["AlarmName"],
            "state": each["StateValue"],
            "since": each.get("StateUpdatedTimestamp"),
            "metrics": [query.title for query in of_alarm(each)],
            "threshold": each.get("Threshold"),
            "reason": each.get("StateReason"),
        }
        for each in sorted(described(asked, names), key=lambda each: each["StateValue"] != "ALARM")
    ]


def metrics_of_children(signal: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The metrics of a composite's children, as a signal has them; where any is in ALARM, of those only."""
    asked = Asked()
    names = [str(name) for name in signal.get("children") or ()] or children_of(
        str(signal.get("alarm_rule") or "")
    )
    found = described(asked, names[:50])
    ringing = [each for each in found if each["StateValue"] == "ALARM"] or found
    return [
        {**asdict(query), "id": f"c{child}_{query.id}", "returns_data": query.watched}
        for child, each in enumerate(ringing[:5])
        for query in of_alarm(each)
        if not query.expression
    ]


def _history(asked: Asked, name: str, window: Window) -> dict[str, Any]:
    client = looking.current().client("cloudwatch")
    request = {
        "AlarmName": name,
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        "StartDate": window.start,
        "EndDate": window.end,
        "ScanBy": "TimestampDescending",
    }
    nothing: list[Any] = []
    items = asked.attempt(
        "alarm history",
        lambda: list(pages(client, "describe_alarm_history", "AlarmHistoryItems", most=200, **request)),
        nothing,
    )
    if len(items) == 200:
        asked.cut("history beyond the latest 200 items")
    changes = [item for item in items if item["HistoryItemType"] == "StateUpdate"]
    edits = [item for item in items if item["HistoryItemType"] == "ConfigurationUpdate"]
    entered = [item for item in changes if transition(item)[1] == "ALARM"]
    return {
        "times_in_alarm": len(entered),
        "transitions": [{"at": each["Timestamp"], "to": " → ".join(transition(each))} for each in changes[:8]],
        "edits": [{"at": each["Timestamp"], "what": edit(each)} for each in edits[:5]],
    }


def transition(item: Mapping[str, Any]) -> tuple[str, str]:
    """Old and new state of a history item."""
    data = _data(item)
    old, new = data.get("oldState") or {}, data.get("newState") or {}
    if not new:
        words = re.findall(r"OK|ALARM|INSUFFICIENT_DATA", str(item.get("HistorySummary", "")))
        return (words[0], words[-1]) if words else ("?", "?")
    return str(old.get("stateValue", "?")), str(new.get("stateValue", "?"))


def edit(item: Mapping[str, Any]) -> str:
    """What a change of the alarm changed: `threshold 10 → 100`; its summary where the old values are not told."""
    data = _data(item)
    changed = data.get("originalUpdatedFields")
    old = changed or data.get("originalAlarm") or data.get("previousAlarm")
    new = data.get("updatedAlarm") or data.get("newAlarm")
    if not isinstance(old, dict) or not isinstance(new, dict):
        return str(item.get("HistorySummary", "edited"))
    told = [
        f"{key} {old.get(key)} → {new.get(key)}"
        for key in sorted(old if changed else {*old, *new})
        if old.get(key) != new.get(key) and "pdatedTimestamp" not in key and not key.startswith("state")
    ]
    return "; ".join(told)[:300] or str(item.get("HistorySummary", "edited"))


def _data(item: Mapping[str, Any]) -> dict[str, Any]:
    try:
        data = json.loads(item.get("HistoryData") or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def related_alarms(*, start: Moment = None, end: Moment = None) -> Answer:
    """Alarms in ALARM now, and every alarm of the account that changed its state in the window, earliest first.

    Args:
        start: From when; 90 min before the onset unless given.
        end: Until when.
    """
    look, window = looking.windowed(start, end)
    client = look.client("cloudwatch")
    asked = Asked(window)
    nothing: list[Any] = []
    ringing = asked.attempt("alarms in ALARM now", lambda: _ringing(client), nothing)
    changed = asked.attempt("state changes in the window", lambda: _changed(client, window), nothing)
    return asked.answer(
        in_alarm_now=[_briefly(each, window) for each in ringing if _is_other(look, each)],
        changes_in_window=[
            {"alarm": item["AlarmName"], "at": item["Timestamp"], "to": " → ".join(transition(item))}
            for item in sorted(changed, key=lambda item: str(item["Timestamp"]))
            if _is_other(look, item)
        ][:25],
    )


def _is_other(look: looking.Look, item: Mapping[str, Any]) -> bool:
    """Neither the alarm under investigation nor one that watches the investigating."""
    name = str(item["AlarmName"])
    return name != look.signal.get("name") and not look.is_own(name)


def _ringing(client: Any) -> list[dict[str, Any]]:
    answer = client.describe_alarms(
        StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100
    )
    found = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    return sorted(found, key=lambda each: str(each.get("StateUpdatedTimestamp")), reverse=True)[:15]


def _changed(client: Any, window: Window) -> list[dict[str, Any]]:
    request = {
        "HistoryItemType": "StateUpdate",
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        "StartDate": window.start,
        "EndDate": window.end,
    }
    return list(pages(client, "describe_alarm_history", "AlarmHistoryItems", most=100, **request))


def _briefly(each: Mapping[str, Any], window: Window) -> dict[str, Any]:
    since = each.get("StateUpdatedTimestamp")
    return {
        "alarm": each["AlarmName"],
        "since": since,
        "when": window.before_onset(since) if isinstance(since, datetime) else None,
        "metrics": [query.title for query in of_alarm(each)][:2],
        "rule": each.get("AlarmRule"),
    }
