"""Reads log groups within bounds of pages, bytes and time: what surrounds the onset first."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.clients import costs
from toolbox.asking.window import Window, milliseconds, of_milliseconds
from toolbox.logs.stack_traces import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolbox.asking.answer import Asked

#: What is read of one group at most: FilterLogEvents answers up to 1 MB or 10,000 events a page.
_MOST_PAGES = 8
_MOST_BYTES = 8_000_000
_MOST_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Lines read of one group.

    Attributes:
        lines: In order of time.
        complete: Whether all that match were read.
        covered: Windows that were read.
    """

    lines: tuple[Line, ...]
    complete: bool
    covered: Window


def read(
    asked: Asked,
    group: str,
    window: Window,
    pattern: str = "",
    *,
    most_pages: int = _MOST_PAGES,
    most_seconds: float = _MOST_SECONDS,
) -> Reading:
    """Read a group: what surrounds the onset first, then what led to it, then the rest, within bounds."""
    found: list[Line] = []
    limit = time.monotonic() + min(most_seconds, costs().seconds_left() / 2)
    budget = _Budget(most_pages, _MOST_BYTES, limit)
    complete = True
    for start, end in _slices(window):
        piece = partial(_slice, group, start, end, pattern, budget)
        part: list[Line] | None = asked.attempt(f"lines of {group}", piece, None)
        if part is None:
            complete = False
            break
        found += part
        if budget.spent:
            asked.cut(f"{group}: read until the bound of pages, bytes or time, from the onset outwards")
            complete = False
            break
    return Reading(tuple(sorted(found, key=lambda line: line.at)), complete, window)


@dataclass
class _Budget:
    pages: int
    bytes: int
    until: float

    @property
    def spent(self) -> bool:
        return self.pages <= 0 or self.bytes <= 0 or time.monotonic() > self.until


def _slices(window: Window) -> Iterator[tuple[datetime, datetime]]:
    """The window in pieces, by what each is worth."""
    first = max(window.start, window.onset - timedelta(minutes=5))
    last = min(window.end, window.onset + timedelta(minutes=10))
    pieces = [(first, last), (window.start, first), (last, window.end)]
    if first >= last:
        pieces = [(window.start, window.end)]
    yield from (piece for piece in pieces if piece[0] < piece[1])


def _slice(group: str, start: datetime, end: datetime, pattern: str, budget: _Budget) -> list[Line]:
    request: dict[str, Any] = {
        "logGroupName": group,
        "startTime": milliseconds(start),
        "endTime": milliseconds(end) - 1,
    }
    if pattern:
        request["filterPattern"] = pattern
    found: list[Line] = []
    pages = looking.current().client("logs").get_paginator("filter_log_events").paginate(**request)
    for page in pages:
        events = page.get("events") or []
        size = sum(len(event["message"]) for event in events)
        costs().log_bytes += size
        budget.bytes -= size
        budget.pages -= 1
        found += [
            Line(of_milliseconds(event["timestamp"]), event["message"], event.get("logStreamName", ""))
            for event in events
        ]
        if budget.spent:
            break
    return found
