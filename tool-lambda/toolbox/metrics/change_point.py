"""When a series changed: a step, an episode that is over, or the bend where a slow rise began.

Pure arithmetic. Each division looks at each value a fixed number of times and is done four times at most, so the
work is that of sorting the values. Steps are sought on a scale that is linear near the usual and logarithmic far
from it: 0 to 5 counts as 5 to 470 does, and one outlier does not decide. Slopes are sought on the plain values.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A change must explain this share of what varies, and move the level by this many spreads of it.
_LEAST_EXPLAINED = 0.35
_LEAST_SPREADS = 2.5
#: And by this share of the larger level: CloudWatch's own rounding moves a level by less.
_LEAST_MOVED = 0.01
#: A step happens between two neighbourhoods of so many values, which hold this share of the difference.
_NEIGHBOURHOOD = 5
_ABRUPT = 0.5
#: What takes one parameter more must explain this much more.
_EPISODE_ADVANTAGE = 1.2
_BEND_ADVANTAGE = 1.1
_BEND_EXPLAINED = 0.75
#: Within a level, only what moves it by this share of all there is counts, and no single value.
_LEAST_WITHIN = 0.3
_FEWEST = 4
_LEAST_SIGMAS = 3.0
_TINY = 1e-200
_DEEPEST = 4

Shape = Literal["step", "ramp"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of level.

    Attributes:
        index: The first value of the new level, or the first of the slope.
        before: Median of what came before, back to the change before that.
        after: Median of the new level; of a slope, of its last values.
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


@dataclass(frozen=True, slots=True)
class _Cut:
    index: int
    shape: Shape
    explained: float
    depth: int = 0


def change_points(values: Sequence[float]) -> list[Change]:
    """All significant changes, in order of time."""
    if len(values) < _FEWEST:
        return []
    plain, scaled = _scaled(values)
    cuts = sorted(_divided(plain, scaled, 0, 0), key=lambda cut: cut.index)
    cuts = _worth_telling(cuts, scaled)
    borders = [0, *(cut.index for cut in cuts), len(values)]
    changes = []
    for number, cut in enumerate(cuts, 1):
        before = statistics.median(values[borders[number - 1] : cut.index])
        after = _level_after(values[cut.index : borders[number + 1]], cut.shape)
        if abs(after - before) > _LEAST_MOVED * max(abs(after), abs(before)):
            changes.append(Change(cut.index, before, after, cut.shape, round(cut.explained, 2)))
    return changes


def more_than_chance(changes: Sequence[Change], values: Sequence[float]) -> list[Change]:
    """Those changes of what is counted that are no play of small numbers: 3 and 4 in turns are one level.

    Events that come independently vary by the square root of how many there are (Poisson).
    """
    if not all(value >= 0 and value == int(value) for value in values):
        return list(changes)
    borders = [0, *(each.index for each in changes), len(values)]
    kept = []
    for number, each in enumerate(changes, 1):
        before, after = values[borders[number - 1] : each.index], values[each.index : borders[number + 1]]
        both = (math.fsum(before) + math.fsum(after)) / (len(before) + len(after))
        chance = math.sqrt(both * (1 / len(before) + 1 / len(after)))
        if abs(math.fsum(after) / len(after) - math.fsum(before) / len(before)) >= _LEAST_SIGMAS * chance:
            kept.append(each)
    return kept


def onset_of(changes: Sequence[Change], *, rising: bool | None, until: int) -> Change | None:
    """The change that led to a breach: the largest in its direction, of equal ones the latest.

    Args:
        changes: In order of time.
        rising: Direction of the breach; None for away from where the series began, whichever way that is.
        until: Index of a value that is known to be in breach; later changes are not asked.
    """
    fitting = [each for each in changes if each.index <= until and _leads(each, changes[0].before, rising=rising)]
    return max(fitting, key=lambda each: (round(_size(each), 2), each.index), default=None)


def _leads(change: Change, usual: float, *, rising: bool | None) -> bool:
    if rising is not None:
        return change.rises == rising
    return abs(change.after - usual) > abs(change.before - usual)


def _size(change: Change) -> float:
    return abs(math.asinh(change.after) - math.asinh(change.before))


def _level_after(values: Sequence[float], shape: Shape) -> float:
    if shape == "ramp":
        values = values[-max(3, len(values) // 5) :]
    return statistics.median(values)


def _scaled(values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Distances from the median: as shares of the largest, and in spreads, compressed far out."""
    middle = statistics.median(values)
    distances = [each - middle for each in values]
    largest = max(abs(each) for each in distances)
    if largest < _TINY:
        return [0.0] * len(values), [0.0] * len(values)
    plain = [each / largest for each in distances]
    spread = statistics.median(abs(each) for each in plain)
    unit = spread if spread > 1e-9 else 1 / 20
    return plain, [math.asinh(each / unit) for each in plain]


def _divided(plain: list[float], scaled: list[float], offset: int, depth: int) -> list[_Cut]:
    """Cuts of a stretch, and of the stretches between them."""
    if depth == _DEEPEST or len(scaled) < _FEWEST:
        return []
    cuts = _best_cuts(plain, scaled)
    if not cuts or cuts[0].shape == "ramp":
        return [_Cut(offset + cut.index, cut.shape, cut.explained, depth) for cut in cuts]
    found = [_Cut(offset + cut.index, cut.shape, cut.explained, depth) for cut in cuts]
    for start, end in pairwise([0, *(cut.index for cut in cuts), len(scaled)]):
        found += _divided(plain[start:end], scaled[start:end], offset + start, depth + 1)
    return found


def _worth_telling(cuts: list[_Cut], scaled: list[float]) -> list[_Cut]:
    """Without what is small beside the rest: later divisions count when they move much and last."""
    whole = max(scaled) - min(scaled)
    borders = [0, *(cut.index for cut in cuts), len(scaled)]
    kept = []
    for number, cut in enumerate(cuts, 1):
        before, after = scaled[borders[number - 1] : cut.index], scaled[cut.index : borders[number + 1]]
        lasts = min(len(before), len(after)) > 1
        moved = abs(statistics.median(after) - statistics.median(before)) if before and after else 0.0
        if cut.depth == 0 or (lasts and moved >= _LEAST_WITHIN * whole):
            kept.append(cut)
    return kept


def _best_cuts(plain: list[float], scaled: list[float]) -> list[_Cut]:
    """One step, the two ends of an episode, one bend, or nothing."""
    variation = _variation(scaled)
    if variation < 1e-9:
        return []
    first, last, by_episode = _best_episode(scaled, variation)
    step, by_step = _best_step(scaled, variation)
    inside = scaled[first:last]
    clearer = by_episode > max(_EPISODE_ADVANTAGE * by_step, _LEAST_EXPLAINED)
    if clearer and _is_apart(scaled[:first] + scaled[last:], inside):
        return [_Cut(first, "step", by_episode), _Cut(last, "step", by_episode)]
    if by_step >= _LEAST_EXPLAINED and _is_step(scaled, step):
        return [_Cut(step, "step", by_step)]
    return _bend(plain)


def _bend(values: list[float]) -> list[_Cut]:
    variation = _variation(values)
    if variation < 1e-9:
        return []
    bend, explained = _best_bend(values, variation)
    _, by_step = _best_step(values, variation)
    is_long = len(values) - bend >= max(_NEIGHBOURHOOD, len(values) // 8)
    left, right = values[: bend + 1], values[-max(3, (len(values) - bend) // 5) :]
    fits = explained >= max(_BEND_EXPLAINED, _BEND_ADVANTAGE * by_step)
    return [_Cut(bend, "ramp", explained)] if fits and is_long and _is_apart(left, right) else []


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


def _best_episode(values: list[float], variation: float) -> tuple[int, int, float]:
    """The stretch inside the series whose mean differs most from the rest, upwards or downwards."""
    found = [_densest(values, sign) for sign in (1, -1)]
    scored = [(_between(values, first, last) / variation, first, last) for first, last in found]
    explained, first, last = max(scored)
    return first, last, explained


def _densest(values: list[float], sign: int) -> tuple[int, int]:
    """The stretch with the largest sum above the middle between the usual and the extreme: Kadane's one pass."""
    middle = statistics.median(values)
    extreme = max(values) if sign > 0 else min(values)
    level = (middle + extreme) / 2
    best, best_ends, total, start = 0.0, (0, len(values)), 0.0, 0
    for index, value in enumerate(values):
        if total <= 0:
            total, start = 0.0, index
        total += sign * (value - level)
        if total > best:
            best, best_ends = total, (start, index + 1)
    return best_ends


def _between(values: list[float], first: int, last: int) -> float:
    """Variation explained by a stretch strictly inside; 0 at the borders, where it is a step."""
    if first == 0 or last == len(values):
        return 0.0
    inside, count = math.fsum(values[first:last]), last - first
    outside = (math.fsum(values) - inside) / (len(values) - count)
    return (inside / count - outside) ** 2 * count * (len(values) - count) / len(values)


def _best_bend(values: list[float], variation: float) -> tuple[int, float]:
    """Where a level followed by a straight slope fits best, by sums from the end: one pass."""
    count, total = len(values), math.fsum(values)
    best, explained = 1, 0.0
    plain = weighted = 0.0  # sums of y, and of y times its distance, over what lies after the hinge
    for index in range(count - 2, 0, -1):
        plain += values[index + 1]
        weighted += plain
        length = count - 1 - index
        sum_x = length * (length + 1) / 2
        spread_x = length * (length + 1) * (2 * length + 1) / 6 - sum_x * sum_x / count
        covariance = weighted - sum_x * total / count
        share = covariance * covariance / spread_x / variation
        if share > explained + 1e-12:
            best, explained = index, share
    return best, explained


def _is_step(values: list[float], index: int) -> bool:
    """Whether the levels are apart, and most of the way between them is made at once."""
    left, right = values[:index], values[index:]
    if not _is_apart(left, right):
        return False
    whole = statistics.median(right) - statistics.median(left)
    nearby = statistics.median(right[:_NEIGHBOURHOOD]) - statistics.median(left[-_NEIGHBOURHOOD:])
    return nearby / whole >= _ABRUPT


def _is_apart(left: list[float], right: list[float]) -> bool:
    """Whether two levels differ by more than each varies."""
    distance = abs(statistics.median(left) - statistics.median(right))
    return distance > 1e-9 and distance >= _LEAST_SPREADS * max(_spread(left), _spread(right))


def _spread(values: list[float]) -> float:
    """The usual distance from the median; never 0 only because most values are equal."""
    middle = statistics.median(values)
    distances = [abs(each - middle) for each in values]
    return max(statistics.median(distances), math.fsum(distances) / len(distances) / 2)
