"""What a series says in one line: `5 → 470 Errors/min at 02:13 UTC, 94 times baseline, still high`."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolbox.asking.figures import rounded, short, with_unit, words_of
from toolbox.asking.window import clock, duration, iso
from toolbox.metrics.change_point import Change, change_points, more_than_chance, onset_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UNITS = (
    ({"duration", "latency", "age", "delay", "time", "milliseconds", "ms"}, "ms"),
    ({"utilization", "percent", "percentage"}, "%"),
    ({"bytes", "memory", "storage"}, "bytes"),
)
#: Exceptions of the rule, by metric name (CloudWatch metrics of each service's documentation).
_UNIT_OF = {
    "cachehitrate": "%",
    "targetresponsetime": "s",
    "readlatency": "s",
    "writelatency": "s",
    "approximateageofoldestmessage": "s",
    "replicalag": "s",
    "bucketsizebytes": "bytes",
}
_COUNTED = frozenset({"Sum", "SampleCount"})
#: Datapoints of the last minutes may still be on their way (CloudWatch: metrics appear within about two minutes).
_SETTLES = timedelta(minutes=3)
_DRAWN = 60
_A_DAY_S = 20 * 3_600
_SILENCE_S = 600
_RHYTHMIC = 0.8
#: An extreme is told where it is so many times as far from the usual as the new level.
_BEYOND = 1.3
_TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Series:
    """Datapoints at equal distances.

    Attributes:
        name: Metric name, or label of an expression.
        statistic: `Sum`, `p99`, …; "" for an expression.
        period_s: Length of a datapoint.
        start: Of the first datapoint.
        values: One per period; None where there is none.
        judged: Whether an alarm judged the last datapoint: it counts though its period may not be over.
    """

    name: str
    statistic: str
    period_s: int
    start: datetime
    values: tuple[float | None, ...]
    judged: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether a longer datapoint counts more: sums, and how many there were."""
        return self.statistic in _COUNTED

    @property
    def unit(self) -> str:
        """What the values are counted in: `/min`, `ms`, `%`, …."""
        if self.adds_up:
            return f"/{_per(self.period_s)}"
        if self.name.lower() in _UNIT_OF:
            return _UNIT_OF[self.name.lower()]
        words = words_of(self.name)
        return next((unit for telling, unit in _UNITS if telling & words), "")

    @property
    def present(self) -> list[float]:
        """The datapoints there are."""
        return [each for each in self.values if each is not None]

    def at(self, index: int) -> datetime:
        """When a period begins."""
        return self.start + timedelta(seconds=self.period_s * index)

    def settled(self, now: datetime) -> Series:
        """Without a last datapoint that is still being filled."""
        values = self.values
        if values and not self.judged and self.at(len(values)) > now:
            values = values[:-1]
        return replace(self, values=values)

    def filled(self, now: datetime) -> tuple[list[float], list[int]]:
        """Values to reckon with, and the index of each.

        Where nothing is counted, nothing is published: a missing sum is 0, unless it may still come, or the metric
        is published less often than it is asked for. Of other statistics only what is there counts.
        """
        step, first = self._rhythm()
        pairs = [
            (index, 0.0 if value is None else value)
            for index, value in enumerate(self.values)
            if value is not None
            or (
                self.adds_up
                and index % step == first
                and self.at(index + 1) < now - max(_SETTLES, timedelta(seconds=self.period_s * (step - 1)))
            )
        ]
        return [value for _, value in pairs], [index for index, _ in pairs]

    def _rhythm(self) -> tuple[int, int]:
        """Every how many periods a datapoint comes, and at which of them; 1 where there is no rhythm."""
        places = [index for index, value in enumerate(self.values) if value is not None]
        gaps = Counter(later - earlier for earlier, later in pairwise(places))
        step, times = max(gaps.items(), key=lambda each: each[1], default=(1, 0))
        if times < 3 or times < _RHYTHMIC * len(places):
            return 1, 0
        return step, places[-1] % step


def _per(period_s: int) -> str:
    return {60: "min", 300: "5 min", 3_600: "h", 86_400: "d", 1: "s"}.get(period_s, duration(period_s))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a series.

    Attributes:
        series: The series.
        change: What led to the breach, or None where nothing changed.
        onset: When that was.
        changes: All significant changes.
        latest: The last settled value; None without any.
        still: Whether the last value is still nearer to the level of the breach than to that before it.
    """

    series: Series
    change: Change | None
    onset: datetime | None
    changes: tuple[tuple[datetime, Change], ...]
    latest: float | None
    still: bool


def read(series: Series, now: datetime, *, rising: bool | None = None, until: datetime | None = None) -> Reading:
    """Find the change that led to the breach.

    Args:
        series: Datapoints around the breach.
        now: The present.
        rising: Whether values above the threshold breach; None when both directions count.
        until: A moment known to be in breach.
    """
    series = series.settled(now)
    values, indexes = series.filled(now)
    found = change_points(values)
    if series.adds_up:
        found = more_than_chance(found, values)
    last = len(values) - 1
    if until is not None:
        last = max((place for place, index in enumerate(indexes) if series.at(index) <= until), default=last)
    change = onset_of(found, rising=rising, until=last)
    told = tuple((series.at(indexes[each.index]), each) for each in found)
    onset = series.at(indexes[change.index]) if change else None
    latest = values[-1] if values else None
    return Reading(series, change, onset, told, latest, _still(change, values))


def _still(change: Change | None, values: Sequence[float]) -> bool:
    if change is None or not values:
        return False
    recent = statistics.median(values[max(change.index, len(values) - 3) :])
    return abs(recent - change.after) <= abs(recent - change.before)


def baseline(series: Series) -> dict[str, Any] | None:
    """Median and extremes of the same hours of another day; None without datapoints."""
    values = series.present
    if series.adds_up and values:
        values = values + [0.0] * (len(series.values) - len(values))
    if not values:
        return None
    return {"median": rounded(statistics.median(values)), "max": rounded(max(values)), "min": rounded(min(values))}


def sentence(reading: Reading, baselines: Mapping[str, Any] | None = None) -> str:
    """The one line a person on call wants."""
    series, change = reading.series, reading.change
    if not series.present:
        return f"no datapoints of {series.name}" + _usually(series, baselines)
    noun = _noun(series)
    if change is None or reading.onset is None:
        return _steady(reading, noun) + _against(reading, baselines)
    before, after = _apart(change.before, change.after, series.unit)
    how = "rising from" if change.shape == "ramp" and change.rises else "since" if change.shape == "ramp" else "at"
    now = "still" if reading.still else "back:"
    last = "" if reading.latest is None else f", {now} {_level(reading.latest, series)}"
    if reading.still:
        last = f", still {'high' if change.rises else 'low'}"
    line = f"{before} → {after}{noun} {how} {_when(reading.onset, series)} UTC"
    return line + _extreme(reading, change) + _against(reading, baselines) + last + _silence(reading)


def _extreme(reading: Reading, change: Change) -> str:
    """The highest value after a rise, the lowest after a fall, where the new level is far from it."""
    series = reading.series
    since = [
        (value, place)
        for place, value in enumerate(series.values)
        if value is not None and reading.onset and series.at(place) >= reading.onset
    ]
    if not since:
        return ""
    furthest = max if change.rises else min
    value, place = furthest(since, key=lambda each: each[0])
    if abs(value - change.before) < _BEYOND * abs(change.after - change.before):
        return ""
    word = "peak" if change.rises else "lowest"
    return f", {word} {_level(value, series)} at {_when(series.at(place), series)}"


def _usually(series: Series, baselines: Mapping[str, Any] | None) -> str:
    usual = next((each for each in (baselines or {}).values() if isinstance(each, dict)), None)
    return (
        f"; at this hour there usually are: {_level(float(usual['median']), series)}{_noun(series)}"
        if usual
        else ""
    )


def _steady(reading: Reading, noun: str) -> str:
    values = reading.series.present
    low, high = min(values), max(values)
    if low == high:
        return f"steady at {_level(low, reading.series)}{noun}"
    first, last = _apart(low, high, reading.series.unit)
    middle = _level(statistics.median(values), reading.series)
    return f"no clear change: {first} to {last}{noun}, median {middle}"


def _level(value: float, series: Series) -> str:
    """A value with its unit, unless the noun that follows has it."""
    return short(value) if series.unit.startswith("/") else with_unit(value, series.unit)


def _apart(before: float, after: float, unit: str) -> tuple[str, str]:
    """Both levels; the unit once where it is the same."""
    first, second = with_unit(before, unit), with_unit(after, unit)
    if unit.startswith("/"):
        return short(before), short(after)
    return first, second


def _noun(series: Series) -> str:
    words = f" {series.name}"
    return f"{words}{series.unit}" if series.adds_up else words


def _against(reading: Reading, baselines: Mapping[str, Any] | None) -> str:
    usual = next((each for each in (baselines or {}).values() if isinstance(each, dict)), None)
    level = reading.change.after if reading.change else reading.latest
    if usual is None or level is None:
        return ""
    median = float(usual["median"])
    if median == 0:
        return ", baseline 0" if level else ""
    factor = level / median
    if 0.67 <= factor <= 1.5:
        return ", as usual at this hour"
    return f", {short(rounded(factor, 2))} {_TIMES} baseline"


def _silence(reading: Reading) -> str:
    """A note where datapoints stopped coming."""
    missing = _missing(reading.series)
    if missing * reading.series.period_s < _SILENCE_S:
        return ""
    last = reading.series.at(len(reading.series.values) - missing - 1)
    return f"; no datapoint since {_when(last, reading.series)}"


def _when(moment: datetime, series: Series) -> str:
    """A time of the day, with its day where the series is longer than one."""
    length = series.period_s * len(series.values)
    return clock(moment) if length < _A_DAY_S else f"{iso(moment)[:10]} {clock(moment)}"


def silent_since(series: Series) -> datetime | None:
    """The end of the last period with a datapoint, where none came for ten minutes; None where they come."""
    places = [place for place, value in enumerate(series.values) if value is not None]
    if not places or _missing(series) * series.period_s < _SILENCE_S:
        return None
    return series.at(places[-1] + 1)


def _missing(series: Series) -> int:
    """How many of the latest periods have no datapoint."""
    values = series.values
    return next((place for place, value in enumerate(reversed(values)) if value is not None), len(values))


def drawn(series: Series, most: int = _DRAWN) -> dict[str, Any]:
    """The series for a chart: at most `most` values, each the worst (largest) of the periods it stands for."""
    values = series.values
    each = max(1, -(-len(values) // most))
    chunks = [
        [one for one in values[place : place + each] if one is not None] for place in range(0, len(values), each)
    ]
    shown = [rounded(max(chunk), 3) if chunk else None for chunk in chunks]
    return {"from": iso(series.start), "step_s": series.period_s * each, "values": shown}
