"""A first look as the rules read it: once, for the suggestions, the picture and the report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.domain.signal import Signal
    from triage.first_look.document import FirstLook
    from triage.first_look.observations.facts import Scene
    from triage.first_look.ranking import Ranked


@dataclass(frozen=True)
class Reading:
    """A signal and the look that was taken at it, with what follows from both."""

    signal: Signal
    look: FirstLook

    @cached_property
    def scene(self) -> Scene:
        """What was observed."""
        from triage.first_look.observations import observe  # noqa: PLC0415 - see rules.py

        return observe(self.signal, self.look)

    @cached_property
    def ranked(self) -> tuple[Ranked, ...]:
        """The hypotheses, the likeliest first."""
        from triage.first_look.ranking import rank  # noqa: PLC0415 - see rules.py

        return rank(self.scene)
