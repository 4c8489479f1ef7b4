"""Series drawn as the user guide draws them, and stores with what a test needs."""

from __future__ import annotations

from collections.abc import Mapping

from local_aws.metrics.math.values import Series
from local_aws.metrics.store import Metric, MetricStore, observed
from local_aws.metrics.windows import Window

NOW = 1_800_000_000.0
"""On a full minute, and on a full hour (2027-01-15T08:00Z, a Friday)."""

ERRORS = Metric("AWS/Lambda", "Errors", (("FunctionName", "orders"),))


def window(slots: int, period: int = 60, start: float = NOW) -> Window:
    return Window(start, start + slots * period, period)


def series(drawn: str, period: int = 60) -> Series:
    """`30 - 20`: three periods from NOW on, the second without a value."""
    marks = drawn.split()
    points = {NOW + number * period: float(mark) for number, mark in enumerate(marks) if mark != "-"}
    return Series(points, window(len(marks), period))


def drawn(value: object) -> str:
    """The opposite of `series`."""
    assert isinstance(value, Series), value
    return " ".join(f"{value.points[at]:g}" if at in value.points else "-" for at in value.window.slots())


def store_of(values: Mapping[Metric, Mapping[float, float]]) -> MetricStore:
    """A store with one value per time."""
    store = MetricStore()
    for metric, points in values.items():
        store.add(metric, [observed(at, value) for at, value in points.items()])
    return store
