"""The functions behind an API, a queue, a stream, a topic or a workflow: where a symptom often has its cause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query
from toolbox.resources.base import name_of, picked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolbox.asking.answer import Asked

_MOST = 4
_METRICS = (("Errors", "Sum"), ("Throttles", "Sum"), ("Invocations", "Sum"), ("Duration", "p99"))


def functions_told(asked: Asked, names: Iterable[str]) -> list[dict[str, Any]]:
    """What a responder wants to know of each: limits, last change, log group, and how its metrics read."""
    wanted = list(dict.fromkeys(name.partition(":")[0] for name in names))
    if len(wanted) > _MOST:
        asked.cut(f"{len(wanted) - _MOST} functions")
    measured = _measured(asked, wanted[:_MOST])
    return [{**_settings(asked, name), "metrics": measured.get(name)} for name in wanted[:_MOST]]


def _settings(asked: Asked, name: str) -> dict[str, Any]:
    client = looking.current().client("lambda")
    nothing: dict[str, Any] = {}
    read = partial(client.get_function_configuration, FunctionName=name)
    found = asked.attempt(f"function {name}", lambda: dict(read()), nothing)
    return {
        "function": name,
        **picked(found, "Timeout", "MemorySize", "LastModified", "State", "LastUpdateStatus"),
        "role": name_of(str(found.get("Role") or "")),
        "log_group": (found.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}",
    }


def _measured(asked: Asked, names: list[str]) -> dict[str, list[str]]:
    """One line for each metric of each function, all read in one call."""
    window = looking.current().window
    queries = [
        Query(f"f{place}_{metric.lower()}", "AWS/Lambda", metric, {"FunctionName": name}, statistic)
        for place, name in enumerate(names)
        for metric, statistic in _METRICS
    ]
    found = fetch(asked, queries, window) if queries else {}
    told: dict[str, list[str]] = {}
    for query in queries:
        series = found.get(query.id)
        if series is not None and series.present:
            line = readings.sentence(readings.read(series, window.now))
            if not any(series.present):
                continue  # nothing fails: the absence of the line says so
            told.setdefault(query.dimensions["FunctionName"], []).append(line)
    return told
