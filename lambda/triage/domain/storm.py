"""The storm guard: how many investigations may start in an hour, and what a day may cost.

Spend is reserved before an investigation and settled after it. A reservation is the most that one investigation
may use, so that whatever runs at the same time, what was reserved and what was spent never add up to more than a
day may cost. Hours and days are those of UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from triage.domain.budget import Budget, Usage

MICRO = 1_000_000


@dataclass(frozen=True)
class StormLimits:
    """What all investigations together may use.

    Attributes:
        per_hour: investigations that may start within one hour of the clock.
        daily_micro_usd: spend of one day at list price, in millionths of a USD. Integers, so that sums are exact.
        daily_tokens: tokens of one day; what binds for a model without a known price.
    """

    per_hour: int
    daily_micro_usd: int
    daily_tokens: int

    @classmethod
    def of(cls, per_hour: int, daily_usd: float, daily_tokens: int | None, budget: Budget) -> StormLimits:
        """Limits from what people configure.

        Args:
            daily_tokens: ``None`` for as many as investigations may use that together reach ``daily_usd``.
            budget: of one investigation.
        """
        tokens = daily_tokens if daily_tokens is not None else int(daily_usd / budget.max_usd * budget.max_tokens)
        return cls(per_hour, round(daily_usd * MICRO), tokens)


@dataclass(frozen=True)
class Reservation:
    """Spend set aside for one attempt at one investigation.

    Attributes:
        id: what the attempt is known by; reserving again under the same id reserves nothing more.
        day: on whose account it is, ``2026-11-21``; the day it was made, also when the run ends on the next.
    """

    id: str
    day: str
    micro_usd: int
    tokens: int

    @classmethod
    def of(cls, investigation_id: str, attempt: int, now: datetime, budget: Budget) -> Reservation:
        """The most that one attempt may use."""
        return cls(f"{investigation_id}/{attempt}", day_of(now), round(budget.max_usd * MICRO), budget.max_tokens)

    def unused(self, usage: Usage) -> tuple[int, int]:
        """What goes back when the attempt is over: millionths of a USD and tokens.

        A model without a known price costs nothing here, so all USD go back and the tokens bind. The last turn of
        a run may take it past its own limit; then less than nothing goes back.
        """
        return self.micro_usd - round(usage.usd * MICRO), self.tokens - usage.tokens.total

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal reservation."""
        return {"id": self.id, "day": self.day, "micro_usd": self.micro_usd, "tokens": self.tokens}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reservation:
        """Restore a reservation written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        return cls(str(data["id"]), str(data["day"]), int(data["micro_usd"]), int(data["tokens"]))


@dataclass(frozen=True)
class Refusal:
    """Why no investigation starts now, in words for people."""

    reason: str


def hour_of(now: datetime) -> str:
    """The hour of the clock, UTC: ``2026-11-21T03``."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H}"


def day_of(now: datetime) -> str:
    """The day, UTC: ``2026-11-21``."""
    return f"{now.astimezone(UTC):%Y-%m-%d}"


def refused_by_hour(limits: StormLimits) -> Refusal:
    """The words for a full hour."""
    investigations = "1 investigation" if limits.per_hour == 1 else f"{limits.per_hour:,} investigations"
    return Refusal(f"the limit of {investigations} per hour is reached")


def refused_by_day(limits: StormLimits) -> Refusal:
    """The words for a day whose budget is spent or set aside."""
    return Refusal(
        f"the budget of the day ({limits.daily_micro_usd / MICRO:,.2f} USD, {limits.daily_tokens:,} tokens) is "
        "spent or set aside for investigations under way"
    )
