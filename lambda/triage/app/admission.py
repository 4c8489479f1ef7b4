"""Admission: whether one more investigation may start now, and what it may spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.storm import Refusal, Reservation, hour_of, refused_by_day, refused_by_hour

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.budget import Budget, Usage
    from triage.domain.storm import StormLimits
    from triage.ports import Spend


@dataclass(frozen=True)
class Admission:
    """The storm guard at work.

    Attributes:
        budget: of one investigation; the most it may use is what is reserved for it.
    """

    spend: Spend
    limits: StormLimits
    budget: Budget

    def admit(self, investigation_id: str, attempt: int, now: datetime) -> Reservation | Refusal:
        """Count the investigation in this hour and set its spend aside.

        Asking again for the same attempt, because the first answer was lost, counts and reserves nothing more.
        A later attempt counts as a start only in a later hour, and reserves anew: what the attempt before it used
        is not known.
        """
        hour = hour_of(now)
        if not self.spend.count_start(hour, investigation_id, self.limits):
            return refused_by_hour(self.limits)
        reservation = Reservation.of(investigation_id, attempt, now, self.budget)
        if self.spend.reserve(reservation, self.limits):
            return reservation
        if attempt == 1:
            self.spend.uncount_start(hour, investigation_id)
        return refused_by_day(self.limits)

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        """Give back what an attempt did not use; settling twice gives back once."""
        self.spend.give_back(reservation, *reservation.unused(usage))
