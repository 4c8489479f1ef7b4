"""Functions from one series to one series; of an array they take each series."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.values import Series, Value, kind

if TYPE_CHECKING:
    from collections.abc import Callable


def each(function: str, transform: Callable[[Series], Series], value: Value) -> Value:
    """A transformation of a series, or of each series of an array.

    Raises:
        ExpressionError: the argument is a scalar.
    """
    if isinstance(value, Series):
        return transform(value)
    if isinstance(value, tuple):
        return tuple(transform(one) for one in value)
    raise ExpressionError(f"{function} takes a time series or an array of time series, not '{kind(value)}'")


def _mapped(function: Callable[[float], float]) -> Callable[[Series], Series]:
    return lambda series: series.map(function)


def _difference(series: Series) -> Series:
    return series.with_points({at: value - before for (_, before), (at, value) in pairwise(series.in_order())})


def _time_difference(series: Series) -> Series:
    return series.with_points({at: at - before for (before, _), (at, _) in pairwise(series.in_order())})


def _rate(series: Series) -> Series:
    steps = pairwise(series.in_order())
    return series.with_points({at: (value - old) / (at - before) for (before, old), (at, value) in steps})


def _running_sum(series: Series) -> Series:
    points = series.in_order()
    sums = accumulate(value for _, value in points)
    return series.with_points({at: value for (at, _), value in zip(points, sums, strict=True)})


def _calendar(field: Callable[[datetime], float]) -> Callable[[Series], Series]:
    """A part of each period's start, in UTC, whether there is a datapoint or not."""
    return lambda series: series.with_points(
        {at: float(field(datetime.fromtimestamp(at, UTC))) for at in series.window.slots()}
    )


TRANSFORMATIONS: dict[str, Callable[[Series], Series]] = {
    "ABS": _mapped(abs),
    "CEIL": _mapped(math.ceil),
    "FLOOR": _mapped(math.floor),
    "LOG": _mapped(math.log),
    "LOG10": _mapped(math.log10),
    "DIFF": _difference,
    "DIFF_TIME": _time_difference,
    "RATE": _rate,
    "RUNNING_SUM": _running_sum,
    "MINUTE": _calendar(lambda moment: moment.minute),
    "HOUR": _calendar(lambda moment: moment.hour),
    "DAY": _calendar(lambda moment: moment.isoweekday()),
    "DATE": _calendar(lambda moment: moment.day),
    "MONTH": _calendar(lambda moment: moment.month),
    "YEAR": _calendar(lambda moment: moment.year),
    "EPOCH": _calendar(lambda moment: moment.timestamp()),
}
"""By name; days of the week are numbered from Monday, 1, to Sunday, 7."""


def filled(series: Series, filler: float | Series | str) -> Series:
    """FILL: every period with a value.

    Args:
        series: the series with gaps.
        filler: a value; a series to take values from; `REPEAT` for the last value before the gap; or `LINEAR` for
            a line across it. The last two leave a gap at the beginning, `LINEAR` also one at the end.
    """
    if filler == "REPEAT":
        return _repeated(series)
    if filler == "LINEAR":
        return _interpolated(series)
    source = filler.points if isinstance(filler, Series) else dict.fromkeys(series.window.slots(), filler)
    slots = (at for at in series.window.slots() if at in source)
    return series.with_points({**{at: float(source[at]) for at in slots}, **series.points})


def _repeated(series: Series) -> Series:
    points: dict[float, float] = {}
    last: float | None = None
    for at in series.window.slots():
        last = series.points.get(at, last)
        if last is not None:
            points[at] = last
    return series.with_points(points)


def _interpolated(series: Series) -> Series:
    points = dict(series.points)
    for (start, low), (end, high) in pairwise(series.in_order()):
        for at in series.window.slots():
            if start < at < end:
                points[at] = low + (high - low) * (at - start) / (end - start)
    return series.with_points(points)
