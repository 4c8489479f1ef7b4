"""How good an answer is: category, facts, forbidden claims, decisive evidence, calibration.

Nothing here knows a scenario: what is right comes from its truth. README.md explains the points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.matching import any_found, normalised
from triage.domain.report import Category

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evals.answer import Answer
    from evals.matching import Variant
    from evals.templates import Setting
    from evals.truth import Decisive, Truth

POINTS = {"category": 30.0, "facts": 40.0, "decisive": 20.0, "calibration": 10.0}

FORBIDDEN_CAP = 20.0
"""A report that claims what is wrong is worth less than one that claims nothing."""

PROBABILITY = {"CONFIRMED": 0.95, "LIKELY": 0.7, "INCONCLUSIVE": 0.3}
"""What a reader may take each level of confidence for."""


UNSUPPORTED = "cause-without-evidence"
"""The forbidden claim of a report that names the old cause after the evidence for it was deleted."""

_DECIDED = frozenset({"cause", "change"})
"""Kinds of facts that are not known any more without the decisive evidence."""


@dataclass(frozen=True)
class Score:
    """What one answer is worth.

    Attributes:
        points: 0 to 100.
        solved: Category right, every cause fact said, nothing forbidden.
        category: Whether the category is right.
        among_hypotheses: Whether a right category is among those it considered.
        disposition: Whether what the alarm turned out to be is right.
        facts_found: Ids of facts said.
        facts_missed: Ids of facts not said.
        forbidden: Ids of forbidden claims made.
        decisive_cited: Ids of decisive evidence quoted.
        decisive_missed: Ids of decisive evidence not quoted.
        facts_share: Facts said, by weight, 0 to 1.
        brier: Squared distance between stated confidence and being right.
    """

    points: float
    solved: bool
    category: bool
    among_hypotheses: bool
    disposition: bool
    facts_found: tuple[str, ...]
    facts_missed: tuple[str, ...]
    forbidden: tuple[str, ...]
    decisive_cited: tuple[str, ...]
    decisive_missed: tuple[str, ...]
    facts_share: float
    brier: float


def score(answer: Answer, truth: Truth, setting: Setting, *, without_decisive: bool = False) -> Score:
    """Compare an answer with the truth.

    Args:
        answer: What was reported.
        truth: What is right.
        setting: Account, region and time the truth's times are relative to.
        without_decisive: The decisive evidence had been deleted: what is right is `without_decisive`, and the
            cause itself is a claim nothing supports.
    """
    right = truth.without_decisive if without_decisive else truth.category
    category = answer.category in {one.value for one in right}
    said, asserted = answer.said(), answer.asserted()
    facts = [fact for fact in truth.facts if not (without_decisive and fact.kind in _DECIDED)]
    found = [fact for fact in facts if any_found(fact.any_of, said, setting)]
    forbidden = [one.id for one in truth.forbidden if _claims(one.any_of, asserted, setting)]
    if without_decisive and not category and answer.category in {one.value for one in truth.category}:
        forbidden.append(UNSUPPORTED)
    decisive = () if without_decisive else truth.decisive
    cited = [one.id for one in decisive if _cites(answer, one, setting)]
    total = sum(fact.weight for fact in facts)
    share = sum(fact.weight for fact in found) / total if total else 1.0
    causes = {fact.id for fact in facts if fact.kind == "cause"}
    solved = category and causes <= {fact.id for fact in found} and not forbidden
    brier = _brier(answer, right, solved=solved)
    parts = {"category": float(category), "calibration": 1.0 - brier}
    parts |= {"facts": share} if facts else {}
    parts |= {"decisive": len(cited) / len(decisive)} if decisive else {}
    points = (
        100.0 * sum(POINTS[name] * value for name, value in parts.items()) / sum(POINTS[name] for name in parts)
    )
    return Score(
        points=min(points, FORBIDDEN_CAP) if forbidden else points,
        solved=solved,
        category=category,
        among_hypotheses=bool({one.value for one in right} & set(answer.hypotheses())),
        disposition=answer.disposition in {one.value for one in truth.disposition},
        facts_found=tuple(fact.id for fact in found),
        facts_missed=tuple(fact.id for fact in facts if fact not in found),
        forbidden=tuple(forbidden),
        decisive_cited=tuple(cited),
        decisive_missed=tuple(one.id for one in decisive if one.id not in cited),
        facts_share=share,
        brier=brier,
    )


def _claims(variants: Sequence[Variant], texts: Sequence[str], setting: Setting) -> bool:
    """Whether one text by itself makes the claim: words from different sentences are no claim."""
    return any(any_found(variants, text, setting) for text in texts)


def _cites(answer: Answer, decisive: Decisive, setting: Setting) -> bool:
    return any(any_found(decisive.any_of, text, setting) for text in _true_quotes(answer))


def _true_quotes(answer: Answer) -> Iterator[str]:
    """Quotes that occur in the evidence they name."""
    texts = {name: normalised(text) for name, text in answer.evidence.items()}
    for quote in answer.quotes():
        if normalised(quote.text) and normalised(quote.text) in texts.get(quote.evidence, ""):
            yield quote.text


def _brier(answer: Answer, right: Sequence[Category], *, solved: bool) -> float:
    """Where unknown is right, saying so with the lowest confidence is being right."""
    probability = PROBABILITY.get(answer.confidence, PROBABILITY["INCONCLUSIVE"])
    if answer.category == Category.UNKNOWN.value and Category.UNKNOWN in right:
        probability = 1.0 if answer.confidence == "INCONCLUSIVE" else 1.0 - probability
    return (probability - float(solved)) ** 2
