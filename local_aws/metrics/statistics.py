"""Statistics over the observations of one period (CloudWatch user guide, "CloudWatch statistics definitions")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local_aws.metrics.store import Observation

Sample = tuple[float, float]
"""A value and how often it was seen."""


class UnknownStatisticError(ValueError):
    """CloudWatch has no such statistic."""


@dataclass(frozen=True)
class Statistic:
    """A statistic by the name it is asked for.

    Attributes:
        name: As it was asked for, such as `p99.9`.
        of: Its value over at least one observation; None where the data does not allow it.
    """

    name: str
    of: Callable[[Sequence[Observation]], float | None]


@dataclass(frozen=True)
class Bounds:
    """The range of a trimmed statistic.

    Attributes:
        low: Lower boundary; None for all from the lowest on.
        high: Upper boundary; None for all up to the highest.
        percent: Whether boundaries are percentiles; otherwise they are values, the lower one exclusive.
    """

    low: float | None
    high: float | None
    percent: bool

    def edges(self, samples: Sequence[Sample]) -> tuple[float | None, float | None]:
        """The boundaries as values."""
        if not self.percent:
            return self.low, self.high
        low = None if self.low is None else percentile(samples, self.low)
        return low, None if self.high is None else percentile(samples, self.high)

    def inside(self, samples: Sequence[Sample]) -> list[Sample]:
        """The samples in the range."""
        low, high = self.edges(samples)
        return [
            (value, count)
            for value, count in samples
            if (low is None or value > low or (self.percent and value == low)) and (high is None or value <= high)
        ]


def count(observations: Sequence[Observation]) -> float:
    """SampleCount."""
    return sum(one.samples for one in observations)


def _total(observations: Sequence[Observation]) -> float:
    return sum(one.total for one in observations)


def _average(observations: Sequence[Observation]) -> float | None:
    samples = count(observations)
    return _total(observations) / samples if samples else None


_SIMPLE: dict[str, Callable[[Sequence[Observation]], float | None]] = {
    "SampleCount": count,
    "Sum": _total,
    "Average": _average,
    "Minimum": lambda observations: min(one.low for one in observations),
    "Maximum": lambda observations: max(one.high for one in observations),
}

SIMPLE_NAMES = tuple(_SIMPLE)


def samples_of(observations: Sequence[Observation]) -> list[Sample] | None:
    """The raw values in order; None where CloudWatch has none.

    A statistic set keeps its values only when they are all the same, and a negative value rules out every
    statistic over raw values.
    """
    found = [(one.low, one.samples) for one in observations if one.samples > 0]
    mixed = any(one.low != one.high or one.total != one.low * one.samples for one in observations)
    if mixed or not found or min(found)[0] < 0:
        return None
    return sorted(found)


def percentile(samples: Sequence[Sample], percent: float) -> float:
    """The value at a percentile of samples in order, interpolated between the two nearest ranks."""
    rank = percent / 100 * max(0.0, sum(times for _, times in samples) - 1)
    below = int(rank)
    low, high = _at(samples, below), _at(samples, below + 1)
    return low + (rank - below) * (high - low)


def _at(samples: Sequence[Sample], rank: int) -> float:
    seen = 0.0
    for value, times in samples:
        seen += times
        if rank < seen:
            return value
    return samples[-1][0]


def _trimmed_mean(samples: Sequence[Sample], bounds: Bounds) -> float | None:
    inside = bounds.inside(samples)
    return _weighed(inside) / _counted(inside) if inside else None


def _winsorized_mean(samples: Sequence[Sample], bounds: Bounds) -> float:
    low, high = bounds.edges(samples)
    clamped = [(min(max(value, low or 0.0), value if high is None else high), times) for value, times in samples]
    return _weighed(clamped) / _counted(clamped)


def _percentile_rank(samples: Sequence[Sample], bounds: Bounds) -> float:
    return 100 * _counted(bounds.inside(samples)) / _counted(samples)


def _weighed(samples: Sequence[Sample]) -> float:
    return sum(value * times for value, times in samples)


def _counted(samples: Sequence[Sample]) -> float:
    return sum(times for _, times in samples)


_RANGED: dict[str, Callable[[Sequence[Sample], Bounds], float | None]] = {
    "tm": _trimmed_mean,
    "tc": lambda samples, bounds: _counted(bounds.inside(samples)),
    "ts": lambda samples, bounds: _weighed(bounds.inside(samples)),
    "wm": _winsorized_mean,
    "pr": _percentile_rank,
}

_NUMBER = r"\d+(?:\.\d{0,10})?"
_PERCENTILE = re.compile(rf"p({_NUMBER})")
_UPPER_ONLY = re.compile(rf"(tm|tc|ts|wm)({_NUMBER})")
_RANGE = re.compile(rf"(TM|TC|TS|WM|PR)\((?:({_NUMBER})(%?))?:(?:({_NUMBER})(%?))?\)")


def parse(name: str) -> Statistic:
    """The statistic of a name.

    Raises:
        UnknownStatisticError: there is none.
    """
    if name in _SIMPLE:
        return Statistic(name, _SIMPLE[name])
    if name == "IQM":
        return _raw(name, lambda samples: _trimmed_mean(samples, Bounds(25.0, 75.0, percent=True)))
    if (found := _PERCENTILE.fullmatch(name)) and float(found[1]) <= 100:
        percent = float(found[1])
        return _raw(name, lambda samples: percentile(samples, percent))
    if (found := _UPPER_ONLY.fullmatch(name)) and float(found[2]) <= 100:
        upper = Bounds(None, float(found[2]), percent=True)
        compute = _RANGED[found[1]]
        return _raw(name, lambda samples: compute(samples, upper))
    if found := _RANGE.fullmatch(name):
        return _ranged(name, found)
    raise UnknownStatisticError(f"The value {name} for parameter Stat is not supported.")


def _ranged(name: str, found: re.Match[str]) -> Statistic:
    kind, low, low_percent, high, high_percent = found.groups()
    signs = {sign for number, sign in ((low, low_percent), (high, high_percent)) if number is not None}
    bounds = Bounds(
        None if low is None else float(low), None if high is None else float(high), percent=signs == {"%"}
    )
    numbers = [number for number in (bounds.low, bounds.high) if number is not None]
    sensible = len(signs) == 1 and numbers == sorted(numbers) and (not bounds.percent or numbers[-1] <= 100)
    if not sensible or (bounds.percent and kind == "PR"):
        raise UnknownStatisticError(f"The value {name} for parameter Stat is not supported.")
    compute = _RANGED[kind.lower()]
    return _raw(name, lambda samples: compute(samples, bounds))


def _raw(name: str, compute: Callable[[Sequence[Sample]], float | None]) -> Statistic:
    """A statistic that needs the raw values."""

    def of(observations: Sequence[Observation]) -> float | None:
        samples = samples_of(observations)
        return compute(samples) if samples else None

    return Statistic(name, of)
