"""The report when no model wrote one: what the event and the first look say, labelled so, in the same schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import (
    Action,
    Category,
    Citation,
    Confidence,
    Disposition,
    Finding,
    Impact,
    Origin,
    Report,
    Risk,
    RootCause,
    Severity,
    TimelineEntry,
)
from triage.domain.signal import AlarmState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal
    from triage.first_look.document import FirstLook


def report_of(
    signal: Signal, look: FirstLook, evidence_ids: Mapping[str, str], reason: str, tool_calls: int = 0
) -> Report:
    """A report from the signal and the first look.

    Args:
        evidence_ids: the evidence that holds each section, by the section's id; E1 is the event.
        reason: why no model wrote it, as a phrase ("the model could not be reached").
        tool_calls: how many calls of a model's have left evidence besides.
    """
    metric = signal.watched_metric
    resource = next(iter(metric.dimensions.values()), None) if metric else None
    in_alarm = signal.state is AlarmState.ALARM
    why = signal.reason or "The event gives no reason."
    # E1 holds the event as JSON, where quotes and line breaks of the reason are escaped: quote up to them.
    quote = why.split('"')[0].split("\n")[0].split("\\")[0][:200]
    citations = (Citation("E1", quote),) if signal.reason and len(quote.strip()) > 2 else ()
    return Report(
        headline=f"{signal.state.value}: the cause was not investigated",
        summary=f"{why} This report holds only what was gathered before: {reason}.",
        severity=Severity.MEDIUM if in_alarm else Severity.INFO,
        disposition=Disposition.UNKNOWN,
        root_cause=RootCause(
            "Not determined.", Category.UNKNOWN, Confidence.INCONCLUSIVE, citations=(), verified=True
        ),
        impact=Impact(
            f"{signal.name} watches {metric.namespace}/{metric.name}." if metric else "Not determined.",
            (resource,) if resource else (signal.subject,),
        ),
        timeline=(
            TimelineEntry(
                f"{signal.occurred_at:%Y-%m-%dT%H:%M:%SZ}",
                f"State changed to {signal.state.value}.",
                citations=citations,
            ),
        ),
        findings=(Finding(why, citations=citations), *_readings(look, evidence_ids)),
        immediate_actions=(Action("Look at the alarm and its metric in the console (links below).", Risk.LOW),),
        gaps=(f"No analysis: {reason}.", *_missed(look), _attached(tool_calls)),
        origin=Origin.FIRST_LOOK,
        origin_note=reason,
    )


def _readings(look: FirstLook, evidence_ids: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the alarm's metric did, in the sentence of the toolbox."""
    found = [(section, str(section.data.get("reading") or "")) for section in look.of("breach")]
    return tuple(
        Finding(f"{section.data.get('name')}: {reading}", citations=(Citation(evidence_ids[section.id], reading),))
        for section, reading in found
        if reading and section.id in evidence_ids
    )


def _missed(look: FirstLook) -> tuple[str, ...]:
    whole = (f"No first look: {look.gap}.",) if look.gap else ()
    return (*whole, *(f"{section.title}: {section.gap}." for section in look.sections if section.gap))


def _attached(calls: int) -> str:
    if not calls:
        return "No tool call was made."
    return (
        "One tool call was made; its output is attached."
        if calls == 1
        else f"The output of {calls} tool calls is attached."
    )
