"""Arithmetic, comparison and logical operators.

Between two series a missing value counts as 0; a value that cannot be computed is dropped (user guide, "Basic
arithmetic functions" and "Comparison and logical operators").
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.values import Series, Value, finite, kind

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "AND": lambda left, right: bool(left) and bool(right),
    "OR": lambda left, right: bool(left) or bool(right),
}


def apply(symbol: str, left: Value, right: Value) -> Value:
    """The result of a binary operator.

    Raises:
        ExpressionError: the operands are both arrays, or series of different periods.
    """
    if isinstance(left, tuple) and isinstance(right, tuple):
        raise ExpressionError(f"Unsupported operand type(s) for {symbol}: '{kind(left)}, {kind(right)}'")
    if isinstance(left, tuple):
        return tuple(_pair(symbol, one, right) for one in left)
    if isinstance(right, tuple):
        return tuple(_pair(symbol, left, one) for one in right)
    if isinstance(left, Series) or isinstance(right, Series):
        return _pair(symbol, left, right)
    return finite(_OPERATORS[symbol], left, right)


def negate(value: Value) -> Value:
    """Unary minus."""
    return apply("-", 0.0, value)


def _pair(symbol: str, left: Value, right: Value) -> Series:
    """Two operands of which one at least is a series."""
    function = _OPERATORS[symbol]
    if isinstance(left, Series) and isinstance(right, Series):
        same_periods(left, right)
        times = left.points.keys() | right.points.keys()
        return left.with_points(
            {at: finite(function, left.points.get(at, 0.0), right.points.get(at, 0.0)) for at in times}
        )
    if isinstance(left, Series) and isinstance(right, float):
        return left.map(lambda value: function(value, right))
    if isinstance(left, float) and isinstance(right, Series):
        return right.map(lambda value: function(left, value))
    raise ExpressionError(f"Unsupported operand type(s) for {symbol}: '{kind(left)}, {kind(right)}'")


def same_periods(*series: Series) -> None:
    """Refuse to combine series that do not share their periods.

    Raises:
        ExpressionError: they do not.
    """
    periods = sorted({one.window.period for one in series})
    if len(periods) > 1:
        listed = ", ".join(f"{period} s" for period in periods)
        raise ExpressionError(f"This local AWS does not combine metrics of different periods ({listed})")
