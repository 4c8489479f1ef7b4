"""The value of an expression over the series it names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from local_aws.metrics.math import arrays, conditions, operators, series_functions, statistics
from local_aws.metrics.math.errors import ExpressionError
from local_aws.metrics.math.parser import Array, Binary, Call, Name, Negated, Node, Number, Text, Word
from local_aws.metrics.math.series_functions import TRANSFORMATIONS
from local_aws.metrics.math.values import Series, SeriesArray, Value, kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.metrics.windows import Window

NOT_EVALUATED = ("ANOMALY_DETECTION_BAND", "DB_PERF_INSIGHTS", "INSIGHT_RULE_METRIC", "LAMBDA", "SERVICE_QUOTA")
"""Functions of CloudWatch that need data or code this local AWS does not have."""


class Scope(Protocol):
    """What an expression refers to."""

    def named(self, identifier: str) -> Value:
        """The metric or expression of an id; an ExpressionError when there is none."""
        ...

    def metrics(self, part: str) -> SeriesArray:
        """The metrics of the request whose id contains a string."""
        ...

    def search(self, query: str, statistic: str, period: int | None) -> SeriesArray:
        """The metrics a search finds."""
        ...

    def window(self) -> Window:
        """The periods of a constant series."""
        ...


def evaluate(node: Node, scope: Scope) -> Value:
    """The value of a tree.

    Raises:
        ExpressionError: something in it has none.
    """
    return _Evaluation(scope).value(node)


class _Evaluation:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._functions: dict[str, Callable[[str, tuple[Node, ...]], Value]] = {
            **dict.fromkeys(statistics.NAMES, self._summary),
            **dict.fromkeys(TRANSFORMATIONS, self._transformation),
            **dict.fromkeys(("FIRST", "LAST", "REMOVE_EMPTY", "METRIC_COUNT"), self._of_array),
            "FILL": self._fill,
            "IF": self._if,
            "METRICS": self._metrics,
            "PERIOD": self._period,
            "SEARCH": self._search,
            "SLICE": self._slice,
            "SORT": self._sort,
            "TIME_SERIES": self._time_series,
        }

    def value(self, node: Node) -> Value:
        """The value of a node; chains of operators are walked, not descended, since they may be long."""
        chain: list[Binary] = []
        while isinstance(node, Binary):
            chain.append(node)
            node = node.left
        found = self._operand(node)
        for binary in reversed(chain):
            found = operators.apply(binary.operator, found, self.value(binary.right))
        return found

    def _operand(self, node: Node) -> Value:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            return self._scope.named(node.id)
        if isinstance(node, Negated):
            return operators.negate(self.value(node.operand))
        if isinstance(node, Array):
            return self._array(node)
        if isinstance(node, Call):
            return self._call(node)
        shown = node.value if isinstance(node, Word | Text) else node
        raise ExpressionError(f"{shown!r} has no value here")

    def _array(self, node: Array) -> SeriesArray:
        found: list[Series] = []
        for item in node.items:
            value = self.value(item)
            if isinstance(value, float):
                raise ExpressionError("An array holds time series, not scalars")
            found += value if isinstance(value, tuple) else [value]
        return tuple(found)

    def _call(self, node: Call) -> Value:
        function = self._functions.get(node.function)
        if function is not None:
            return function(node.function, node.arguments)
        if node.function in NOT_EVALUATED:
            known = ", ".join(sorted(self._functions))
            raise ExpressionError(f"This local AWS does not evaluate {node.function}; it evaluates {known}")
        raise ExpressionError(f"Unknown function {node.function}")

    def _summary(self, function: str, arguments: tuple[Node, ...]) -> Value:
        [argument] = _count(function, arguments, 1)
        return statistics.summarise(function, self.value(argument))

    def _transformation(self, function: str, arguments: tuple[Node, ...]) -> Value:
        [argument] = _count(function, arguments, 1)
        return series_functions.each(function, TRANSFORMATIONS[function], self.value(argument))

    def _of_array(self, function: str, arguments: tuple[Node, ...]) -> Value:
        [argument] = _count(function, arguments, 1)
        series = arrays.array(function, self.value(argument))
        if function == "REMOVE_EMPTY":
            return tuple(one for one in series if one.points)
        return float(len(series)) if function == "METRIC_COUNT" else arrays.one(function, series)

    def _fill(self, function: str, arguments: tuple[Node, ...]) -> Value:
        argument, filler = _count(function, arguments, 2)
        value = filler.value if isinstance(filler, Word) else self.value(filler)
        if isinstance(value, tuple) or (isinstance(value, str) and value not in {"REPEAT", "LINEAR"}):
            raise ExpressionError("FILL takes a scalar, a time series, REPEAT or LINEAR as its filler")
        return series_functions.each(
            function, lambda series: series_functions.filled(series, value), self.value(argument)
        )

    def _if(self, function: str, arguments: tuple[Node, ...]) -> Value:
        values = [self.value(argument) for argument in _count(function, arguments, 2, 3)]
        return conditions.choose(values[0], values[1], values[2] if len(values) == 3 else None)

    def _metrics(self, function: str, arguments: tuple[Node, ...]) -> Value:
        return self._scope.metrics(_text(function, arguments[0]) if _count(function, arguments, 0, 1) else "")

    def _period(self, function: str, arguments: tuple[Node, ...]) -> Value:
        [argument] = _count(function, arguments, 1)
        value = self.value(argument)
        if not isinstance(value, Series) or value.source is None:
            raise ExpressionError("PERIOD takes a metric, not the result of an expression")
        return float(value.window.period)

    def _search(self, function: str, arguments: tuple[Node, ...]) -> Value:
        query, statistic, *period = _count(function, arguments, 2, 3)
        seconds = int(self._scalar(function, period[0])) if period else None
        return self._scope.search(_text(function, query), _text(function, statistic), seconds)

    def _slice(self, function: str, arguments: tuple[Node, ...]) -> Value:
        argument, start, *end = _count(function, arguments, 2, 3)
        series = arrays.array(function, self.value(argument))
        return arrays.part(series, self._scalar(function, start), self._scalar(function, end[0]) if end else None)

    def _sort(self, function: str, arguments: tuple[Node, ...]) -> Value:
        argument, by, order, *limit = _count(function, arguments, 3, 4)
        series = arrays.array(function, self.value(argument))
        if not isinstance(by, Word) or not isinstance(order, Word):
            raise ExpressionError("SORT takes a function and an order by their names, such as SUM, DESC")
        return arrays.ordered(series, by.value, order.value, self._scalar(function, limit[0]) if limit else None)

    def _time_series(self, function: str, arguments: tuple[Node, ...]) -> Value:
        [argument] = _count(function, arguments, 1)
        value, window = self.value(argument), self._scope.window()
        if not isinstance(value, float):
            raise ExpressionError(f"{function} takes a scalar, not '{kind(value)}'")
        return Series({}, window).with_points(dict.fromkeys(window.slots(), value))

    def _scalar(self, function: str, node: Node) -> float:
        value = self.value(node)
        if isinstance(value, float) and math.isfinite(value):
            return value
        raise ExpressionError(f"{function} takes a scalar, not '{kind(value)}'")


def _count(function: str, arguments: tuple[Node, ...], least: int, most: int | None = None) -> tuple[Node, ...]:
    if least <= len(arguments) <= (least if most is None else most):
        return arguments
    wanted = f"{least}" if most is None else f"{least} to {most}"
    raise ExpressionError(f"{function} takes {wanted} argument(s), not {len(arguments)}")


def _text(function: str, node: Node) -> str:
    if isinstance(node, Text):
        return node.value
    raise ExpressionError(f"{function} takes a quoted string")
