"""A lead: something an answer names or shows that is worth a question of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolbox.resources.base import Resource


#: With less weight nothing is known to have changed: only what is not as usual is told.
PROMISING = 40.0


@dataclass(frozen=True, slots=True)
class Lead:
    """One thing to follow.

    Attributes:
        about: What.
        origin: Id of the section that led there.
        why: What in it did.
        hop: In which round it is followed.
        weight: How much it promises; larger ones go first.
        since: When it was changed itself, where that is known: its log is compared before and after.
        is_vague: Whether only its name, or the time at which it was changed, speaks for it.
    """

    about: Resource
    origin: str
    why: str
    hop: int
    weight: float
    since: str | None = None
    is_vague: bool = False

    def to_json(self) -> dict[str, Any]:
        """As a section says what led to it."""
        about = f"{self.about.kind} {self.about.name}"
        return {"about": about, "from": self.origin, "why": self.why[:160], "hop": self.hop}


def ranked(leads: list[Lead]) -> list[Lead]:
    """Each resource once, by what promises most of it; the most promising first."""
    best: dict[Resource, Lead] = {}
    for lead in sorted(leads, key=lambda each: (-each.weight, each.hop, each.about.kind, each.about.name)):
        best.setdefault(lead.about, lead)
    return list(best.values())
