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
from triage.first_look.reporting import narrative
from triage.first_look.reporting.actions import actions
from triage.first_look.reporting.alternatives import hypotheses
from triage.first_look.reporting.citing import Citing
from triage.first_look.reporting.findings import findings
from triage.first_look.reporting.gaps import missed, open_questions
from triage.first_look.reporting.impact import disposition, impact, severity
from triage.first_look.reporting.ruled_out import ruled_out
from triage.first_look.reporting.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal
    from triage.first_look.document import FirstLook
    from triage.first_look.reading import Reading


def report_of(reading: Reading, evidence_ids: Mapping[str, str], reason: str, tool_calls: int = 0) -> Report:
    """A report from the signal and what the rules read in the first look.

    Args:
        evidence_ids: the evidence that holds each section, by the section's id; E1 is the event.
        reason: why no model wrote it, as a phrase ("the model could not be reached").
        tool_calls: how many calls of a model's have left evidence besides.
    """
    signal, look = reading.signal, reading.look
    citing = Citing(evidence_ids, signal)
    if not any(section.data for section in look.sections if section.id in evidence_ids):
        return _of_event(signal, look, citing, reason, tool_calls)
    scene, ranked = reading.scene, reading.ranked
    return Report(
        headline=narrative.headline(ranked, scene),
        summary=narrative.summary(ranked, scene, reason),
        severity=severity(ranked, scene),
        disposition=disposition(ranked, scene),
        root_cause=narrative.root_cause(ranked, scene, citing),
        impact=impact(ranked, scene, citing),
        timeline=timeline(ranked, scene, citing),
        findings=findings(ranked, scene, citing),
        hypotheses=hypotheses(ranked, scene, citing),
        ruled_out=ruled_out(ranked, scene, citing),
        immediate_actions=actions(ranked, scene),
        open_questions=open_questions(ranked, scene),
        gaps=(f"No analysis: {reason}.", *missed(look), *_attached(tool_calls)),
        origin=Origin.FIRST_LOOK,
        origin_note=reason,
    )


def _of_event(signal: Signal, look: FirstLook, citing: Citing, reason: str, tool_calls: int) -> Report:
    """All that can be said when nothing but the event is known."""
    metric = signal.watched_metric
    resource = next(iter(metric.dimensions.values()), None) if metric else None
    in_alarm = signal.state is AlarmState.ALARM
    why = signal.reason or "The event gives no reason."
    citations: tuple[Citation, ...] = citing.of_event()
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
        gaps=(f"No analysis: {reason}.", *missed(look), *_attached(tool_calls)),
        origin=Origin.FIRST_LOOK,
        origin_note=reason,
    )


def _attached(calls: int) -> tuple[str, ...]:
    """What a model asked before it failed."""
    if not calls:
        return ()
    made = (
        "One tool call of the model's was made; its output is"
        if calls == 1
        else (f"The output of {calls} tool calls of the model's is")
    )
    return (f"{made} attached.",)
