"""The error in a log that started the investigation: how often it came, since when, and what came before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.window import Moment, Window, duration, iso, known_time, milliseconds, of_milliseconds
from toolbox.logs.error_lines import ErrorLines
from toolbox.logs.errors import is_platform
from toolbox.logs.reading import read
from toolbox.logs.stack_traces import Line, joined, library_frame, own_frames
from toolbox.metrics import readings
from toolbox.metrics.readings import Series
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolbox.asking.look import Look
    from toolbox.logs.reading import Reading

_LAG = "lines appear within seconds"
_PERIOD_S = 60
#: Lines this far apart belong to different episodes.
_GAP = timedelta(hours=2)
#: How far back it is looked for, nearest first; what was not seen by then is called new.
_BACK = (timedelta(hours=24), timedelta(days=7))
_BACK_PAGES = 4
#: Everything else depends on it: it may take more of the look than another log.
_SECONDS = 10.0
_BACK_SECONDS = 2.5
_NOT_LONG = timedelta(hours=1)
#: What was there for so long before it came more often is an old error.
_LONG_THERE = timedelta(minutes=30)
_FEW = 2
_SILENT = timedelta(minutes=15)
#: What is read of the stream before the first line, and shown of it.
_LEAD = timedelta(minutes=2)
_MOST_READ = 80
_MOST_SHOWN = 10
_MOST_TRACE = 1_600
_NOUN = "lines"


def log_error(*, start: Moment = None, end: Moment = None) -> Answer:
    """The log error that is investigated: how often, since when, new or old, its frames, what led to it.

    Args:
        start: From when; 90 min before its first line unless given.
        end: Until when.
    """
    look, window = looking.windowed(start, end)
    error = ErrorLines.of_signal(look.signal)
    if error is None:
        asked = Asked(window)
        asked.gap("error", "an alarm started this, no error in a log; breach() tells of its metric")
        return asked.answer()
    asked = Asked(window, lines_with=list(error.terms), group=error.group)
    asked.lags(_LAG)
    reading = read(asked, error.group, window, error.pattern, most_seconds=_SECONDS)
    found = [line for line in reading.lines if error.holds(line.text)]
    if not found:
        return asked.answer(**_of_event(look, error))
    before = _before(asked, error, window) if start is None else None
    return asked.answer(**_told(look, error, found, reading, before), **_context(asked, error, found[0]))


def _of_event(look: Look, error: ErrorLines) -> dict[str, Any]:
    """What the event says, where the log itself shows nothing: refused, or the lines have expired."""
    first = known_time(look.log.get("first_at"))
    return {
        "group": error.group,
        "seen_in_log": False,
        "count_in_event": look.log.get("count"),
        "first": first,
        "last": known_time(look.log.get("last_at")),
        "frames": error.frames[:3],
    }


def _told(
    look: Look, error: ErrorLines, found: Sequence[Line], reading: Reading, before: dict[str, Any] | None
) -> dict[str, Any]:
    series = _by_minute(found, reading)
    read_from = readings.read(series, look.window.now, rising=True, until=look.window.onset + timedelta(minutes=5))
    grew = read_from.onset is not None and read_from.onset - found[0].at > _LONG_THERE
    onset = read_from.onset if grew and read_from.onset else _began(found, look.window)
    since = sum(line.at >= onset for line in found)
    calm = look.window.end - found[-1].at if reading.complete else None
    return {
        "group": error.group,
        "name": _NOUN,
        "reading": _sentence(read_from, found, onset, calm),
        "onset": onset,
        "changed": True,
        "before": read_from.change.before if read_from.change else None,
        "after": read_from.change.after if read_from.change else None,
        "still": calm is None or calm < _SILENT,
        "count": len(found),
        "before_onset": len(found) - since,
        "since_onset": since,
        "first": found[0].at,
        "last": found[-1].at,
        "streams": len({line.stream for line in found}),
        **(before or {}),
        "series": readings.drawn(series),
    }


def _began(found: Sequence[Line], window: Window) -> datetime:
    """The first line of the episode that is going on: what is hours older was another time."""
    began = found[-1].at
    for line in reversed(found):
        if began - line.at > _GAP and began <= window.onset:
            break
        began = line.at
    return began


def _by_minute(found: Sequence[Line], reading: Reading) -> Series:
    """Lines in each minute; of minutes that were not read nothing is known."""
    start = reading.covered.start.replace(second=0, microsecond=0)
    length = int((reading.covered.end - start).total_seconds() // _PERIOD_S) + 1
    counts: list[float | None] = [0.0] * length
    places = [int((line.at - start).total_seconds() // _PERIOD_S) for line in found]
    for place in places:
        counts[place] = (counts[place] or 0.0) + 1.0
    if not reading.complete:
        counts = [each if places[0] <= place <= places[-1] else None for place, each in enumerate(counts)]
    return Series(_NOUN, "Sum", _PERIOD_S, start, tuple(counts))


def _sentence(reading: readings.Reading, found: Sequence[Line], onset: datetime, calm: timedelta | None) -> str:
    """`0 → 12 lines/min at 02:13 UTC; 214 lines`; of lines that were read in part from when to when."""
    many = f"{len(found):,} {_NOUN[:-1] if len(found) == 1 else _NOUN}"
    if calm is None:
        return f"{many} from {found[0].at:%H:%M} to {found[-1].at:%H:%M} UTC, and more that were not read"
    began = (
        readings.sentence(reading).partition(",")[0]
        if reading.change and len(found) > _FEW
        else f"since {onset:%H:%M} UTC"
    )
    now = "it goes on" if calm < _SILENT else f"none for {duration(calm.total_seconds())}"
    return "; ".join([began, many, *([f"the last at {found[-1].at:%H:%M} UTC"] if len(found) > 1 else []), now])


def _before(asked: Asked, error: ErrorLines, window: Window) -> dict[str, Any]:
    """Whether it was seen in the days before, and since when it goes on without a long pause."""
    until = window.start
    for back in _BACK:
        start = window.onset - back
        if start >= until:
            continue
        piece = Window(start, until, until, window.now)
        reading = read(
            asked, error.group, piece, error.pattern, most_pages=_BACK_PAGES, most_seconds=_BACK_SECONDS
        )
        lines = [line for line in reading.lines if error.holds(line.text)]
        if lines:
            return _seen(lines, back, window, whole=reading.complete)
        if not reading.complete:
            return {"seen_before": f"not in what could be read of the {duration(back.total_seconds())} before"}
        until = start
    return {"is_new": True, "seen_before": f"no such line in the {duration(_BACK[-1].total_seconds())} before"}


def _seen(lines: Sequence[Line], back: timedelta, window: Window, *, whole: bool) -> dict[str, Any]:
    """An old error; one that never paused began when that episode did."""
    many = f"{len(lines)}{'' if whole else ' or more'}"
    told = (
        f"{many} times in the {duration(back.total_seconds())} before, "
        f"first {iso(lines[0].at)}, last {iso(lines[-1].at)}"
    )
    began = window.start
    for line in reversed(lines):
        if began - line.at > _GAP:
            break
        began = line.at
    long_ago = window.start - began > _NOT_LONG
    earlier = {"reading": f"it goes on since {iso(began)}", "onset": began} if long_ago else None
    return {"is_new": False, "seen_before": told, "earlier": earlier}


def _context(asked: Asked, error: ErrorLines, first: Line) -> dict[str, Any]:
    """The first line with its whole stack trace, and what its stream said before it."""
    lines = asked.attempt("lines before it", lambda: _of_stream(error.group, first), None) or [first]
    whole = joined(lines)
    place = next((number for number, line in enumerate(whole) if error.holds(line.text)), None)
    own = whole[place] if place is not None else first
    earlier = [line for line in whole[: place or 0] if not is_platform(line.text)]
    same = [line for line in earlier if error.shares_request(line.text, own.text)]
    shown = (same or earlier)[-_MOST_SHOWN:]
    return {
        "frames": (own_frames(own.text) or error.frames)[:5],
        "raised_in_library": library_frame(own.text),
        "sample": _short(own.text, _MOST_TRACE),
        "came_before_it_in": "the same request" if same else "the same stream" if shown else None,
        "came_before_it": [f"{iso(line.at)} {_short(line.text, 200)}" for line in shown],
    }


def _of_stream(group: str, first: Line) -> list[Line]:
    """The end of what a stream says up to a line, and the rows of its stack trace."""
    answer = (
        looking.current()
        .client("logs")
        .get_log_events(
            logGroupName=group,
            logStreamName=first.stream,
            startTime=milliseconds(first.at - _LEAD),
            endTime=milliseconds(first.at + timedelta(seconds=1)),
            startFromHead=False,
            limit=_MOST_READ,
        )
    )
    return [
        Line(of_milliseconds(event["timestamp"]), event["message"], first.stream) for event in answer["events"]
    ]


def _short(text: str, most: int) -> str:
    """Text without secrets, its rows apart; of a long one the beginning and the end."""
    rows = [" ".join(row.split()) for row in text[:20_000].replace("\r", "\n").split("\n")]
    flat = redact(" | ".join(row for row in rows if row))
    return flat if len(flat) <= most else f"{flat[: most * 2 // 3]} […] {flat[-most // 3 :]}"
