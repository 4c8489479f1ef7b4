"""What a first look suggests to the agent: hypotheses, one sentence each, with what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.first_look import change_kinds
from triage.first_look.ranking import LIKELY
from triage.first_look.reporting.wording import sentence, span, times

if TYPE_CHECKING:
    from triage.domain.report import Category
    from triage.first_look.observations.facts import Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reading import Reading

MOST = 5
_LEAST = 0.2


def suggestions(reading: Reading) -> tuple[str, ...]:
    """The likeliest first; empty where nothing fits. They are hints, to be checked against the evidence."""
    return tuple(_told(each, reading.scene) for each in _likely(reading)[:MOST])


def likeliest(reading: Reading) -> Category | None:
    """The kind of cause that seems likeliest; ``None`` where nothing fits."""
    return next((each.candidate.category for each in _likely(reading)), None)


def _likely(reading: Reading) -> list[Ranked]:
    if not any(section.data for section in reading.look.sections):
        return []
    return [each for each in reading.ranked if each.score >= _LEAST]


def _told(each: Ranked, scene: Scene) -> str:
    candidate = each.candidate
    grade = "likely" if each.score >= LIKELY else "possible"
    parts = [candidate.statement]
    if candidate.complaint is not None:
        parts.append(f"({times(candidate.complaint, scene)})")
    if each.link is not None:
        parts.append(f"[{span(each.link.minutes)} after {change_kinds.told(each.link.change)}]")
    return sentence(f"{grade}, {candidate.category.value}: {' '.join(parts)}")
