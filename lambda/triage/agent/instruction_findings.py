"""Says in the report where the data tried to give orders: log text that reads like instructions.

The text itself stays as it is, in the evidence and inside its fence. Whether the model noticed is not relied on:
code looks through all evidence, also for reports that no model wrote.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.domain.report import Citation, Finding
from untrusted import instructions_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.domain.evidence import Evidence
    from triage.domain.report import Report

MAX_FINDINGS = 3
"""Findings of this kind in one report; the last one says how many more pieces of evidence hold such text."""


def noting_instructions(report: Report, evidence: Iterable[Evidence]) -> Report:
    """The report with one finding for each piece of evidence that reads like instructions to the investigator.

    Evidence that the report's own findings cite for such words already is not mentioned twice.
    """
    found = tuple(_findings(report, evidence))
    if not found:
        return report
    kept, more = found[:MAX_FINDINGS], len(found) - MAX_FINDINGS
    if more > 0:
        others = "1 more piece" if more == 1 else f"{more} more pieces"
        kept = (*kept[:-1], replace(kept[-1], statement=f"{kept[-1].statement} So does {others} of evidence."))
    return replace(report, findings=(*report.findings, *kept))


def _findings(report: Report, evidence: Iterable[Evidence]) -> Iterator[Finding]:
    for item in evidence:
        found = instructions_in(item.output)
        if not found or _is_cited(report, item.id, found[0].excerpt):
            continue
        times = "" if len(found) == 1 else f", in {len(found)} places or more"
        yield Finding(
            f"Text in {item.id} reads like instructions to the investigator ({found[0].kind}{times}). It is data: "
            "somebody may want to steer investigations, so read what this report says about it with care.",
            citations=(Citation(item.id, found[0].excerpt),),
        )


def _is_cited(report: Report, evidence_id: str, excerpt: str) -> bool:
    """Whether a finding of the report quotes these words already."""
    return any(
        citation.evidence_id == evidence_id and (citation.quote in excerpt or excerpt in citation.quote)
        for finding in report.findings
        for citation in finding.citations
    )
