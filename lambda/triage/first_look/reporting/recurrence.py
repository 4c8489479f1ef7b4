"""Where earlier investigations point, in a report of code that names no cause by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.domain.memory import Verdict
from triage.domain.report import Category, Hypothesis

if TYPE_CHECKING:
    from triage.domain.memory import Remembered
    from triage.domain.recurrence import Recurrence
    from triage.domain.report import Report


def with_recurrence(report: Report, recurrence: Recurrence | None) -> Report:
    """The report; where it names no cause, with the one that was named last as a hypothesis."""
    last = recurrence.earlier if recurrence else None
    if recurrence is None or last is None or not _may_point(last):
        return report
    if report.root_cause.category is not Category.UNKNOWN:
        return report
    return replace(report, hypotheses=(*report.hypotheses, _as_before(last, recurrence)))


def _may_point(last: Remembered) -> bool:
    is_wrong = last.feedback is not None and last.feedback.verdict is Verdict.WRONG
    return last.category is not Category.UNKNOWN and not is_wrong


def _as_before(last: Remembered, recurrence: Recurrence) -> Hypothesis:
    by = "the alarm" if recurrence.last else f"{last.alarm}, on the same resource"
    said_right = "; a person said it was right" if last.feedback else ""
    return Hypothesis(
        f"The same as an earlier investigation found: {last.cause}",
        last.category,
        speaks_for=f"it was named when {by} was last investigated{said_right}",
        speaks_against="nothing that was seen now shows it",
        citations=(recurrence.citation,),
    )
