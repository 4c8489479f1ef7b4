"""The report when no model wrote one: what the event itself says, labelled so, in the same schema."""

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
    from collections.abc import Iterable

    from triage.domain.evidence import Evidence
    from triage.domain.signal import Signal


def report_without_model(signal: Signal, evidence: Iterable[Evidence], reason: str) -> Report:
    """A report from the signal and the evidence gathered so far.

    Args:
        reason: why no model wrote it, as a phrase ("the model could not be reached").
    """
    metric = signal.watched_metric
    resource = next(iter(metric.dimensions.values()), None) if metric else None
    in_alarm = signal.state is AlarmState.ALARM
    why = signal.reason or "The event gives no reason."
    # E1 holds the event as JSON, where quotes and line breaks of the reason are escaped: quote up to them.
    quote = why.split('"')[0].split("\n")[0].split("\\")[0][:200]
    citations = (Citation("E1", quote),) if signal.reason and len(quote.strip()) > 2 else ()
    calls = sum(bool(item.code) for item in evidence)
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
        findings=(Finding(why, citations=citations),),
        immediate_actions=(Action("Look at the alarm and its metric in the console (links below).", Risk.LOW),),
        gaps=(f"No analysis: {reason}.", _attached(calls)),
        origin=Origin.FIRST_LOOK,
        origin_note=reason,
    )


def _attached(calls: int) -> str:
    if not calls:
        return "No tool call was made."
    return (
        "One tool call was made; its output is attached."
        if calls == 1
        else f"The output of {calls} tool calls is attached."
    )
