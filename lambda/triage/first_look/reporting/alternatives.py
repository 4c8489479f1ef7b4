"""Other explanations that stay possible, with what speaks for and against each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Hypothesis
from triage.first_look import change_kinds
from triage.first_look.ranking import LIKELY
from triage.first_look.reporting.narrative import named, second_fault, statement_of
from triage.first_look.reporting.wording import message, sentence, span, times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.first_look.observations.facts import Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_MOST_HYPOTHESES = 5
_LEAST_HYPOTHESIS = 0.15
_MOST_OF_CATEGORY = 2


def hypotheses(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> tuple[Hypothesis, ...]:
    """Other explanations, no more than two of a category."""
    taken = {id(each) for each in (named(ranked), second_fault(ranked, scene)) if each is not None}
    best = named(ranked)
    sure = best is not None and best.score >= LIKELY and best.candidate.direct
    kept: list[Ranked] = []
    for each in ranked:
        alike = sum(other.candidate.category is each.candidate.category for other in kept)
        if _is_coincidence(each) and sure and any(map(_is_coincidence, kept)):
            continue
        if id(each) not in taken and each.score >= _LEAST_HYPOTHESIS and alike < _MOST_OF_CATEGORY:
            kept.append(each)
    return tuple(_hypothesis(each, scene, citing) for each in kept[:_MOST_HYPOTHESES])


def _is_coincidence(each: Ranked) -> bool:
    """Whether it is a change elsewhere that has only its time in common with the trouble."""
    change = each.candidate.change
    return change is not None and not change.related


def _hypothesis(each: Ranked, scene: Scene, citing: Citing) -> Hypothesis:
    candidate = each.candidate
    speaks_for = list(candidate.speaks_for)
    if candidate.complaint is not None:
        speaks_for.append(f"“{message(candidate.complaint.text, 160)}” {times(candidate.complaint, scene)}")
    if each.link is not None:
        speaks_for.append(f"{change_kinds.told(each.link.change)} {span(each.link.minutes)} before")
    against = list(candidate.speaks_against)
    if candidate.complaint is not None and candidate.complaint.before:
        against.append(f"{candidate.complaint.before} times before the onset already")
    return Hypothesis(
        sentence(statement_of(candidate)),
        candidate.category,
        "; ".join(speaks_for),
        "; ".join(against),
        citations=citing.of(candidate.quotes),
    )
