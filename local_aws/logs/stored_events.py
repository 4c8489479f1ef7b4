"""How streams keep events: by ids in the order of time and then of arrival, with sizes as CloudWatch counts."""

from __future__ import annotations

from bisect import bisect_left
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_aws.logs.groups import Group

    Event = dict[str, Any]
    """timestamp, message, ingestionTime and eventId."""

MOST_BYTES = 1_048_576
"""Of a batch that is put and of a page that is read (API reference)."""

_OVERHEAD_BYTES = 26
"""Counted for an event beside its message (API reference, PutLogEvents)."""

_ID_SHIFT = 144
"""An id is the timestamp, shifted by so many bits, and a number; written in decimals of fixed length."""

_LAST_TIME = 4_000_000_000_000
"""Milliseconds since the epoch for which ids have their length; in the year 2096."""

LAST_ID = "9" * 56

by_id = itemgetter("eventId")
_by_time = itemgetter("timestamp")


def event_id(timestamp: int, number: int) -> str:
    """An id whose alphabetical order is that of time, then of arrival."""
    return f"{(min(timestamp, _LAST_TIME) << _ID_SHIFT) + number:056d}"


def size(message: str) -> int:
    """The bytes that are counted for an event."""
    length = len(message) if message.isascii() else len(message.encode("utf-8", "replace"))
    return length + _OVERHEAD_BYTES


def within(group: Group, stream: Mapping[str, Any], start: int | None, end: int | None) -> Sequence[Event]:
    """A stream's events from `start` (inclusive) to `end` (exclusive), in milliseconds, that have not expired."""
    events: list[Event] = stream["events"]
    lower = bisect_left(events, max(start or 0, group.expired_before), key=_by_time)
    upper = len(events) if end is None else bisect_left(events, end, key=_by_time)
    return events[lower:upper]
