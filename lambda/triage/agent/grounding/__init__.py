"""Grounding: code, not the model, decides what the evidence supports.

A citation holds when its evidence exists and its quote occurs in what came back, up to white space. A claim holds
when all its citations do and every name, time and number it states is in the evidence it cites; a number that
follows from others carries its expression, which code computes again. What does not hold goes back to the model
once, with reasons; what then still fails is left out (:func:`without_unsupported`) or marked unverified.

What earlier investigations found shows nothing about now: it counts for statements that speak of it as earlier,
and confirms no cause.

Known limits, measured on labelled claims (``tests/grounding``): a true quote need not support its claim; names of
one plain word in small letters are not looked for; the model writes the code whose output it cites.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.evidence import Evidence
    from triage.domain.report import Report

__all__ = ["Grounded", "ground", "without_unsupported"]


@dataclass(frozen=True)
class Grounded:
    """A checked report.

    Attributes:
        report: claims marked, unsupported citations removed, confidence capped, headline and summary mended.
        problems: one sentence per thing that does not hold, for the model to mend.
    """

    report: Report
    problems: tuple[str, ...]


def ground(report: Report, evidence: Iterable[Evidence]) -> Grounded:
    """Check everything a report claims against the evidence.

    A report that code wrote repeats evidence word for word; of it only the citations are checked.
    """
    # Its patterns would take a third of the time in which a new instance of the investigator starts.
    from triage.agent.grounding.claims import checked  # noqa: PLC0415 - waits for the first report

    return Grounded(*checked(report, evidence))


def without_unsupported(report: Report) -> Report:
    """The checked report as it is delivered: findings and timeline entries that do not hold are left out.

    Root cause, impact and hypotheses, ruled out or not, stay, marked: a reader looks for them, and a wrong guess
    that is marked tells where the investigation went.
    """
    findings = tuple(item for item in report.findings if item.verified)
    timeline = tuple(item for item in report.timeline if item.verified)
    left_out = len(report.findings) + len(report.timeline) - len(findings) - len(timeline)
    if not left_out:
        return report
    statements = "One statement was" if left_out == 1 else f"{left_out} statements were"
    gap = f"{statements} left out: the evidence cited does not show what was claimed."
    return replace(report, findings=findings, timeline=timeline, gaps=(*report.gaps, gap))
