"""Logs Insights queries, with a guard against large scans."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.clients import costs
from toolbox.asking.window import Moment, Window, of_milliseconds
from toolbox.logs.errors import LAG, chosen_groups, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A run's share of the account's log bytes (Insights bills by bytes scanned).
MOST_SCANNED = 1_000_000_000
_MOST_SECONDS = 15.0
_MOST_ROWS = 50


def log_query(
    query: str, group: str | Sequence[str] | None = None, *, start: Moment = None, end: Moment = None
) -> Answer:
    """Run a Logs Insights query, unless it would scan more than 1 GB: then the answer says how much it would.

    Args:
        query: As Insights takes it; give it a `limit`.
        group: Log group or several; those of the alarm unless given.
        start: From when.
        end: Until when.
    """
    _, window = looking.windowed(start, end)
    asked = Asked(window, query=query)
    asked.lags(LAG)
    groups = chosen_groups(asked, group)
    estimate = asked.attempt("size of the groups", lambda: sum(_estimated(name, window) for name in groups), 0)
    if not groups or costs().log_bytes + estimate > MOST_SCANNED:
        asked.gap(
            "query", f"not run: it would scan about {estimate / 1e6:.0f} MB; narrow the window or the groups"
        )
        return asked.answer(estimated_bytes=estimate)
    answer = asked.attempt("query", lambda: _queried(asked, query, groups, window), None)
    return asked.answer(groups=groups, **(answer or {}))


def _estimated(group: str, window: Window) -> int:
    """Bytes of a window, if a group's stored bytes were spread evenly over the time it keeps them."""
    found = looking.current().client("logs").describe_log_groups(logGroupNamePrefix=group, limit=1)["logGroups"]
    if not found or found[0]["logGroupName"] != group:
        return 0
    made = of_milliseconds(found[0].get("creationTime", 0))
    kept = min(
        timedelta(days=found[0].get("retentionInDays") or 3_650), max(window.now - made, timedelta(hours=1))
    )
    share = min(1.0, (window.end - window.start) / kept)
    return int(found[0].get("storedBytes", 0) * share)


def _queried(asked: Asked, query: str, groups: Sequence[str], window: Window) -> dict[str, Any]:
    client = looking.current().client("logs")
    identifier = client.start_query(
        logGroupNames=list(groups),
        startTime=int(window.start.timestamp()),
        endTime=int(window.end.timestamp()),
        queryString=query,
    )["queryId"]
    limit = time.monotonic() + min(_MOST_SECONDS, costs().seconds_left() - 1)
    answer = client.get_query_results(queryId=identifier)
    while answer["status"] in ("Scheduled", "Running") and time.monotonic() < limit:
        time.sleep(0.2)  # GetQueryResults answers at most 10 times a second
        answer = client.get_query_results(queryId=identifier)
    if answer["status"] in ("Scheduled", "Running"):
        client.stop_query(queryId=identifier)
        asked.gap("query", "late: it was stopped before it was done; its rows are partial")
    statistics = answer.get("statistics") or {}
    costs().log_bytes += int(statistics.get("bytesScanned") or 0)
    rows = [{cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"} for row in answer["results"]]
    if len(rows) > _MOST_ROWS:
        asked.cut(f"{len(rows) - _MOST_ROWS} of {len(rows)} rows")
    return {
        "status": answer["status"],
        "matched": statistics.get("recordsMatched"),
        "scanned_bytes": statistics.get("bytesScanned"),
        "rows": [{key: one_line(str(value), 300) for key, value in row.items()} for row in rows[:_MOST_ROWS]],
    }
