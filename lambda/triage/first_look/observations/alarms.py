"""The alarm itself, the alarms around it, and AWS's own events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from triage.first_look.document import moment
from triage.first_look.observations.facts import AlarmFacts, PlatformEvent, Ringing
from triage.first_look.observations.quoting import Quote, Quoter, clean
from triage.first_look.observations.walking import hop_of
from triage.first_look.untyped import number, objects, whole

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.signal import Signal
    from triage.first_look.document import Section


def alarm_of(section: Section, signal: Signal) -> AlarmFacts:
    """Definition and history of the alarm."""
    quoter = Quoter(section)
    found = section.data.get("definition")
    definition: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    recovered, words = _recovery(section, quoter, signal)
    reason = str(definition.get("StateReason") or "")
    return AlarmFacts(
        about=signal.name,
        quotes=quoter.quotes(reason[:120]) if reason else (),
        name=signal.name,
        state=str(definition.get("StateValue") or ""),
        recovered_at=recovered,
        recovery_quotes=words,
        times=whole(section.data.get("times_in_alarm")),
        threshold=number(definition.get("Threshold")),
        comparison=str(definition.get("ComparisonOperator") or ""),
        missing=str(definition.get("TreatMissingData") or ""),
        period_s=whole(definition.get("Period")) or _longest_period(signal),
        reason=reason,
    )


def _longest_period(signal: Signal) -> int:
    """Of metric math: the definition has the periods of its inputs only."""
    return max((each.period_s or 0 for each in signal.metrics), default=0) or 60


def _recovery(section: Section, quoter: Quoter, signal: Signal) -> tuple[datetime | None, tuple[Quote, ...]]:
    """When the alarm went back to OK and stayed there."""
    transitions = objects(section.data.get("transitions"))
    latest = transitions[0] if transitions else {}
    at = moment(latest.get("at"))
    if at is None or not str(latest.get("to")).endswith("OK") or at < signal.occurred_at:
        return None, ()
    return at, (*quoter.quotes(str(latest.get("to")), str(latest.get("at"))), *quoter.quotes("StateValue: OK"))


def ringing_of(section: Section) -> Iterator[Ringing]:
    """Alarms that ring, a composite's children among them."""
    quoter = Quoter(section)
    named = [*objects(section.data.get("in_alarm_now")), *objects(section.data.get("children"))]
    for each in named:
        name = str(each.get("alarm") or each.get("name") or "")
        if each.get("state", "ALARM") == "ALARM" and name:
            yield Ringing(
                about=name,
                hop=hop_of(section),
                quotes=quoter.quotes(name),
                since=moment(each.get("since")),
                reason=str(each.get("reason") or ""),
            )


def platform_events_of(section: Section) -> Iterator[PlatformEvent]:
    """Events of AWS Health."""
    quoter = Quoter(section)
    for each in objects(section.data.get("events")):
        code = str(each.get("eventTypeCode") or "")
        yield PlatformEvent(
            about=str(each.get("service") or ""),
            quotes=quoter.quotes(code),
            service=str(each.get("service") or ""),
            code=code,
            status=str(each.get("statusCode") or ""),
            at=moment(each.get("startTime")),
            says=clean(str(each.get("says") or "")),
        )
