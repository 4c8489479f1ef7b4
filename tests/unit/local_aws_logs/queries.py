"""Builders: events as one stream has them, and the rows a query gives over them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from local_aws.logs.insights.events import LogEvent, Origin
from local_aws.logs.insights.query import Result, parse

NOON = 1_700_049_600_000
"""2023-11-15 12:00:00.000 UTC, the time of the first event."""

NOW = 1_700_050_000.7

ORDINARY = Origin.of("123456789012", "/shop/checkout", "host-1", discovers=True)
OF_LAMBDA = Origin.of("123456789012", "/aws/lambda/checkout", "2023/11/15/[$LATEST]0a", discovers=True)


def events(
    *messages: object, origin: Origin = ORDINARY, start: int = NOON, step_ms: int = 60_000
) -> list[LogEvent]:
    """One event a minute, newest first; what is no text becomes JSON."""
    texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    made = [
        LogEvent(origin, start + number * step_ms, text, start + number * step_ms + 250, f"{number:056d}")
        for number, text in enumerate(texts)
    ]
    return made[::-1]


def result(query: str, found: Sequence[LogEvent], limit: int | None = None) -> Result:
    return parse(query, NOW).run(found, limit)


def rows(query: str, found: Sequence[LogEvent], limit: int | None = None) -> list[dict[str, str]]:
    """The rows without their pointers."""
    return [{name: value for name, value in row if name != "@ptr"} for row in result(query, found, limit).rows]


def column(query: str, found: Sequence[LogEvent], name: str) -> list[str | None]:
    """One column of the rows, oldest event first unless the query sorts."""
    return [row.get(name) for row in rows(query, found)]
