"""Related metrics: all a resource publishes, those that moved first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.asking.figures import words_of
from toolbox.asking.window import Window
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query, of_signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.window import Moment
    from toolbox.metrics.readings import Reading

_MOST_METRICS = 40
_A_DAY = timedelta(days=1)
#: What callers decide on, and a day has a course of.
_TRAFFIC = frozenset(
    {
        "RequestCount",
        "RequestCountPerTarget",
        "Count",
        "Invocations",
        "NumberOfMessagesSent",
        "NumberOfMessagesPublished",
        "IncomingRecords",
        "IncomingBytes",
        "ExecutionsStarted",
        "NewConnectionCount",
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
    }
)

#: The statistic that says most, by the words of a metric's name, in this order; Average otherwise.
_STATISTICS = (
    ("Minimum", words_of("free freeable balance available remaining")),
    (
        "Maximum",
        words_of(
            "concurrent concurrency age depth visible connections utilization unhealthy un lag active pending "
            "running delayed used"
        ),
    ),
    ("p99", words_of("duration latency time")),
    (
        "Sum",
        words_of(
            "error errors fault faults throttle throttles throttled invocations count request requests number "
            "messages records rejected failed failures executions dropped bytes operations evictions retries "
            "consumed aborted conditional timed succeeded started events hits misses delivered sent received "
            "deleted published"
        ),
    ),
)


def statistic_for(name: str) -> str:
    """The statistic in which a metric says most."""
    words = words_of(name)
    if {"healthy", "host"} <= words and "un" not in words:
        return "Minimum"
    return next((statistic for statistic, telling in _STATISTICS if telling & words), "Average")


def related_metrics(
    dimensions: Mapping[str, str] | None = None,
    *,
    namespace: str | None = None,
    names: Sequence[str] | None = None,
    period: int | None = None,
    start: Moment = None,
    end: Moment = None,
    most: int = 12,
) -> Answer:
    """All metrics of a resource, one line each; those that changed come first, in the order in which they did.

    Args:
        dimensions: The resource; the alarm's unless given.
        namespace: The alarm's unless given.
        names: Only these metrics, without asking which there are.
        period: Seconds of one datapoint; the alarm's unless given.
        start: From when.
        end: Until when.
        most: Metrics shown.
    """
    look, window = looking.windowed(start, end)
    chosen = dict(look.dimensions if dimensions is None else dimensions)
    space = namespace or look.namespace or ""
    asked = Asked(window, namespace=space, dimensions=chosen)
    length = period or max((query.period_s for query in of_signal(look.signal)), default=60)
    queries = [
        Query(f"r{place}", space, name, chosen, statistic_for(name), length)
        for place, name in enumerate(names or _listed(asked, space, chosen))
    ]
    found = fetch(asked, queries, window)
    read = [(query, readings.read(found[query.id], window.now)) for query in queries if query.id in found]
    usual = _usual(asked, [each for each in read if _is_near(each[1], window)], window)
    told = [_told(query, reading, window, usual) for query, reading in read if reading.series.present]
    ordered = sorted(told, key=lambda each: (not each["changed"], str(each["onset"] or ""), each["metric"]))
    at_zero = [each["metric"] for each in ordered if each["at_zero"]]
    moving = [each for each in ordered if not each["at_zero"]]
    if len(moving) > most:
        asked.cut(f"{len(moving) - most} metrics without a change")
    return asked.answer(metrics=[_line(each) for each in moving[:most]], steady_at_0=at_zero, seen=len(told))


def _listed(asked: Asked, namespace: str, dimensions: Mapping[str, str]) -> list[str]:
    """Names of the metrics with exactly these dimensions, published in the last hours."""
    client = looking.current().client("cloudwatch")
    wanted = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    request: dict[str, Any] = {"Dimensions": wanted} | ({"Namespace": namespace} if namespace else {})
    nothing: list[Any] = []
    found = asked.attempt(
        "list of metrics", lambda: list(pages(client, "list_metrics", "Metrics", most=500, **request)), nothing
    )
    exact = [each["MetricName"] for each in found if len(each.get("Dimensions") or ()) == len(dimensions)]
    names = list(dict.fromkeys(exact))
    if len(names) > _MOST_METRICS:
        asked.cut(f"{len(names) - _MOST_METRICS} of {len(names)} metrics")
    return names[:_MOST_METRICS]


def _is_near(reading: Reading, window: Window) -> bool:
    return reading.onset is not None and abs(reading.onset - window.onset) <= timedelta(hours=3)


def _usual(asked: Asked, moved: Sequence[tuple[Query, Reading]], window: Window) -> dict[str, dict[str, Any]]:
    """What traffic was yesterday since the minute in which it changed today: what comes every day is no news."""
    counted = [(query, reading) for query, reading in moved if query.name in _TRAFFIC and query.statistic == "Sum"]
    if not counted or window.end - window.start > _A_DAY / 2:
        return {}
    yesterday = Window(window.start - _A_DAY, window.end - _A_DAY, window.onset - _A_DAY, window.now)
    found = fetch(asked, [query for query, _ in counted], yesterday)
    told: dict[str, dict[str, Any]] = {}
    for query, reading in counted:
        series = found.get(query.id)
        if series is None or reading.onset is None:
            continue
        since = max(0, int((reading.onset - _A_DAY - series.start).total_seconds() // series.period_s))
        counted_then, _ = replace(series, values=series.values[since:]).filled(window.now)
        of_day = readings.baseline(replace(series, values=tuple(counted_then)))
        if of_day:
            told[query.id] = {"yesterday": of_day}
    return told


def _told(
    query: Query, reading: Reading, window: Window, usual: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    near = _is_near(reading, window)
    return {
        "metric": query.name,
        "statistic": query.statistic,
        "changed": near and reading.change is not None,
        "onset": reading.onset if near else None,
        "reading": readings.sentence(reading, usual.get(query.id)),
        "at_zero": not any(reading.series.present),
    }


def _line(each: Mapping[str, Any]) -> str:
    return f"{each['metric']} ({each['statistic']}): {each['reading']}"
