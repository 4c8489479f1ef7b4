"""IF (user guide, "Using IF expressions", whose tables are the tests)."""

from __future__ import annotations

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.operators import same_periods
from local_aws.metrics.math.values import Series, Value, kind


def choose(condition: Value, if_true: Value, if_false: Value | None) -> Value:
    """The value of IF(condition, if_true, if_false).

    Raises:
        ExpressionError: an argument is an array, or series do not share their periods.
    """
    arguments = [one for one in (condition, if_true, if_false) if one is not None]
    if any(isinstance(one, tuple) for one in arguments):
        raise ExpressionError(f"IF takes scalars and time series, not '{', '.join(map(kind, arguments))}'")
    series = [one for one in arguments if isinstance(one, Series)]
    same_periods(*series)
    if isinstance(condition, Series):
        return _by_period(condition, if_true, if_false)
    if condition:
        return if_true
    if if_false is None:
        return series[0].with_points({}) if series else float("nan")
    return if_false


def _by_period(condition: Series, if_true: Value, if_false: Value | None) -> Series:
    points: dict[float, float] = {}
    for at, holds in condition.points.items():
        value = _at(if_true, at, 0.0) if holds else _at(if_false, at, None)
        if value is not None:
            points[at] = value
    return condition.with_points(points)


def _at(value: Value | None, at: float, missing: float | None) -> float | None:
    if isinstance(value, Series):
        return value.points.get(at, missing)
    return value if isinstance(value, float) else None
