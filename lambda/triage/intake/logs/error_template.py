"""The template of an error: what its lines have in common for months, however often it is deployed.

Made of the level and message, of the exceptions with their messages, and of the application's own frames nearest
to the error; ids, numbers, times and addresses masked, line numbers left out. A different exception, or a
different way through the application, is a different error.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.intake.logs.masking import VARIES, masked, masked_name, unstamped
from triage.intake.logs.stack_frames import Frame, frames_in, is_of_trace, rows_of
from triage.intake.reading import parsed
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ROWS = 12
MAX_ROW = 400
MAX_FRAMES = 5

_LEVELS = ("level", "severity", "log_level", "levelname", "lvl", "log.level")
_MESSAGES = ("message", "msg", "log", "event", "text", "errorMessage")
_KINDS = ("errorType", "exception_name", "exception", "error", "err", "cause", "errorMessage", "code")
_CODES = ("status", "statusCode", "status_code")
_TRACES = ("stackTrace", "stack", "stack_trace", "exc_info", "traceback", "trace")
_KNOWN = frozenset((*_LEVELS, *_MESSAGES, *_KINDS, *_TRACES))

_TRACE_HEAD = "Traceback (most recent call last)"


@dataclass(frozen=True)
class ErrorTemplate:
    """What identifies an error.

    Attributes:
        text: the template, redacted.
        headline: its first row, for people.
        frames: own frames of the line it was made of, nearest to the error first, with their line numbers.
    """

    text: str
    headline: str
    frames: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The template in short: 128 bits of its SHA-256."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


def template_of(text: str) -> ErrorTemplate:
    """The template of one log event, its stack trace included.

    Secrets go first: one that changes would make another error each time, and a template is kept and shown.
    """
    rows = rows_of(redact(_as_text(text)))
    frames = frames_in(rows)
    heads = list(dict.fromkeys(filter(None, (unstamped(masked(row))[:MAX_ROW] for row in _said(rows)))))
    # What nothing varies in but what was masked away, as a line of digits, is still one error.
    parts = heads or [VARIES]
    path = [masked_name(frame.identity) for frame in _telling(frames)]
    whole = " | ".join([*parts, *(f"at {name}" for name in dict.fromkeys(path))])
    own = tuple(frame.shown for frame in frames if frame.is_own)[:MAX_FRAMES]
    return ErrorTemplate(whole, parts[0], own)


def message_of(text: str) -> str:
    """What an event says, without its frames and without secrets, on one line."""
    rows = rows_of(redact(_as_text(text)))
    return " | ".join(dict.fromkeys(" ".join(unstamped(row[:MAX_ROW]).split()) for row in _said(rows)))


def _said(rows: list[str]) -> list[str]:
    """The rows that are the message, and not a stack trace."""
    said = [row for number, row in enumerate(rows) if number == 0 or _says_something(row)]
    return [row for row in said if not row.startswith(_TRACE_HEAD)][:MAX_ROWS]


def _telling(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The application's own frames; where a library is all there is, the one frame nearest to the error."""
    own = tuple(frame for frame in frames if frame.is_own)
    return own[:MAX_FRAMES] or frames[:1]


def _says_something(row: str) -> bool:
    """Whether a row after the first is part of the message: not indented, or the cause of what is above it."""
    if is_of_trace(row) or _frame_like(row):
        return False
    return not row[:1].isspace() or row.lstrip().startswith("Caused by:")


def _frame_like(row: str) -> bool:
    """A frame without indentation, or the line that announces frames."""
    return row.startswith(("at ", 'File "', _TRACE_HEAD))


def _as_text(text: str) -> str:
    """A structured log event as the rows of a plain one: level and message, exception, stack trace."""
    begin = text.find("{", 0, 300)
    if begin < 0 or not text.rstrip().endswith("}"):
        return text
    record = parsed(text[begin:])
    if not isinstance(record, dict) or not _KNOWN.intersection(record):
        return text
    before = text[:begin].strip()
    first, trace = f"{before} {_first_row(record)}".strip(), _trace(record)
    said = "\n".join([first, *(row for row in rows_of(trace) if not row[:1].isspace())])
    kinds = (_flat(record[name]) for name in _KINDS if record.get(name))
    return "\n".join(row for row in (first, *(kind for kind in kinds if kind not in said), trace) if row)


def _first_row(record: Mapping[str, Any]) -> str:
    level = next((record[name] for name in _LEVELS if isinstance(record.get(name), str)), "")
    message = next((record[name] for name in _MESSAGES if record.get(name)), "")
    codes = [f"{name}={record[name]}" for name in _CODES if isinstance(record.get(name), int | str)]
    return " ".join([str(level).upper(), _flat(message), *codes]).strip()


def _trace(record: Mapping[str, Any]) -> str:
    trace = next((record[name] for name in _TRACES if record.get(name)), "")
    return "\n".join(map(str, trace)) if isinstance(trace, list) else _flat(trace)


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
