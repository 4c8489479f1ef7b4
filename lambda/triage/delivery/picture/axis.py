"""Where an axis has its numbers: few, round, and enough to read a value from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.picture.curve import moment
from triage.delivery.quantity import tick
from triage.domain.chart import Breach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.delivery.picture.curve import Curve

STEPS_PER_AXIS = 4
_FLAT = 1e-6
"""Relative to their size, values closer together than this are drawn as one."""
_NOTHING = 1e-12
_EXACT = 1e-9
_ZERO_IS_NEAR = 0.75
_ROOM_TO_RING = 0.3
"""Steps of the axis that the side of the threshold that rings takes at least."""

_SECONDS = (1, 2, 5, 10, 15, 30)
_MINUTES = (60, 120, 300, 600, 900, 1800)
_HOURS = (3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600)
_DAY = 86_400
_DAYS = (_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 91 * _DAY, 365 * _DAY)
_TIME_STEPS = (*_SECONDS, *_MINUTES, *_HOURS, *_DAYS)


@dataclass(frozen=True)
class Tick:
    """One number of an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class ValueAxis:
    """The range of values shown, and the numbers beside it."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high one."""
        return (value - self.low) / (self.high - self.low)


def value_axis(curve: Curve) -> ValueAxis:
    """A range of round numbers that holds all values and limits, and zero where that is no waste."""
    low, high = value_range([value for _, value in curve.present] + list(curve.limits))
    step = _round_step((high - low) / STEPS_PER_AXIS)
    first, last = math.floor(low / step + _EXACT), math.ceil(high / step - _EXACT)
    if curve.threshold is not None:
        above, below = last - curve.threshold / step, curve.threshold / step - first
        last += curve.breach is Breach.ABOVE and above < _ROOM_TO_RING
        first -= curve.breach is Breach.BELOW and below < _ROOM_TO_RING and first * step != 0
    ticks = tuple(Tick(count * step, tick(count * step, step)) for count in range(first, last + 1))
    return ValueAxis(first * step, last * step, ticks)


def value_range(values: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest number to show; never the same."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if low > 0 and low <= high * _ZERO_IS_NEAR:
        low = 0.0
    if high < 0 and high >= low * _ZERO_IS_NEAR:
        high = 0.0
    size = max(abs(low), abs(high))
    if size <= _NOTHING:
        return 0.0, 1.0
    if high - low > size * _FLAT:
        return low, high
    return (0.0, high * 1.5) if high > 0 else (low * 1.5, 0.0)


def _round_step(rough: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - _EXACT))


def time_ticks(start: float, end: float, at_most: int) -> tuple[Tick, ...]:
    """Round times, at most so many; the first of a day is its date."""
    step = next((step for step in _TIME_STEPS if (end - start) / step <= at_most), None)
    if step is None:
        step = _DAYS[-1] * math.ceil((end - start) / at_most / _DAYS[-1])
    first = math.ceil(start / step)
    times = [count * step for count in range(first, math.floor(end / step) + 1)]
    return tuple(Tick(at, _time_label(at, step)) for at in times[-at_most:])


def _time_label(at: float, step: int) -> str:
    if at % _DAY == 0:
        when = moment(at)
        return f"{when.day} {when:%b}" + (f" {when.year}" if step >= _DAYS[-1] else "")
    return f"{moment(at):%H:%M}" if step >= _MINUTES[0] else f"{moment(at):%H:%M:%S}"
