"""Every claim of a report, each kind with what it states and whether it may go without citations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.agent.grounding.checking import Checker
from triage.agent.grounding.confidence import lower, most_sure
from triage.agent.grounding.overview import overview_checked
from triage.domain.report import Category, Confidence, Origin, RootCause

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.evidence import Evidence
    from triage.domain.report import Finding, Hypothesis, Impact, Report, RuledOut, TimelineEntry


def checked(report: Report, evidence: Iterable[Evidence]) -> tuple[Report, tuple[str, ...]]:
    """The report with its claims marked, and one sentence per thing that does not hold."""
    checker = Checker(evidence)
    claims = _Claims(checker, checks_words=report.origin is Origin.MODEL)
    hypotheses, ruled_out = enumerate(report.hypotheses), enumerate(report.ruled_out)
    marked = replace(
        report,
        root_cause=claims.root_cause(report.root_cause),
        impact=claims.impact(report.impact),
        timeline=tuple(claims.entry(item, f"timeline[{n}]") for n, item in enumerate(report.timeline)),
        findings=tuple(claims.finding(item, f"findings[{n}]") for n, item in enumerate(report.findings)),
        hypotheses=tuple(claims.hypothesis(item, f"hypotheses[{n}]") for n, item in hypotheses),
        ruled_out=tuple(claims.ruled_out(item, f"ruled_out[{n}]") for n, item in ruled_out),
    )
    if report.origin is Origin.MODEL:
        marked = overview_checked(marked, checker)
    return marked, tuple(checker.problems)


@dataclass(frozen=True)
class _Claims:
    """What each kind of claim states, and whether it may go without citations."""

    checker: Checker
    checks_words: bool

    def root_cause(self, cause: RootCause) -> RootCause:
        """The root cause; one that says it is unknown claims nothing that evidence could show."""
        check = self.checker.claimed if cause.category is Category.UNKNOWN else self.checker.cited
        words = self._words(cause.statement)
        checked = check(cause, words, "root_cause")
        contradictions = self.checker.citations(cause.contradictions, "root_cause.contradictions")
        checked = replace(checked, contradictions=contradictions)
        most = most_sure(checked, self.checker.evidence)
        if not self.checker.shows_now(checked, words):
            most = lower(most, Confidence.LIKELY)
        return replace(checked, confidence=lower(cause.confidence, most))

    def impact(self, impact: Impact) -> Impact:
        """The impact, with the number of users."""
        statement = f"{impact.statement} {impact.users or ''}"
        return self.checker.claimed(impact, self._words(statement), "impact")

    def entry(self, entry: TimelineEntry, path: str) -> TimelineEntry:
        """A timeline entry, with its time."""
        return self.checker.cited(entry, self._words(f"{entry.at} ; {entry.event}"), path)

    def finding(self, finding: Finding, path: str) -> Finding:
        """A finding."""
        return self.checker.cited(finding, self._words(finding.statement), path)

    def hypothesis(self, item: Hypothesis, path: str) -> Hypothesis:
        """What speaks for and against another explanation; the explanation itself is what nobody has seen."""
        return self.checker.claimed(item, self._words(f"{item.speaks_for} ; {item.speaks_against}"), path)

    def ruled_out(self, item: RuledOut, path: str) -> RuledOut:
        """What speaks against a hypothesis; the hypothesis itself is what nobody has seen."""
        return self.checker.claimed(item, self._words(item.reason), path)

    def _words(self, statement: str) -> str:
        return statement if self.checks_words else ""
