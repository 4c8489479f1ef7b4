"""The alarm's metric in its parts: by zone, operation, index, path: trouble in one part only is that part's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query, of_signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST_LISTED = 500
_MOST_READ = 60
_SHOWN = 8
#: Metrics of one alarm that are looked at in parts.
_MOST_METRICS = 3


def metric_parts() -> Answer:
    """The alarm's metric by a further dimension, where it is published so: zone, operation, index, path, alias."""
    look = looking.current()
    asked = Asked(look.window)
    queries = [each for each in of_signal(look.signal) if each.namespace and not each.expression][:_MOST_METRICS]
    parts = [part for place, query in enumerate(queries) for part in _parts(asked, query, place)]
    found = fetch(asked, [part for _, part in parts], look.window) if parts else {}
    told = [
        (max(abs(value) for value in found[part.id].present), f"{part.name} {extra}: {_read(found[part.id])}")
        for extra, part in parts
        if part.id in found and any(found[part.id].present)
    ]
    if len(told) > _SHOWN:
        asked.cut(f"{len(told) - _SHOWN} smaller parts")
    return asked.answer(parts=[line for _, line in sorted(told, reverse=True)[:_SHOWN]])


def _read(series: readings.Series) -> str:
    return readings.sentence(readings.read(series, looking.current().window.now))


def _parts(asked: Asked, query: Query, place: int) -> list[tuple[str, Query]]:
    """Metrics of the same name with one dimension more, and what that says."""
    client = looking.current().client("cloudwatch")
    request = {
        "Namespace": query.namespace,
        "MetricName": query.name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in query.dimensions.items()],
    }
    nothing: list[Any] = []
    found = asked.attempt(
        f"parts of {query.name}",
        lambda: list(pages(client, "list_metrics", "Metrics", most=_MOST_LISTED, **request)),
        nothing,
    )
    finer = [_named(each["Dimensions"]) for each in found if len(each["Dimensions"]) == len(query.dimensions) + 1]
    return [
        (_further(dimensions, query.dimensions), _of(query, dimensions, f"p{place}_{number}"))
        for number, dimensions in enumerate(finer[:_MOST_READ])
    ]


def _of(query: Query, dimensions: Mapping[str, str], identifier: str) -> Query:
    return Query(identifier, query.namespace, query.name, dimensions, query.statistic, query.period_s)


def _named(dimensions: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in dimensions}


def _further(dimensions: Mapping[str, str], known: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in dimensions.items() if key not in known)
