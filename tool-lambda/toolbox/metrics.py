"""Metrics around the breach: series, change point, the same hours of other days, and a one-line reading."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox import readings
from toolbox.answer import Answer, Asked
from toolbox.figures import rounded
from toolbox.readings import Reading, Series
from toolbox.window import BEFORE, Moment, Window, iso, known_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: GetMetricData: 500 queries and 100,800 datapoints a call (CloudWatch API reference).
_MOST_QUERIES = 500
_MOST_POINTS = 1_440
_BASELINES = {"yesterday": timedelta(days=1), "last_week": timedelta(days=7)}
_PERIODS_BEFORE = 30
_FURTHEST = timedelta(days=14)
_BAND = "ANOMALY_DETECTION_BAND"
_LAG = "datapoints of the last 2 min may be missing"


@dataclass(frozen=True, slots=True)
class Query:
    """One metric or expression to read.

    Attributes:
        id: Name among the queries read together.
        namespace: For a plain metric.
        name: For a plain metric; else the label.
        dimensions: For a plain metric.
        statistic: For a plain metric.
        period_s: Length of one datapoint.
        expression: Metric math instead.
        watched: Whether the alarm compares it with its threshold.
    """

    id: str
    namespace: str = ""
    name: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Average"
    period_s: int = 60
    expression: str = ""
    watched: bool = True

    @property
    def title(self) -> str:
        """The metric in one line."""
        if self.expression:
            return self.expression
        named = ",".join(f"{key}={value}" for key, value in sorted(self.dimensions.items()))
        return f"{self.namespace} {self.name} {{{named}}} {self.statistic}/{self.period_s}s"

    def to_api(self) -> dict[str, Any]:
        """As GetMetricData takes it."""
        if self.expression:
            return {"Id": self.id, "Expression": self.expression, "Period": self.period_s, "ReturnData": True}
        listed = [{"Name": key, "Value": value} for key, value in self.dimensions.items()]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": listed}
        return {
            "Id": self.id,
            "MetricStat": {"Metric": metric, "Period": self.period_s, "Stat": self.statistic},
            "ReturnData": True,
        }


def of_signal(signal: Mapping[str, Any]) -> list[Query]:
    """The metrics an alarm watches, inputs of its expression included."""
    metrics = list(signal.get("metrics") or ())
    periods = [int(metric["period_s"]) for metric in metrics if metric.get("period_s")]
    found = []
    for number, metric in enumerate(metrics):
        found.append(
            Query(
                id=str(metric.get("id") or f"m{number}"),
                namespace=str(metric.get("namespace") or ""),
                name=str(metric.get("name") or metric.get("id") or ""),
                dimensions=dict(metric.get("dimensions") or {}),
                statistic=str(metric.get("statistic") or "Average"),
                period_s=int(metric.get("period_s") or max(periods, default=60)),
                expression=str(metric.get("expression") or ""),
                watched=bool(metric.get("returns_data", True)),
            )
        )
    return _with_valid_ids(found)


def of_alarm(alarm: Mapping[str, Any]) -> list[Query]:
    """The metrics of an alarm as DescribeAlarms shows it."""
    return of_signal({"metrics": [_of_description(each) for each in _entries(alarm)]})


def _entries(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    if not alarm.get("MetricName"):
        return []
    metric = {key: alarm.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
    stat = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or "Average"
    return [{"Id": "m1", "MetricStat": {"Metric": metric, "Stat": stat, "Period": alarm.get("Period")}}]


def _of_description(entry: Mapping[str, Any]) -> dict[str, Any]:
    stat = entry.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    return {
        "id": entry.get("Id"),
        "namespace": metric.get("Namespace"),
        "name": metric.get("MetricName") or entry.get("Label"),
        "dimensions": {each["Name"]: each["Value"] for each in metric.get("Dimensions") or ()},
        "statistic": stat.get("Stat"),
        "period_s": stat.get("Period") or entry.get("Period"),
        "expression": entry.get("Expression"),
        "returns_data": entry.get("ReturnData", True),
    }


def _with_valid_ids(queries: Sequence[Query]) -> list[Query]:
    """Events may carry ids GetMetricData refuses, such as UUIDs; no expression refers to those."""
    named = []
    for number, query in enumerate(queries):
        valid = query.id[:1].islower() and query.id.replace("_", "a").isalnum()
        settings = {name: getattr(query, name) for name in Query.__slots__}
        named.append(query if valid else Query(**{**settings, "id": f"m{number}"}))
    return named


def fetch(asked: Asked, queries: Sequence[Query], window: Window) -> dict[str, Series]:
    """The series of several queries in as few calls as can be; by query id, further series as `id label`."""
    found: dict[str, Series] = {}
    for start in range(0, len(queries), _MOST_QUERIES):
        found |= _fetched(asked, queries[start : start + _MOST_QUERIES], window)
    return found


def _fetched(asked: Asked, queries: Sequence[Query], window: Window) -> dict[str, Series]:
    nothing: dict[str, Series] = {}
    found = asked.attempt("metric data", lambda: _read(queries, window), None)
    plain = [query for query in queries if not query.expression]
    if found is None and len(plain) < len(queries):
        found = asked.attempt("inputs of the expression", lambda: _read(plain, window), nothing)
    return found or nothing


def _read(queries: Sequence[Query], window: Window) -> dict[str, Series]:
    if not queries:
        return {}
    start = _aligned(window.start, max(query.period_s for query in queries))
    request = {
        "MetricDataQueries": [query.to_api() for query in queries],
        "StartTime": start,
        "EndTime": window.end,
        "ScanBy": "TimestampAscending",
    }
    client = looking.current().client("cloudwatch")
    points: dict[tuple[str, str], dict[datetime, float]] = {}
    for page in client.get_paginator("get_metric_data").paginate(**request):
        for result in page["MetricDataResults"]:
            series = points.setdefault((result["Id"], result.get("Label", "")), {})
            series.update(zip(result["Timestamps"], result["Values"], strict=False))
    by_id = {query.id: query for query in queries}
    found: dict[str, Series] = {}
    for (identifier, label), values in points.items():
        if identifier not in by_id:
            continue
        name = identifier if identifier not in found else f"{identifier} {label}"
        found[name] = _series(by_id[identifier], label, values, start, window.end)
    return found


def _series(query: Query, label: str, points: Mapping[datetime, float], start: datetime, end: datetime) -> Series:
    count = max(1, int((end - start).total_seconds() // query.period_s) + 1)
    first = _aligned(start, query.period_s)
    values: list[float | None] = [None] * count
    for moment, value in points.items():
        place = int((moment - first).total_seconds() // query.period_s)
        if 0 <= place < count:
            values[place] = value
    while values and values[-1] is None and first + timedelta(seconds=query.period_s * len(values)) > end:
        values.pop()
    statistic = "" if query.expression else query.statistic
    return Series(query.name or label, statistic, query.period_s, first, tuple(values))


def _aligned(moment: datetime, period_s: int) -> datetime:
    stamp = int(moment.timestamp())
    return moment - timedelta(seconds=stamp % period_s, microseconds=moment.microsecond)


def breach(*, start: Moment = None, end: Moment = None, alarm: Mapping[str, Any] | None = None) -> Answer:
    """The alarm's metric around the breach: reading, onset, levels before and after, same hours of other days.

    Metric math shows every input besides the expression, so that the one that moved can be told.

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
    return _measured(queries, window, threshold=threshold, rising=rising, look_back=start is None)


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
) -> Answer:
    asked = Asked(window, metrics=[query.title for query in queries])
    asked.lags(_LAG)
    found = fetch(asked, queries, window)
    others = {name: fetch(asked, queries, _earlier(window, by)) for name, by in _BASELINES.items()}
    told = {
        name: _told(name, series, window, {day: of_day.get(name) for day, of_day in others.items()}, rising=rising)
        for name, series in found.items()
    }
    main = _main(queries, told)
    if main is None:
        return asked.answer(reading="no datapoints", threshold=threshold)
    rest = [_input(each) for each in told.values() if each is not main]
    longer = None
    if look_back and not main.get("shape"):
        longer = _last_day(asked, queries, main["id"], window, rising=rising)
    return asked.answer(**main, threshold=threshold, inputs=rest, last_day=longer)


def _input(told: dict[str, Any]) -> dict[str, Any]:
    """An input of the expression, without what only a chart needs."""
    return {key: value for key, value in told.items() if key != "series"}


def _last_day(
    asked: Asked, queries: Sequence[Query], name: str, window: Window, *, rising: bool | None
) -> dict[str, Any] | None:
    """Where nothing changed near the breach, what changed in the day before: slow trouble begins early."""
    day = window.between(min(window.start, window.onset - timedelta(days=1)))
    series = fetch(asked, [replace(query, period_s=max(300, query.period_s)) for query in queries], day).get(name)
    if series is None:
        return None
    reading = readings.read(series, window.now, rising=rising)
    return {"reading": readings.sentence(reading), "onset": reading.onset} if reading.change else None


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
        **_levels(reading),
        "latest": _latest(reading),
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
    }


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
