"""What a first look could not see, and what stays open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.reporting.narrative import named
from triage.first_look.untyped import objects, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.document import FirstLook, Section
    from triage.first_look.observations.facts import Scene
    from triage.first_look.ranking import Ranked

_MOST = 12
_TRAIL_LAG = timedelta(minutes=15)


def missed(look: FirstLook) -> tuple[str, ...]:
    """Sections without an answer, and what was denied, late or cut in the others."""
    whole = (f"No first look: {look.gap}.",) if look.gap else ()
    found = [text for section in look.sections for text in _of(section)]
    return (*whole, *list(dict.fromkeys(found))[:_MOST])


def _of(section: Section) -> Iterator[str]:
    if section.gap:
        yield f"{section.title}: {section.gap}."
    for gap in objects(section.data.get("gaps")):
        yield f"{section.title}: {gap.get('what')}: {str(gap.get('why'))[:160].rstrip('.')}."
    for cut in texts(section.data.get("truncated")):
        yield f"{section.title}: left out: {cut}."


def open_questions(ranked: Sequence[Ranked], scene: Scene) -> tuple[str, ...]:
    """What somebody should find out, by what is named as the cause."""
    best = named(ranked)
    found: list[str] = []
    if best is None:
        found.append("What stands behind it: no error, change or figure that was seen explains it.")
    elif best.candidate.category in (Category.DEPENDENCY_UNREACHABLE, Category.TIMEOUT):
        host = best.candidate.named.host
        if host and best.link is None:
            found.append(
                f"Why {host} fails is not known: nothing of it is visible from here; those who run it can tell."
            )
    if best is not None and best.link is None and best.candidate.change is None:
        found.append("What brought it about: no change that was seen fits it.")
    if scene.end is not None and scene.end - scene.onset < _TRAIL_LAG and scene.look.of("changes_before"):
        found.append(
            "Whether something was changed in the last minutes: CloudTrail shows a call after 5 to 15 min."
        )
    return tuple(found)
