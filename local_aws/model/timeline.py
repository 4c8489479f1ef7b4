"""What happened when, from every fact that carries a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from local_aws.model.changes import changes
from local_aws.model.reading import moment

if TYPE_CHECKING:
    from local_aws.model.backend import JsonObject
    from local_aws.model.diagnosis import Diagnosis
    from local_aws.model.reading import Fact, Facts

RECENT = timedelta(hours=24)
_UNDATED = datetime.max.replace(tzinfo=UTC)


def timeline(diagnosis: Diagnosis, facts: Facts) -> list[JsonObject]:
    """Changes, the first line of the error and the alarm's own transitions, oldest first."""
    entries = [
        _entry(
            change, "at", "event", f"{change.text('event')} of {change.text('of')}{_given(change)}{_by(change)}"
        )
        for change in changes(facts)
    ]
    entries += [
        _entry(function, "last_modified", "name", f"Function {function.text('name')} was last modified")
        for function in recently_modified(facts)
        if not any(_is_told(function, change) for change in changes(facts))
    ]
    if diagnosis.observed and diagnosis.observed.fact.text("first"):
        entries.append(_entry(diagnosis.observed.fact, "first", "first", "First line of the error in the log"))
    entries += [
        _entry(signal, "occurred_at", "state", f"Alarm {signal.text('name')} changed to {signal.text('state')}")
        for signal in facts.all("signal")
        if not signal.data.get("log")
    ]
    told = {entry["at"][:19] for entry in entries}
    entries += [
        _entry(item, "at", "what", item.text("what"))
        for item in reversed(facts.all("alarm_history", kind="StateUpdate")[:4])  # they came newest first
        if item.text("at")[:19] not in told
    ]
    return sorted(entries, key=lambda entry: moment(entry["at"]) or _UNDATED)


def recently_modified(facts: Facts) -> list[Fact]:
    """Functions modified in the day before the alarm; empty when nothing dates the alarm."""
    signal = facts.first("signal")
    fired = moment(signal.text("occurred_at")) if signal else None
    return [
        function
        for function in facts.all("function")
        if fired and (modified := moment(function.text("last_modified"))) and fired - RECENT < modified <= fired
    ]


def _is_told(function: Fact, change: Fact) -> bool:
    """Whether CloudTrail's change is the function's last modification; their clocks may differ by a moment."""
    modified, at = moment(function.text("last_modified")), moment(change.text("at"))
    same = change.text("of") == function.text("name")
    return bool(same and modified and at and abs(modified - at) <= timedelta(seconds=2))


def _given(change: Fact) -> str:
    return f" ({change.text('given')})" if change.text("given") else ""


def _by(change: Fact) -> str:
    return f" by {change.text('by')}" if change.text("by") else ""


def _entry(fact: Fact, at: str, proof: str, event: str) -> JsonObject:
    return {"at": fact.text(at), "event": event, "citations": fact.cite(*dict.fromkeys((at, proof)))}
