"""Stack traces: which rows belong together, what the error is, and which frames are the customer's own."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_LONGEST = 20_000
_MOST_ROWS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One log event.

    Attributes:
        at: When it was written.
        text: Its message, stack trace joined.
        stream: Log stream, or "".
    """

    at: datetime
    text: str
    stream: str = ""


_CONTINUES = re.compile(
    r"^(?:\s+\S|at |Caused by:|\.\.\. \d+ (?:more|common)|Traceback \(|During handling of|The above exception|"
    r"goroutine \d|\t)"
)
_ERROR_LINE = re.compile(
    r"^(?:Caused by: )?(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception|Exit|Interrupt|Warning|Fault)\b.*"
)
#: As Java and Node write them.
_AT_FRAMES = (
    re.compile(r"^\s*at (?P<name>[\w.$<>\[\] ]{1,120}?) ?\((?P<file>[^():\n]{1,200}):(?P<line>\d+)(?::\d+)?\)"),
    re.compile(r"^\s*at (?P<name>)(?P<file>[^():\s]{1,200}):(?P<line>\d+)(?::\d+)?$"),
)
_FRAMES = (
    re.compile(r'File \\?"(?P<file>[^"\\\n]{1,200})\\?", line (?P<line>\d+)(?:, in (?P<name>[\w<>.]{1,80}))?'),
    *_AT_FRAMES,
    re.compile(r"^\s*(?P<name>)(?P<file>/[\w./-]{1,200}\.go):(?P<line>\d+)"),
)
#: Below it stands its code: deeper, with marks under what failed, of one statement or more.
_PYTHON_FRAME = re.compile(r"\s+File \\?\"?[^\"\n]{1,200}\"?, line \d+")
#: Go's loggers begin their lines with a file as well, but not indented.
_LEFT_OUT = re.compile(r"\s+at \S|\s*\.\.\. \d+ (?:more|common)|\s+/[\w./-]{1,200}\.go:\d+")
_FOREIGN = re.compile(
    r"site-packages|dist-packages|/var/lang/|/var/runtime/|/opt/|/usr/lib|node_modules|node:|internal/|<frozen|"
    r"^(?:java|javax|sun|jdk|org\.(?:springframework|apache|hibernate)|com\.(?:amazonaws|zaxxer|fasterxml|sun)|"
    r"software\.amazon|io\.netty|reactor|kotlin)\b"
)


def summary(text: str) -> str:
    """The error of a stack trace, then its own frame nearest to it."""
    rows = [row for row in re.split(r"[\r\n]+", text[:_LONGEST]) if row.strip()]
    if len(rows) < 2:
        return text
    errors = [row.strip() for row in rows if _ERROR_LINE.match(row.strip())]
    head = rows[0].strip()
    named = errors[-1] if errors else rows[-1].strip() if head.startswith("Traceback") else ""
    own = own_frames(text)
    parts = [head] if not head.startswith("Traceback") else []
    parts += [named] if named and named not in head else []
    parts += [f"at {own[0]}"] if own else []
    return " | ".join(parts)


def without_frames(text: str) -> str:
    """A stack trace without its frames, whose code says nothing of what went wrong."""
    kept = []
    code_of: int | None = None
    for row in text.split("\n"):
        depth = len(row) - len(row.lstrip())
        if _PYTHON_FRAME.match(row):
            code_of = depth
        elif code_of is None or depth <= code_of:
            code_of = None
            if not _is_frame(row):
                kept.append(row)
    return "\n".join(kept) if any(row.strip() for row in kept) else text


def _is_frame(row: str) -> bool:
    return bool(_LEFT_OUT.match(row)) or any(pattern.search(row) for pattern in _AT_FRAMES)


def own_frames(text: str) -> list[str]:
    """Frames of the customer's own code, nearest to the error first: `app.py:12 in handler`."""
    return [shown for shown, is_own in _frames(text) if is_own]


def library_frame(text: str) -> str | None:
    """The frame that raised the error, where it is not the customer's own: `connection.py:52 in connect`."""
    nearest = next(iter(_frames(text)), None)
    return nearest[0] if nearest and not nearest[1] else None


def _frames(text: str) -> list[tuple[str, bool]]:
    """All frames, nearest to the error first, and whether each is the customer's own."""
    found = []
    for row in re.split(r"[\r\n]+|\\n", text[:_LONGEST]):
        match = next((match for pattern in _FRAMES if (match := pattern.search(row))), None)
        if match is None:
            continue
        name = f" in {match['name'].strip()}" if match["name"] else ""
        own = not (_FOREIGN.search(match["file"]) or _FOREIGN.search(match["name"] or ""))
        found.append((f"{match['file'].rpartition('/')[2]}:{match['line']}{name}", own))
    # Python writes the frame of the error last, the others write it first.
    return found[::-1] if "Traceback (" in text or 'File "' in text or 'File \\"' in text else found


def joined(lines: Iterable[Line]) -> list[Line]:
    """Lines in order of time, those of one stack trace in one: containers write each of its rows as an event."""
    by_stream: dict[str, list[list[Line]]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.at):
        groups = by_stream[line.stream]
        if groups and _belongs(groups[-1], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    whole = [
        group[0] if len(group) == 1 else Line(group[0].at, "\n".join(row.text for row in group), group[0].stream)
        for groups in by_stream.values()
        for group in groups
    ]
    return sorted(whole, key=lambda line: line.at)


def _belongs(group: list[Line], line: Line) -> bool:
    """Whether a row goes on with the one before: indented, or the last of a Python traceback."""
    previous = group[-1]
    if (line.at - previous.at).total_seconds() > 1 or len(group) > _MOST_ROWS:
        return False
    if _CONTINUES.match(line.text):
        return True
    in_python = any(row.text.startswith("Traceback (") for row in group[:2])
    return in_python and previous.text.startswith("  ") and bool(_ERROR_LINE.match(line.text))
