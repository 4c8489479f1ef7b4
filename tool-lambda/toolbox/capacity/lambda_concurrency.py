"""Who holds the account's concurrent executions: functions share them, and one can starve the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query
from toolbox.surroundings import links as linking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolbox.metrics.readings import Series

#: GetMetricData takes five hundred queries a call; one call is enough to find the largest.
_MOST_FUNCTIONS = 450
_SHOWN = 5
_SPACE = "AWS/Lambda"


def lambda_concurrency() -> Answer:
    """The account's limit of concurrent executions, how much of it is used, and the functions that use most."""
    look = looking.current()
    asked = Asked(look.window)
    names = [each.name for each in linking.of_account(asked).resources() if each.kind == "lambda"]
    if len(names) > _MOST_FUNCTIONS:
        asked.cut(f"{len(names) - _MOST_FUNCTIONS} functions")
    of_account = [
        Query("all", _SPACE, "ConcurrentExecutions", {}, "Maximum"),
        Query("unreserved", _SPACE, "UnreservedConcurrentExecutions", {}, "Maximum"),
        Query("claimed", _SPACE, "ClaimedAccountConcurrency", {}, "Maximum"),
    ]
    queries = {
        name: Query(f"f{place}", _SPACE, "ConcurrentExecutions", {"FunctionName": name}, "Maximum")
        for place, name in enumerate(names[:_MOST_FUNCTIONS])
    }
    found = fetch(asked, [*of_account, *queries.values()], look.window)
    return asked.answer(
        limit=_limit(asked),
        account=[_told(query.id, found[query.id]) for query in of_account if _has(found, query)],
        functions=_largest(queries, found),
    )


def _has(found: dict[str, Series], query: Query) -> bool:
    return query.id in found and bool(found[query.id].present)


def _largest(queries: dict[str, Query], found: dict[str, Series]) -> list[str]:
    used = [(name, found[query.id]) for name, query in queries.items() if _has(found, query)]
    ordered = sorted(used, key=lambda each: -max(each[1].present))
    return [_told(name, series) for name, series in ordered[:_SHOWN]]


def _told(name: str, series: Series) -> str:
    reading = readings.read(series, looking.current().window.now)
    return f"{name}: at most {max(series.present):g}; {readings.sentence(reading)}"


def _limit(asked: Asked) -> dict[str, Any]:
    client = looking.current().client("lambda")
    nothing: dict[str, Any] = {}
    limits = asked.attempt("account settings", lambda: client.get_account_settings()["AccountLimit"], nothing)
    return {
        "concurrent_executions": limits.get("ConcurrentExecutions"),
        "unreserved": limits.get("UnreservedConcurrentExecutions"),
    }


def throttled(names: Sequence[str]) -> bool:
    """Whether names of metrics speak of throttling or concurrency."""
    return any("throttle" in name.lower() or "concurren" in name.lower() for name in names)
