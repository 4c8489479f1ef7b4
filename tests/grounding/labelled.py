"""Labelled claims: evidence, a claim about it, and what a careful reader says of it.

They are written by hand from what AWS services answer, and know nothing of the checker. One file per incident:

``supported``: the cited evidence shows the claim.
``altered``: the quote is true and a detail of the claim is not (a number, a name, a time, a direction).
``invented``: the quote, the evidence or a detail exists nowhere.
``true_quote_no_support``: quote and details are true, and the claim does not follow from them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.builders import a_report
from triage.agent.grounding import ground
from triage.agent.grounding.reading.normalising import normalised
from triage.domain.evidence import Evidence, EvidenceStatus
from triage.domain.report import Citation, Derivation, Finding, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

CLAIMS = Path(__file__).parent / "claims"
HELD_OUT = Path(__file__).parent / "held_out"
"""By a writer who had not seen the checker; its wrong verdicts are counted, and nobody mends what they show."""


_DETAIL = re.compile(r"[\w.:/@-]*\d[\w.:/@,-]*")


class Label(StrEnum):
    """What a careful reader says of a claim."""

    SUPPORTED = "supported"
    ALTERED = "altered"
    INVENTED = "invented"
    NO_SUPPORT = "true_quote_no_support"


@dataclass(frozen=True)
class LabelledClaim:
    """One case."""

    incident: str
    label: Label
    finding: Finding
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Verdict:
    """What the checker says of one case."""

    case: LabelledClaim
    accepted: bool
    problems: tuple[str, ...]

    @property
    def quotes_hold(self) -> bool:
        """What a check of quotes alone would say: whether each occurs in the evidence it names."""
        outputs = {item.id: normalised(item.output) for item in self.case.evidence}
        return all(
            normalised(each.quote) in outputs.get(each.evidence_id, "") for each in self.case.finding.citations
        )

    @property
    def has_foreign_detail(self) -> bool:
        """Whether the claim has a number, a time or a name with digits that nothing it cites has."""
        finding = self.case.finding
        cited = {each.evidence_id for each in finding.citations}
        text = " ".join(item.output for item in self.case.evidence if item.id in cited)
        details = (found[0].strip(".,;:()%`") for found in _DETAIL.finditer(finding.statement))
        return any(each not in text and each.replace(",", "") not in text for each in details)

    @property
    def is_right(self) -> bool:
        """Whether the checker and the reader agree."""
        return self.accepted is (self.case.label is Label.SUPPORTED)


def labelled_claims(folder: Path = CLAIMS) -> list[LabelledClaim]:
    """Every case of a folder."""
    return [case for path in sorted(folder.glob("*.json")) for case in _cases(path)]


@cache
def judged(folder: Path = CLAIMS) -> tuple[Verdict, ...]:
    """Every case with what the checker says of it, as one finding of a report of its own."""
    return tuple(_verdict(case) for case in labelled_claims(folder))


def rates(verdicts: Sequence[Verdict]) -> dict[Label, tuple[int, int]]:
    """For each label how many verdicts are wrong, and how many there are."""
    total = Counter(verdict.case.label for verdict in verdicts)
    wrong = Counter(verdict.case.label for verdict in verdicts if not verdict.is_right)
    return {label: (wrong[label], total[label]) for label in Label}


def _verdict(case: LabelledClaim) -> Verdict:
    grounded = ground(_report(case.finding), case.evidence)
    problems = tuple(each for each in grounded.problems if each.startswith("findings[0]"))
    return Verdict(case, grounded.report.findings[0].verified, problems)


def _report(finding: Finding) -> Report:
    return a_report(
        headline="x", summary="x", timeline=(), ruled_out=(), immediate_actions=(), findings=(finding,)
    )


def _cases(path: Path) -> list[LabelledClaim]:
    data = json.loads(path.read_text(encoding="utf-8"))
    evidence = tuple(
        Evidence(name, "", "" if output.startswith("signal: ") else "look()", output, EvidenceStatus.OK)
        for name, output in data["evidence"].items()
    )
    return [LabelledClaim(path.stem, Label(each["label"]), _finding(each), evidence) for each in data["claims"]]


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(
        data["statement"],
        citations=tuple(Citation(name, quote) for name, quote in data["cites"]),
        derivations=tuple(Derivation(value, expression) for value, expression in data.get("derivations", ())),
    )
