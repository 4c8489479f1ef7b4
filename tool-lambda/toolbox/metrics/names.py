"""Where a metric went: what is published now under a name like it, and since when."""

from __future__ import annotations

from typing import Any

from toolbox.alarms.anchors import words_of_name, words_of_signal
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query
from toolbox.metrics.related import statistic_for

_MOST_LISTED = 3_000
_MOST_READ = 20
_SHOWN = 5


def metrics_like() -> Answer:
    """Custom metrics of the last three hours whose names are like the alarm's: it may have been renamed."""
    look = looking.current()
    asked = Asked(look.window, filter="metrics with datapoints in the last 3 h")
    client = look.client("cloudwatch")
    nothing: list[Any] = []
    found = asked.attempt(
        "metrics",
        lambda: list(pages(client, "list_metrics", "Metrics", most=_MOST_LISTED, RecentlyActive="PT3H")),
        nothing,
    )
    if len(found) == _MOST_LISTED:
        asked.cut(f"metrics beyond the first {_MOST_LISTED}")
    own = {(metric.get("namespace"), metric.get("name")) for metric in look.signal.get("metrics") or ()}
    wanted = words_of_signal(look.signal)
    custom = [each for each in found if not each["Namespace"].startswith("AWS/")]
    others = [each for each in custom if (each["Namespace"], each["MetricName"]) not in own]
    scored = [(len(_words(each) & wanted), each) for each in others]
    best = sorted((one for one in scored if one[0] > 1), key=lambda one: -one[0])[:_MOST_READ]
    return asked.answer(metrics=_told(asked, [each for _, each in best])[:_SHOWN])


def _words(metric: dict[str, Any]) -> set[str]:
    values = [each["Value"] for each in metric.get("Dimensions") or ()]
    return set().union(*(words_of_name(text) for text in (metric["Namespace"], metric["MetricName"], *values)))


def _told(asked: Asked, metrics: list[dict[str, Any]]) -> list[str]:
    queries = [
        Query(
            f"l{place}",
            each["Namespace"],
            each["MetricName"],
            {one["Name"]: one["Value"] for one in each.get("Dimensions") or ()},
            statistic_for(each["MetricName"]),
        )
        for place, each in enumerate(metrics)
    ]
    window = looking.current().window
    found = fetch(asked, queries, window) if queries else {}
    return [
        f"{query.title}: {readings.sentence(readings.read(found[query.id], window.now))}"
        for query in queries
        if query.id in found and found[query.id].present
    ]
