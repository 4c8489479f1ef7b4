"""Joining: the rows of one stack trace, which containers write as events of their own, are one event again.

A subscription filter looks at one event at a time, so of a trace that was written row by row only those that match
the pattern arrive: the head, the exception, its causes. They come in order and at the same moment.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.intake.logs.batch import MAX_MESSAGE, Row
from triage.intake.logs.stack_frames import is_of_trace

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_GAP = timedelta(seconds=1)
MAX_JOINED = 200

_LEVEL = re.compile(
    r"(?<![A-Za-z])(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|PANIC|SEVERE|Critical)(?![A-Za-z])"
)
_GOES_ON = re.compile(
    r"^(?:\s+\S|at \S|Caused by:|Suppressed:|\.\.\. \d+ (?:more|common)|Traceback \(|During handling of the above|"
    r"The above exception was|goroutine \d|End of inner exception)"
)
_EXCEPTION = re.compile(
    r"^(?:[\w$]{1,80}\.){0,12}[A-Z][\w$]{0,80}(?:Error|Exception|Exit|Interrupt|Warning|Fault|Failure)\b(?::|\s|$)"
)


def joined(rows: Iterable[Row]) -> list[Row]:
    """The rows of one stream with those of one stack trace in one.

    Rows of a trace whose beginning is missing, because an earlier batch held it, say nothing by themselves: they
    are left out.
    """
    groups: list[list[Row]] = []
    for row in rows:
        if groups and _belongs(row, groups[-1]):
            groups[-1].append(row)
        elif not is_of_trace(row.text.rstrip()):
            groups.append([row])
    return [_whole(group) for group in groups]


def _whole(group: list[Row]) -> Row:
    if len(group) == 1:
        return group[0]
    return Row(group[0].at, "\n".join(row.text.rstrip("\r\n") for row in group)[:MAX_MESSAGE])


def _belongs(row: Row, group: list[Row]) -> bool:
    """Whether a row goes on with the event before it."""
    if row.at - group[-1].at > MAX_GAP or len(group) >= MAX_JOINED:
        return False
    if _LEVEL.search(row.text[:120]) and not row.text.startswith("Caused by:"):
        return False
    if _GOES_ON.match(row.text):
        return True
    return bool(_EXCEPTION.match(row.text)) and _awaits_exception(group)


def _awaits_exception(group: list[Row]) -> bool:
    """Whether the event so far has a line with a level, or a traceback, and no exception of its own yet."""
    said_before = any(_EXCEPTION.match(one.text) for one in group)
    opened = _LEVEL.search(group[0].text[:120]) or any(one.text.startswith("Traceback (") for one in group[:2])
    return bool(opened) and not said_before
