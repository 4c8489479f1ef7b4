"""Grounding: code, not the model, decides what the evidence supports.

A citation holds when its evidence exists and its quote occurs in the text the model saw, up to white space. What
does not hold is marked unverified, and confidence in the root cause is capped: CONFIRMED needs every quote of the
root cause to hold, LIKELY at least one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from triage.domain.report import Category, Claimed, Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.evidence import Evidence
    from triage.domain.report import Citation, Report, RootCause

C = TypeVar("C", bound=Claimed)

MIN_QUOTE_CHARACTERS = 3
_ORDER = (Confidence.INCONCLUSIVE, Confidence.LIKELY, Confidence.CONFIRMED)


@dataclass(frozen=True)
class Grounded:
    """A checked report.

    Attributes:
        report: claims marked, unsupported citations removed, confidence capped.
        problems: one sentence per citation that does not hold, for the model to mend.
    """

    report: Report
    problems: tuple[str, ...]


def ground(report: Report, evidence: Iterable[Evidence]) -> Grounded:
    """Check every citation of a report against the evidence."""
    checker = _Checker({item.id: _normalised(item.output) for item in evidence})
    root_cause = checker.root_cause(report.root_cause)
    checked = replace(
        report,
        root_cause=replace(root_cause, confidence=_capped(report, root_cause)),
        impact=checker.optional(report.impact, "impact"),
        timeline=tuple(checker.required(item, f"timeline[{index}]") for index, item in enumerate(report.timeline)),
        findings=tuple(checker.required(item, f"findings[{index}]") for index, item in enumerate(report.findings)),
        hypotheses=tuple(
            checker.optional(item, f"hypotheses[{index}]") for index, item in enumerate(report.hypotheses)
        ),
        ruled_out=tuple(
            checker.optional(item, f"ruled_out[{index}]") for index, item in enumerate(report.ruled_out)
        ),
    )
    return Grounded(checked, tuple(checker.problems))


def _capped(original: Report, root_cause: Claimed) -> Confidence:
    stated = original.root_cause.confidence
    if not root_cause.citations:
        cap = Confidence.INCONCLUSIVE
    elif not root_cause.verified:
        cap = Confidence.LIKELY
    else:
        cap = Confidence.CONFIRMED
    return min(stated, cap, key=_ORDER.index)


class _Checker:
    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self.problems: list[str] = []

    def required(self, claim: C, path: str) -> C:
        """Check a claim that must cite something."""
        if not claim.citations:
            self.problems.append(f"{path}: cite at least one evidence id with a verbatim quote")
            return replace(claim, verified=False)
        return self.optional(claim, path)

    def root_cause(self, cause: RootCause) -> RootCause:
        """Check the root cause; one that says it is unknown claims nothing that evidence could show."""
        check = self.optional if cause.category is Category.UNKNOWN else self.required
        return check(cause, "root_cause")

    def optional(self, claim: C, path: str) -> C:
        """Check a claim that may go without citations; those it has must hold."""
        held = tuple(
            citation
            for index, citation in enumerate(claim.citations)
            if self._holds(citation, f"{path}.citations[{index}]")
        )
        return replace(claim, citations=held, verified=claim.verified and len(held) == len(claim.citations))

    def _holds(self, citation: Citation, path: str) -> bool:
        text = self._texts.get(citation.evidence_id)
        if text is None:
            known = ", ".join(self._texts) or "none"
            self.problems.append(f"{path}: there is no evidence {citation.evidence_id}; there are {known}")
            return False
        quote = _normalised(citation.quote)
        if len(quote) < MIN_QUOTE_CHARACTERS:
            self.problems.append(f"{path}: the quote is too short to show anything")
            return False
        if quote not in text:
            self.problems.append(f"{path}: the quote does not occur in {citation.evidence_id}: {quote[:80]!r}")
            return False
        return True


def _normalised(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
