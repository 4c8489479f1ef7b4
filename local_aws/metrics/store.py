"""Datapoints as they were put, by metric.

A metric is a namespace, a name and exactly one set of dimensions (CloudWatch user guide, "Dimensions"). Nothing is
evicted: one-minute data lives for fifteen days and its aggregates for fifteen months (same guide, "Metrics
retention"), which is longer than a local account.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REGULAR_RESOLUTION_S = 60


class Metric(NamedTuple):
    """The identity of a metric.

    Attributes:
        namespace: Such as `AWS/Lambda`.
        name: Such as `Errors`.
        dimensions: Names and values, by name.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Iterable[Mapping[str, str]]) -> Metric:
        """From dimensions as the API has them."""
        return cls(namespace, name, tuple(sorted({one["Name"]: one["Value"] for one in dimensions}.items())))

    def described(self) -> list[dict[str, str]]:
        """The dimensions as the API has them."""
        return [{"Name": name, "Value": value} for name, value in self.dimensions]


class Observation(NamedTuple):
    """One value, or one published statistic set.

    Attributes:
        timestamp: Epoch seconds; of a metric of regular resolution the start of its minute.
        samples: How many values.
        total: Their sum.
        low: The least of them.
        high: The greatest of them.
        unit: As it was put.
        resolution: 1 or 60 seconds.
    """

    timestamp: float
    samples: float
    total: float
    low: float
    high: float
    unit: str = "None"
    resolution: int = REGULAR_RESOLUTION_S


def observed(
    timestamp: float, value: float, unit: str = "None", times: float = 1.0, resolution: int = 60
) -> Observation:
    """One value, seen several times over."""
    floored = timestamp // resolution * resolution
    return Observation(floored, times, value * times, value, value, unit, resolution)


_WHEN = attrgetter("timestamp")


class _Series:
    """The observations of one metric, in the order of time once they are read."""

    def __init__(self, observations: Iterable[Observation] = ()) -> None:
        self._observations = sorted(observations, key=_WHEN)
        self._sorted = True

    def add(self, observation: Observation) -> None:
        if self._observations and observation.timestamp < self._observations[-1].timestamp:
            self._sorted = False
        self._observations.append(observation)

    def between(self, start: float, end: float) -> Sequence[Observation]:
        if not self._sorted:
            self._observations.sort(key=_WHEN)
            self._sorted = True
        first = bisect_left(self._observations, start, key=_WHEN)
        return self._observations[first : bisect_left(self._observations, end, first, key=_WHEN)]

    def copy(self) -> _Series:
        return _Series(self._observations)

    def latest(self) -> float:
        if not self._observations:
            return -math.inf
        return self._observations[-1].timestamp if self._sorted else max(map(_WHEN, self._observations))


class MetricStore:
    """The metrics of one account in one region; safe to use from several threads."""

    def __init__(self) -> None:
        self._series: dict[Metric, _Series] = {}
        self._lock = threading.Lock()

    def __deepcopy__(self, _memo: object) -> MetricStore:
        """A store with the same observations, which changes by itself; a snapshot of the account is made of it."""
        twin = MetricStore()
        with self._lock:
            twin._series = {metric: series.copy() for metric, series in self._series.items()}
        return twin

    def add(self, metric: Metric, observations: Iterable[Observation]) -> None:
        """Keep observations, in any order of time."""
        with self._lock:
            series = self._series.setdefault(metric, _Series())
            for one in observations:
                series.add(one)

    def read(self, metric: Metric, start: float, end: float) -> Sequence[Observation]:
        """The observations from `start` until before `end`, oldest first; none of a metric that does not exist."""
        with self._lock:
            series = self._series.get(metric)
            return series.between(start, end) if series else []

    def active_since(self, moment: float) -> list[Metric]:
        """The metrics with a datapoint at or after a moment, by namespace, name and dimensions."""
        with self._lock:
            return sorted(metric for metric, series in self._series.items() if series.latest() >= moment)

    def drop(self, metric: Metric) -> None:
        """Forget a metric."""
        with self._lock:
            self._series.pop(metric, None)

    def metrics(self) -> list[Metric]:
        """Every metric there is."""
        with self._lock:
            return list(self._series)
