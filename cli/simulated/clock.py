"""A clock that stands still until somebody sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class SimulatedClock:
    """The Clock port."""

    time: datetime

    def now(self) -> datetime:
        """The moment of the simulation."""
        return self.time

    def monotonic(self) -> float:
        """Seconds since 1970."""
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        """Nobody waits here."""

    def advance_to(self, moment: datetime) -> None:
        """Go on to a moment; never back."""
        self.time = max(self.time, moment)
