"""Metrics around the breach: series, change point, the same hours of other days, and a one-line reading."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.alarms.judged import with_judged
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.figures import rounded
from toolbox.asking.window import BEFORE, Moment, Window, clock, iso, known_time
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query, of_alarm, of_signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.metrics.change_point import Change
    from toolbox.metrics.readings import Reading, Series

#: Of one series; GetMetricData answers up to 100,800 a call (CloudWatch API reference).
_MOST_POINTS = 1_440
_BASELINES = {"yesterday": timedelta(days=1), "last_week": timedelta(days=7)}
_PERIODS_BEFORE = 30
_FURTHEST = timedelta(days=14)
#: Slow trouble begins early: looked for so far back, in so long periods.
_LONGER = ((timedelta(hours=26), 300), (timedelta(days=8), 3_600))
_NOT_EARLIER = timedelta(hours=1)
#: What was counted before a rise is next to nothing up to this share of what is counted since.
_NEXT_TO_NOTHING = 0.1
_UNUSUAL = 1.4
#: What began earlier is of the same trouble when it was at least so large a part of it.
_PART = 0.1
_FINE = timedelta(minutes=5)
#: Datapoints up to so long are read again by so short ones.
_FINER = ((3_600, 60), (21_600, 300), (math.inf, 900))
_BAND = "ANOMALY_DETECTION_BAND"
_LAG = "datapoints of the last 2 min may be missing"


def breach(*, start: Moment = None, end: Moment = None, alarm: Mapping[str, Any] | None = None) -> Answer:
    """The alarm's metric around the breach: reading, onset, levels before and after, same hours of other days.

    Metric math shows every input besides the expression.

    Args:
        start: From when; 90 min before the alarm unless given.
        end: Until when.
        alarm: An alarm as DescribeAlarms shows it, instead of the one under investigation.
    """
    look, window = looking.windowed(start, end)
    queries = of_alarm(alarm) if alarm else of_signal(look.signal)
    if not queries:
        asked = Asked(window)
        asked.gap("the alarm's metric", "the alarm names none")
        return asked.answer()
    if start is None:
        window = window.between(window.onset - _lead(queries))
    threshold, rising = _threshold(alarm or look.signal)
    judged = {} if alarm else look.signal
    return _measured(queries, window, threshold=threshold, rising=rising, look_back=start is None, judged=judged)


def _lead(queries: Sequence[Query]) -> timedelta:
    """How far back an alarm's metric is read: long enough for its periods to show what is usual."""
    longest = timedelta(seconds=max(query.period_s for query in queries))
    return min(max(BEFORE, _PERIODS_BEFORE * longest), _FURTHEST)


def metric(
    name: str,
    *,
    namespace: str | None = None,
    dimensions: Mapping[str, str] | None = None,
    statistic: str = "Sum",
    period: int = 60,
    start: Moment = None,
    end: Moment = None,
) -> Answer:
    """One metric: reading, change points, same hours yesterday and last week, values to draw.

    Args:
        name: Metric name.
        namespace: The alarm's unless given.
        dimensions: The alarm's unless given.
        statistic: Sum, Average, Maximum, p99, ….
        period: Seconds of one datapoint.
        start: From when: ISO, -3h (from the onset), now-1h.
        end: Until when.
    """
    look, window = looking.windowed(start, end)
    query = Query(
        id="m1",
        namespace=namespace or look.namespace or "",
        name=name,
        dimensions=look.dimensions if dimensions is None else dimensions,
        statistic=statistic,
        period_s=_suitable(period, window),
    )
    return _measured([query], window)


def _suitable(period_s: int, window: Window) -> int:
    """A period that keeps the number of datapoints bounded and that CloudWatch still holds for that age."""
    age = window.now - window.start
    least = 60 if age < timedelta(days=15) else 300 if age < timedelta(days=63) else 3_600
    period_s = max(period_s, least)
    while (window.end - window.start).total_seconds() / period_s > _MOST_POINTS:
        period_s *= 5
    return period_s


def _measured(
    queries: Sequence[Query],
    window: Window,
    *,
    threshold: float | None = None,
    rising: bool | None = None,
    look_back: bool = False,
    judged: Mapping[str, Any] | None = None,
) -> Answer:
    asked = Asked(window, metrics=[query.title for query in queries])
    asked.lags(_LAG)
    found = fetch(asked, queries, window)
    watched = next((query.id for query in queries if query.watched), "")
    if judged and watched in found:
        found[watched] = with_judged(found[watched], judged)
    others = {name: fetch(asked, queries, _earlier(window, by)) for name, by in _BASELINES.items()}
    told = {
        name: _told(name, series, window, {day: of_day.get(name) for day, of_day in others.items()}, rising=rising)
        for name, series in found.items()
    }
    main = _main(queries, told)
    if main is None:
        return asked.answer(reading="no datapoints", threshold=threshold)
    rest = [_input(each) for each in told.values() if each is not main]
    earlier = _earlier_change(asked, queries, main, window, rising=rising) if look_back else None
    exact = _within_datapoint(asked, queries, main, window) if look_back else {}
    crossed = _crossed(found[main["id"]], main, threshold, rising=rising)
    return asked.answer(
        **{**main, **exact}, threshold=threshold, beyond_since=crossed, inputs=rest, earlier=earlier
    )


def _crossed(
    series: Series, main: Mapping[str, Any], threshold: float | None, *, rising: bool | None
) -> datetime | None:
    """When the metric first stayed beyond the threshold, where that was well after it began to change."""
    onset = main.get("onset")
    if threshold is None or rising is None or onset is None:
        return None
    beyond = [
        value is not None and (value > threshold if rising else value < threshold) for value in series.values
    ]
    runs = (place for place in range(len(beyond) - 1) if beyond[place] and beyond[place + 1])
    since = next((series.at(place) for place in runs if series.at(place) >= onset), None)
    return since if since and since - onset > 2 * timedelta(seconds=series.period_s) else None


def _within_datapoint(
    asked: Asked, queries: Sequence[Query], main: Mapping[str, Any], window: Window
) -> dict[str, Any]:
    """When within its long datapoint the metric changed, and by how long ones that is known; {} where it is not.

    An alarm by the hour rings of something that began at some minute of it: which minute decides what came before.
    """
    length = next((query.period_s for query in queries if query.id == main["id"]), 0)
    if main.get("shape") != "step" or length <= _FINE.total_seconds():
        return {}
    period = next(fine for longest, fine in _FINER if length <= longest)
    onset, span = main["onset"], timedelta(seconds=length)
    around = window.between(onset - 4 * span, min(onset + 4 * span, window.end))
    fine = [replace(query, period_s=period) for query in queries]
    series = fetch(asked, fine, around).get(main["id"])
    if series is None:
        return {}
    rises = main["after"] > main["before"]
    changes = readings.read(series, window.now, rising=rises).changes
    inside = [at for at, each in changes if each.rises == rises and timedelta() <= at - onset < span]
    if not inside:
        return {}
    exact = min(inside)
    return {"onset": exact, "onset_within_s": period, "reading": _retold(str(main["reading"]), onset, exact)}


def _retold(sentence: str, onset: datetime, exact: datetime) -> str:
    """The sentence with its time told better, and its day where it says one."""
    dated, plain = (f"{iso(onset)[:10]} {clock(onset)} UTC", f"{clock(onset)} UTC")
    if dated in sentence:
        return sentence.replace(dated, f"{iso(exact)[:10]} {clock(exact)} UTC", 1)
    return sentence.replace(plain, f"{clock(exact)} UTC", 1)


def _input(told: dict[str, Any]) -> dict[str, Any]:
    """An input of the expression, without what only a chart needs."""
    return {key: value for key, value in told.items() if key != "series"}


def _earlier_change(
    asked: Asked, queries: Sequence[Query], main: Mapping[str, Any], window: Window, *, rising: bool | None
) -> dict[str, Any] | None:
    """Where nothing changed near the breach, or only what was unusual already: what changed in the days before."""
    if not _is_unusual(main):
        return None
    for back, period in _LONGER:
        longer = window.between(min(window.start, window.onset - back))
        coarse = [replace(query, period_s=max(period, query.period_s)) for query in queries]
        series = fetch(asked, coarse, longer).get(main["id"])
        reading = readings.read(series, window.now, rising=rising) if series else None
        if reading is None or reading.change is None or reading.onset is None:
            continue
        scale = _scale(reading.series, next(query for query in queries if query.id == main["id"]))
        if reading.onset < window.onset - _NOT_EARLIER and _is_part(reading.change, main, scale):
            exact = _exactly(asked, queries, main["id"], reading, window)
            return {"reading": readings.sentence(replace(reading, onset=exact)), "onset": exact}
    return None


def _exactly(
    asked: Asked, queries: Sequence[Query], name: str, coarse: Reading, window: Window
) -> datetime | None:
    """When within its long datapoint it began, by shorter ones: a change is known to the minute."""
    length, onset = timedelta(seconds=coarse.series.period_s), coarse.onset
    if onset is None or length <= _FINE:
        return onset
    around = window.between(onset - 3 * length, min(onset + 4 * length, window.onset))
    fine = [replace(query, period_s=max(query.period_s, int(_FINE.total_seconds()))) for query in queries]
    series = fetch(asked, fine, around).get(name)
    if series is None or coarse.change is None:
        return onset
    changes = readings.read(series, window.now, rising=coarse.change.rises).changes
    inside = [at for at, each in changes if each.rises == coarse.change.rises and _FINE >= onset - at >= -length]
    return min(inside, default=onset)


def _scale(longer: Series, query: Query) -> float:
    """How much more a long datapoint counts than one of the alarm's: what is counted adds up."""
    return longer.period_s / query.period_s if longer.adds_up else 1.0


def _is_part(earlier: Change, main: Mapping[str, Any], scale: float) -> bool:
    """Whether an earlier change is worth mentioning beside the one near the breach: 2 ms more are none of 20 s."""
    if not main.get("shape"):
        return True
    now = abs(float(main.get("after") or 0) - float(main.get("before") or 0))
    return abs(earlier.after - earlier.before) >= _PART * now * scale


def _is_unusual(main: Mapping[str, Any]) -> bool:
    """Whether the level before a change, or the one there is, is far from that of the same hours of other days."""
    medians = [float(each["median"]) for each in (main.get("baseline") or {}).values() if each]
    before = float(main.get("before") or 0) if main.get("shape") else float(main.get("middle") or 0)
    if main.get("shape") and not before:
        return False
    return not medians or any(before > _UNUSUAL * median or before * _UNUSUAL < median for median in medians)


def _earlier(window: Window, by: timedelta) -> Window:
    return Window(window.start - by, window.end - by, window.onset - by, window.now)


def _main(queries: Sequence[Query], told: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    """What the alarm compares: not the band it is compared with, and not the inputs of an expression."""
    order = sorted(queries, key=lambda query: (not query.watched, _BAND in query.expression))
    return next((told[query.id] for query in order if query.id in told), None)


def _told(
    name: str, series: Series, window: Window, others: Mapping[str, Series | None], *, rising: bool | None
) -> dict[str, Any]:
    baselines = {day: readings.baseline(other) for day, other in others.items() if other is not None}
    reading = readings.read(series, window.now, rising=rising, until=window.onset + timedelta(minutes=5))
    return {
        "id": name,
        "name": series.name,
        "reading": readings.sentence(reading, {day: each for day, each in baselines.items() if each}),
        "onset": reading.onset,
        "silent_since": readings.silent_since(series),
        **_levels(reading),
        "latest": _latest(reading),
        "middle": statistics.median(series.present) if series.present and not reading.change else None,
        "baseline": baselines,
        "series": readings.drawn(series),
    }


def _levels(reading: Reading) -> dict[str, Any]:
    change = reading.change
    if change is None:
        return {"changed": False}
    others = [
        f"{rounded(each.before)} → {rounded(each.after)} at {iso(moment)}"
        for moment, each in reading.changes
        if each is not change
    ]
    return {
        "before": change.before,
        "after": change.after,
        "shape": change.shape,
        "still": reading.still,
        "other_changes": others[:4],
        "in_all": _in_all(reading),
    }


def _in_all(reading: Reading) -> float | None:
    """How many were counted since a rise from next to nothing; of what always comes that tells nothing."""
    series, change = reading.series, reading.change
    if series.statistic != "Sum" or change is None or reading.onset is None or not change.rises:
        return None
    if change.before > _NEXT_TO_NOTHING * change.after:
        return None
    since = (value for place, value in enumerate(series.values) if value and series.at(place) >= reading.onset)
    return rounded(sum(since), 6)


def _latest(reading: Reading) -> dict[str, Any] | None:
    values = reading.series.values
    place = next((index for index in range(len(values) - 1, -1, -1) if values[index] is not None), None)
    return None if place is None else {"at": reading.series.at(place), "value": values[place]}


def _threshold(alarm: Mapping[str, Any]) -> tuple[float | None, bool | None]:
    """Threshold and direction, from DescribeAlarms or from the reason the alarm gave."""
    data = alarm.get("reason_data") or {}
    found = alarm.get("Threshold", data.get("threshold"))
    text = str(alarm.get("ComparisonOperator") or alarm.get("reason") or "").lower()
    rising = True if "greater" in text else False if "less" in text or "lower" in text else None
    if "outside" in text or ("greaterthanupper" in text and "lessthanlower" in text):
        rising = None
    return (float(found) if isinstance(found, int | float) else None), rising


def onset_of(answer: Mapping[str, Any]) -> datetime | None:
    """The onset an answer of :func:`breach` tells."""
    return known_time(answer.get("onset"))


def beginning_of(answer: Mapping[str, Any]) -> datetime | None:
    """When it began long before, as an answer of :func:`breach` tells; None where it did not.

    What fell silent did so when its last period with a datapoint ended.
    """
    return known_time((answer.get("earlier") or {}).get("onset") or answer.get("silent_since"))
