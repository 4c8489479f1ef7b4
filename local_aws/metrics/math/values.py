"""What an expression works on: scalars, time series, and arrays of time series."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.metrics.store import Metric
    from local_aws.metrics.windows import Window


@dataclass(frozen=True)
class Source:
    """Where a series that is a metric comes from.

    Attributes:
        metric: The metric.
        statistic: Its statistic.
    """

    metric: Metric
    statistic: str


@dataclass(frozen=True)
class Series:
    """A time series.

    Attributes:
        points: Values by epoch seconds, in any order; a missing period has no entry.
        window: The periods it is a series over.
        label: What it is called.
        source: The metric it is; None for what was computed.
    """

    points: Mapping[float, float]
    window: Window
    label: str = ""
    source: Source | None = field(default=None, compare=False)

    def with_points(self, points: Mapping[float, float]) -> Series:
        """A series computed from this one; values that are no numbers are dropped, as AWS drops them."""
        finite = {at: value for at, value in points.items() if math.isfinite(value)}
        return replace(self, points=finite, source=None)

    def map(self, function: Callable[[float], float]) -> Series:
        """Every value put through a function; where it has no value the point is dropped."""
        return self.with_points({at: finite(function, value) for at, value in self.points.items()})

    def in_order(self) -> list[tuple[float, float]]:
        """Times and values, oldest first."""
        return sorted(self.points.items())


SeriesArray = tuple[Series, ...]

Value = float | Series | SeriesArray


def finite(function: Callable[..., Any], *values: float) -> float:
    """A function's value; NaN where it has none (a division by zero, the logarithm of zero, an overflow)."""
    try:
        found = function(*values)
    except (ArithmeticError, ValueError):
        return math.nan
    return math.nan if isinstance(found, complex) else float(found)


def kind(value: Value) -> str:
    """The data type as the user guide abbreviates it."""
    if isinstance(value, Series):
        return "TS"
    return "TS[]" if isinstance(value, tuple) else "S"
