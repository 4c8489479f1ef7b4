"""Aggregation functions of `stats`: each reduces the values of one group to one.

User guide, "stats", "Functions to use with stats". Percentiles are interpolated between the two nearest values;
AWS estimates them and does not say how.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.logs.insights.ordering import natural
from local_aws.logs.insights.values import Value, number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Timed = tuple[int, Value]
    """Milliseconds and a value that is there."""


@dataclass(frozen=True)
class Aggregate:
    """An aggregation function.

    Attributes:
        reduce: gets the group's values in the rows' order, and the constant argument, if it takes one.
        constant: whether a second argument, a number, is taken.
        everything: whether it may be asked for rows instead of a field: count(*).
    """

    reduce: Callable[[Sequence[Timed], float], Value]
    constant: bool = False
    everything: bool = False


def _numbers(values: Sequence[Timed]) -> list[float]:
    return [found for _, value in values if (found := number(value)) is not None]


def _of_numbers(calculate: Callable[[list[float]], float]) -> Aggregate:
    """Of the values that are numbers; nothing if there are none."""

    def reduce(values: Sequence[Timed], _constant: float) -> Value:
        found = _numbers(values)
        try:
            return calculate(found) if found else None
        except OverflowError:
            return None

    return Aggregate(reduce)


def _extreme(choose: Callable[..., Value]) -> Aggregate:
    """Numbers before texts: texts are compared only where there are no numbers."""

    def reduce(values: Sequence[Timed], _constant: float) -> Value:
        numeric = [value for _, value in values if number(value) is not None]
        if numeric:
            return choose(numeric, key=number)
        return choose((value for _, value in values), key=text, default=None)

    return Aggregate(reduce)


def percentile(numbers: Sequence[float], percent: float) -> float | None:
    """The value below which so many percent of the numbers lie."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    position = (len(ordered) - 1) * percent / 100
    lower = math.floor(position)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (position - lower)


def _deviation(numbers: list[float]) -> float:
    return statistics.stdev(numbers) if len(numbers) > 1 else 0.0


AGGREGATES: dict[str, Aggregate] = {
    "count": Aggregate(lambda values, _: len(values), everything=True),
    "count_distinct": Aggregate(lambda values, _: len({text(value) for _, value in values})),
    "sum": _of_numbers(sum),
    "avg": _of_numbers(lambda numbers: sum(numbers) / len(numbers)),
    "min": _extreme(min),
    "max": _extreme(max),
    "stddev": _of_numbers(_deviation),
    "median": _of_numbers(statistics.median),
    "pct": Aggregate(lambda values, percent: percentile(_numbers(values), percent), constant=True),
    "earliest": Aggregate(lambda values, _: min(values, key=lambda timed: timed[0], default=(0, None))[1]),
    "latest": Aggregate(lambda values, _: max(values, key=lambda timed: timed[0], default=(0, None))[1]),
    "sortsfirst": Aggregate(lambda values, _: min((value for _, value in values), key=natural, default=None)),
    "sortslast": Aggregate(lambda values, _: max((value for _, value in values), key=natural, default=None)),
}
