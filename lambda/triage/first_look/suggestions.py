"""What a first look suggests to the agent: hypotheses, one sentence each, with what they rest on."""

from __future__ import annotations

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


def suggestions(signal: Signal, look: FirstLook) -> tuple[str, ...]:
    """The likeliest first; empty where nothing fits. They are hints, to be checked against the evidence."""
    if not any(section.data for section in look.sections):
        return ()
    scene = observe(signal, look)
    return tuple(_told(each, scene) for each in rank(scene)[:MOST] if each.score >= _LEAST)


def likeliest(signal: Signal, look: FirstLook) -> Category | None:
    """The kind of cause that seems likeliest; ``None`` where nothing fits."""
    if not any(section.data for section in look.sections):
        return None
    best = next(iter(rank(observe(signal, look))), None)
    return best.candidate.category if best and best.score >= _LEAST else None


def _told(each: Ranked, scene: Scene) -> str:
    candidate = each.candidate
    grade = "likely" if each.score >= LIKELY else "possible"
    parts = [candidate.statement]
    if candidate.complaint is not None:
        parts.append(f"({times(candidate.complaint, scene)})")
    if each.link is not None:
        parts.append(f"[{span(each.link.minutes)} after {change_kinds.told(each.link.change)}]")
    return sentence(f"{grade}, {candidate.category.value}: {' '.join(parts)}")
