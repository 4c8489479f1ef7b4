"""The stretch of time a helper looks at, and times as people and models write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

#: Causes of alarms were seen to lie up to an hour and a half before the change of state.
BEFORE = timedelta(minutes=90)
AFTER = timedelta(hours=2)

Moment = datetime | str | float | None
"""A time as helpers take it: a datetime, ISO 8601, seconds since 1970, `now`, or relative (`-90m`, `now-2h`)."""

_OFFSET = re.compile(r"(?:(now|onset)\s*)?([+-])\s*((?:\d+(?:\.\d+)?[smhdw])+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when, and the moment everything is seen from.

    Attributes:
        start: First moment looked at.
        end: Last moment looked at; never after `now`.
        onset: When the trouble began, as far as it is known; else the end.
        now: The present.
    """

    start: datetime
    end: datetime
    onset: datetime
    now: datetime

    @classmethod
    def around(
        cls, onset: datetime, now: datetime, before: timedelta = BEFORE, after: timedelta = AFTER
    ) -> Window:
        """The usual window: what led to the onset and what followed it, up to now."""
        onset = min(onset, now)
        return cls(onset - before, min(onset + after, now), onset, now)

    def between(self, start: Moment = None, end: Moment = None) -> Window:
        """The same onset, seen through another window; what is None stays.

        Raises:
            ValueError: A time means nothing, or the start is not before the end.
        """
        first = self.start if start is None else parse_time(start, self)
        last = self.end if end is None else min(parse_time(end, self), self.now)
        if first >= last:
            raise ValueError(f"the window from {iso(first)} to {iso(last)} is empty; give a start before the end")
        return replace(self, start=first, end=last)

    def before_onset(self, moment: datetime) -> str:
        """How far a moment lies from the onset, in words: `12 min before onset`."""
        seconds = (moment - self.onset).total_seconds()
        where = "after" if seconds > 0 else "before"
        return f"{duration(abs(seconds))} {where} onset"

    def text(self) -> str:
        """Both ends, to the second."""
        return f"{iso(self.start)}/{iso(self.end)}"


def iso(moment: datetime) -> str:
    """UTC to the second: `2026-11-21T02:13:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(moment: datetime) -> str:
    """Hour and minute in UTC: `02:13`."""
    return moment.astimezone(UTC).strftime("%H:%M")


def duration(seconds: float) -> str:
    """A span as one says it: `45 s`, `12 min`, `3.5 h`, `2.1 d`."""
    for limit, unit, length in ((90, "s", 1), (5_400, "min", 60), (172_800, "h", 3_600)):
        if seconds < limit:
            return f"{_short(seconds / length)} {unit}"
    return f"{_short(seconds / 86_400)} d"


def milliseconds(moment: datetime) -> int:
    """As CloudWatch Logs counts time."""
    return int(moment.timestamp() * 1000)


def of_milliseconds(value: float) -> datetime:
    """The moment CloudWatch Logs means."""
    return datetime.fromtimestamp(value / 1000, UTC)


def parse_time(value: Moment, seen_from: Window) -> datetime:
    """Read a time.

    Args:
        value: A datetime (UTC where it says nothing else), ISO 8601, seconds or milliseconds since 1970, `now`,
            `onset`, or an offset: `-90m` and `onset-90m` count from the onset, `now-2h` from the present.
        seen_from: What offsets count from.

    Raises:
        ValueError: It is none of these.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    text = str(value).strip()
    found = _OFFSET.fullmatch(text)
    if found or text in ("now", "onset"):
        return _relative(found, text, seen_from)
    return _absolute(text)


def known_time(value: Any) -> datetime | None:
    """A time from an AWS answer (datetime, ISO text, seconds or milliseconds); None where there is none."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        return _absolute(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _relative(found: re.Match[str] | None, text: str, seen_from: Window) -> datetime:
    base = found[1] if found else text
    start = seen_from.now if base == "now" else seen_from.onset
    if found is None:
        return start
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(found[3]))
    return start + timedelta(seconds=-seconds if found[2] == "-" else seconds)


def _absolute(text: str) -> datetime:
    cleaned = re.sub(r"(:\d\d(?:\.\d+)?[+-]\d\d)(\d\d)$", r"\1:\2", text.strip().removesuffix(" UTC"))
    try:
        moment = datetime.fromisoformat(cleaned)
    except ValueError:
        raise ValueError(
            f"{text[:60]!r} is no time; write ISO 8601 (2026-11-21T02:13:00Z), -90m from the onset, or now-2h"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"
