"""When a series changed: one step, or the bend where a slow rise began. Pure arithmetic, linear in its length.

Values count by how far they lie from the usual, on a scale that is linear nearby and logarithmic far away: a jump from 0 to 5 and one from 5 to 470 both count, and a single outlier does not decide.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A change must explain this share of what varies, and move the level by this many spreads of it.
_LEAST_EXPLAINED = 0.35
_LEAST_SPREADS = 2.5
#: A bend must explain this much more than a step, as its form fits more easily.
_BEND_ADVANTAGE = 1.15
_FEWEST = 4
_DEEPEST = 4

Shape = Literal["step", "ramp"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of level.

    Attributes:
        index: The first value of the new level, or the first of the slope.
        before: Median of what came before, back to the change before that.
        after: Median of the new level; at the end of a slope its last values.
        shape: A step or a ramp.
        explained: Share of the variation this change accounts for, 0 to 1.
    """

    index: int
    before: float
    after: float
    shape: Shape
    explained: float

    @property
    def rises(self) -> bool:
        """Whether the level went up."""
        return self.after > self.before


def change_points(values: Sequence[float]) -> list[Change]:
    """All significant changes, in order of time.

    Each level is divided again, at most four times deep, so the work stays proportional to the length.
    """
    scaled = _scaled(values)
    found = sorted(_divided(scaled, 0, len(scaled), 0), key=lambda each: each[0])
    borders = [0, *(index for index, _, _ in found), len(values)]
    changes = []
    for number, (index, shape, explained) in enumerate(found, 1):
        before = statistics.median(values[borders[number - 1] : index])
        after = _level_after(values[index : borders[number + 1]], shape)
        if before != after:
            changes.append(Change(index, before, after, shape, round(explained, 2)))
    return changes


def onset_of(changes: Sequence[Change], *, rising: bool | None, until: int) -> Change | None:
    """The change that led to a breach.

    Args:
        changes: In order of time.
        rising: Direction of the breach, or None when both count.
        until: Index of the last value that is known to be in breach; later changes are not asked.

    Returns:
        The latest change in that direction whose level before it was not yet that of the breach: of two rises in a
        row the larger, and of equal ones the earlier.
    """
    fitting = [each for each in changes if each.index <= until and (rising is None or each.rises == rising)]
    if not fitting:
        return None
    return max(fitting, key=lambda each: (_size(each), -each.index))


def _size(change: Change) -> float:
    return abs(math.asinh(change.after) - math.asinh(change.before))


def _level_after(values: Sequence[float], shape: Shape) -> float:
    if shape == "ramp":
        values = values[-max(3, len(values) // 5) :]
    return statistics.median(values)


def _scaled(values: Sequence[float]) -> list[float]:
    """Distances from the median in spreads, compressed far out."""
    if not values:
        return []
    middle = statistics.median(values)
    spread = statistics.median(abs(each - middle) for each in values)
    largest = max(abs(each - middle) for each in values)
    unit = spread or largest / 20
    return [math.asinh((each - middle) / unit) for each in values] if unit else [0.0] * len(values)


def _divided(values: list[float], start: int, end: int, depth: int) -> list[tuple[int, Shape, float]]:
    part = values[start:end]
    found = _best_change(part) if depth < _DEEPEST and len(part) >= _FEWEST else None
    if found is None:
        return []
    index, shape, explained = found
    if shape == "ramp":
        return [(start + index, shape, explained)]
    middle = start + index
    return [
        (middle, shape, explained),
        *_divided(values, start, middle, depth + 1),
        *_divided(values, middle, end, depth + 1),
    ]


def _best_change(values: list[float]) -> tuple[int, Shape, float] | None:
    variation = _variation(values)
    if variation < 1e-9:
        return None
    step, by_step = _best_step(values, variation)
    bend, by_bend = _best_bend(values, variation)
    if by_bend > _BEND_ADVANTAGE * by_step and by_bend > 0.8 and _slope_is_long(values, bend):
        return bend, "ramp", by_bend
    if by_step < _LEAST_EXPLAINED or not _is_apart(values[:step], values[step:]):
        return None
    return step, "step", by_step


def _variation(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((each - mean) ** 2 for each in values)


def _best_step(values: list[float], variation: float) -> tuple[int, float]:
    """Where two means fit best, by the sums up to each place: one pass."""
    count, total = len(values), math.fsum(values)
    best, explained = 1, 0.0
    for index, left in enumerate(accumulate(values[:-1]), 1):
        between = left / index - (total - left) / (count - index)
        share = between * between * index * (count - index) / count / variation
        if share > explained + 1e-12:
            best, explained = index, share
    return best, explained


def _best_bend(values: list[float], variation: float) -> tuple[int, float]:
    """Where a level followed by a straight slope fits best, by sums of distances from the end: one pass."""
    count, total = len(values), math.fsum(values)
    best, explained = 0, 0.0
    plain = weighted = 0.0  # sums of y and of y times distance, over what lies after the hinge
    for index in range(count - 2, 0, -1):
        plain += values[index + 1]
        weighted += plain
        length = count - 1 - index
        sum_x = length * (length + 1) / 2
        spread_x = length * (length + 1) * (2 * length + 1) / 6 - sum_x * sum_x / count
        covariance = weighted - sum_x * total / count
        share = covariance * covariance / spread_x / variation
        if share > explained:
            best, explained = index, share
    return best, explained


def _slope_is_long(values: list[float], bend: int) -> bool:
    return len(values) - bend >= max(5, len(values) // 8)


def _is_apart(left: list[float], right: list[float]) -> bool:
    """Whether the levels differ by more than they vary; one value alone must stand out further."""
    distance = abs(statistics.median(left) - statistics.median(right))
    spread = max(_spread(left), _spread(right), 1e-9)
    few = 2 if min(len(left), len(right)) < 2 else 1
    return distance >= _LEAST_SPREADS * few * spread


def _spread(values: list[float]) -> float:
    middle = statistics.median(values)
    return statistics.median(abs(each - middle) for each in values)
