"""Functions over arrays of series: which of them, and in which order."""

from __future__ import annotations

import math

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.statistics import total
from local_aws.metrics.math.values import Series, SeriesArray, Value, kind

_ORDERED_BY = ("AVG", "MIN", "MAX", "SUM")


def array(function: str, value: Value) -> SeriesArray:
    """An argument that must be an array.

    Raises:
        ExpressionError: it is not.
    """
    if isinstance(value, tuple):
        return value
    raise ExpressionError(f"{function} takes an array of time series, not '{kind(value)}'")


def one(function: str, series: SeriesArray) -> Series:
    """FIRST and LAST.

    Raises:
        ExpressionError: the array is empty.
    """
    if not series:
        raise ExpressionError(f"{function} of an empty array of time series")
    return series[0] if function == "FIRST" else series[-1]


def ordered(series: SeriesArray, by: str, order: str, limit: float | None) -> SeriesArray:
    """SORT; series without datapoints come last.

    Raises:
        ExpressionError: the function or the order is none of the guide's.
    """
    if by not in _ORDERED_BY or order not in {"ASC", "DESC"}:
        raise ExpressionError(f"SORT takes one of {', '.join(_ORDERED_BY)} and ASC or DESC, not {by}, {order}")
    present = sorted(
        (one for one in series if one.points), key=lambda one: total(by, one), reverse=order == "DESC"
    )
    found = (*present, *(one for one in series if not one.points))
    return found if limit is None else found[: _index("SORT", limit)]


def part(series: SeriesArray, start: float, end: float | None) -> SeriesArray:
    """SLICE: from `start` until before `end`, counted from 0."""
    return series[_index("SLICE", start) : None if end is None else _index("SLICE", end)]


def _index(function: str, value: float) -> int:
    if not math.isfinite(value) or value < 0 or value != int(value):
        raise ExpressionError(f"{function} takes whole numbers from 0 on, not {value:g}")
    return int(value)
