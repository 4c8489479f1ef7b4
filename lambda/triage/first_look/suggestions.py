"""What a first look suggests to the agent: hypotheses, one sentence each, with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.first_look import change_kinds
from triage.first_look.observations import observe
from triage.first_look.ranking import LIKELY, rank
from triage.first_look.reporting.wording import sentence, span, times

if TYPE_CHECKING:
    from triage.domain.report import Category
    from triage.domain.signal import Signal
    from triage.first_look.document import FirstLook
    from triage.first_look.observations.facts import Scene
    from triage.first_look.ranking import Ranked

MOST = 5
_LEAST = 0.2


@dataclass(frozen=True)
class Suggested:
    """Hints, to be checked against the evidence.

    Attributes:
        told: the likeliest first; empty where nothing fits.
        category: the kind of cause of the first.
    """

    told: tuple[str, ...] = ()
    category: Category | None = None


def suggested(signal: Signal, look: FirstLook) -> Suggested:
    """What a first look suggests."""
    if not any(section.data for section in look.sections):
        return Suggested()
    scene = observe(signal, look)
    likely = [each for each in rank(scene)[:MOST] if each.score >= _LEAST]
    return Suggested(
        tuple(_told(each, scene) for each in likely), likely[0].candidate.category if likely else None
    )


def suggestions(signal: Signal, look: FirstLook) -> tuple[str, ...]:
    """What a first look suggests, in words."""
    return suggested(signal, look).told


def _told(each: Ranked, scene: Scene) -> str:
    candidate = each.candidate
    grade = "likely" if each.score >= LIKELY else "possible"
    parts = [candidate.statement]
    if candidate.complaint is not None:
        parts.append(f"({times(candidate.complaint, scene)})")
    if each.link is not None:
        parts.append(f"[{span(each.link.minutes)} after {change_kinds.told(each.link.change)}]")
    return sentence(f"{grade}, {candidate.category.value}: {' '.join(parts)}")
