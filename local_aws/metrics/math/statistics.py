"""Functions that summarise: one series to a scalar, or an array of series to one series, period by period."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.operators import same_periods
from local_aws.metrics.math.values import Series, Value, finite, kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _average_with_zeros(values: Sequence[float], series: int) -> float:
    """Missing values count as 0 (user guide, AVG): divided by the series there are, not by those with a value."""
    return sum(values) / series


_SUMMARIES: dict[str, Callable[[Sequence[float]], float]] = {
    "AVG": statistics.fmean,
    "MAX": max,
    "MIN": min,
    "SUM": sum,
    "STDDEV": statistics.pstdev,
    "DATAPOINT_COUNT": len,
}
"""The standard deviation is the population's; AWS does not say which one it is."""

NAMES = tuple(_SUMMARIES)


def summarise(function: str, value: Value) -> Value:
    """The result of a summarising function.

    Raises:
        ExpressionError: the argument is a scalar, or the series do not share their periods.
    """
    if isinstance(value, Series):
        return total(function, value)
    if not isinstance(value, tuple):
        raise ExpressionError(f"{function} takes a time series or an array of time series, not '{kind(value)}'")
    if not value:
        return ()
    same_periods(*value)
    times = {at for one in value for at in one.points}
    columns = {at: [one.points[at] for one in value if at in one.points] for at in times}
    if function == "AVG":
        return value[0].with_points({at: _average_with_zeros(found, len(value)) for at, found in columns.items()})
    return value[0].with_points({at: _of(function, found) for at, found in columns.items()})


def total(function: str, series: Series) -> float:
    """The summary of one series; of an empty one NaN, which drops what is computed from it, and for counts 0."""
    values = [value for _, value in series.in_order()]
    if not values:
        return 0.0 if function == "DATAPOINT_COUNT" else float("nan")
    return _of(function, values)


def _of(function: str, values: Sequence[float]) -> float:
    return finite(lambda: _SUMMARIES[function](values))
