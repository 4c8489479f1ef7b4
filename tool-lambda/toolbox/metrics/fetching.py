"""Reads metrics: several queries in one call, as series at equal distances."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from toolbox.asking import look as looking
from toolbox.metrics.readings import Series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.answer import Asked
    from toolbox.asking.window import Window
    from toolbox.metrics.queries import Query

#: GetMetricData takes so many queries a call (CloudWatch API reference).
_MOST_QUERIES = 500


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
