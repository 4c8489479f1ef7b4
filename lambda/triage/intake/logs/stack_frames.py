"""Stack frames in a log line: which rows are frames, and which frames are the application's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_ROWS = 400
"""Rows of one stack trace that are read; a recursion that ran away has thousands."""

_ROW_BREAK = re.compile(r"[\r\n]+")
_FRAMES = (
    # Python: File "/var/task/app.py", line 12, in handler
    re.compile(r'^\s*File "(?P<file>[^"]{1,300})", line (?P<line>\d{1,7})(?:, in (?P<name>\S{1,200}))?'),
    # Java, Kotlin, Node.js, .NET with a name: at com.acme.Shop.pay(Shop.java:42)
    re.compile(
        r"^\s*at (?:async )?(?P<name>[^()\s][^()]{0,250}?) ?"
        r"\((?P<file>[^()]{1,300}?)(?::(?P<line>\d{1,7}))?(?::\d{1,7})?\)"
    ),
    # Node.js without a name: at /var/task/index.js:10:5
    re.compile(
        r"^\s*at (?:async )?(?P<name>)(?P<file>[^()\s:]{1,300}|file:[^()\s]{1,300}?)"
        r":(?P<line>\d{1,7})(?::\d{1,7})?\s*$"
    ),
    # Go: /app/main.go:12 +0x1d
    re.compile(r"^\s+(?P<name>)(?P<file>/[^\s:]{1,300}\.go):(?P<line>\d{1,7})"),
    # Ruby: app.rb:12:in 'pay'
    re.compile(r"^\s*(?:from )?(?P<file>[^\s:]{1,300}\.rb):(?P<line>\d{1,7}):in ['`](?P<name>[^'`]{1,200})['`]"),
)
_FOREIGN_FILE = re.compile(
    r"site-packages|dist-packages|/var/lang/|/var/runtime/|/opt/python|/opt/nodejs|/usr/(?:local/)?lib|node_modules|"
    r"\bnode:|^internal/|<frozen |<anonymous>|^<|^native$|^Native Method$|/usr/local/go/|/pkg/mod/|/gems/"
)
_FOREIGN_NAME = re.compile(
    r"^(?:(?:java|javax|jakarta|sun|jdk|kotlin|kotlinx|scala|reactor|System|Microsoft)\.|"
    r"org\.(?:springframework|apache|hibernate|eclipse|postgresql|jboss)\.|"
    r"com\.(?:amazonaws|zaxxer|fasterxml|sun|google|mysql)\.|software\.amazon\.|io\.(?:netty|micrometer)\.)"
)
_ELIDED = re.compile(r"^\s*\.\.\. \d+ (?:more|common frames omitted)\s*$")
_CARETS = re.compile(r"^\s*[\^~]+\s*$")


@dataclass(frozen=True)
class Frame:
    """One call of a stack trace.

    Attributes:
        file: name of the source file, without its folders.
        name: function or method, where the trace says it.
        line: line number as written; it moves with every deployment.
        is_own: whether it is of the application, and not of a library or the runtime.
    """

    file: str
    name: str
    line: str
    is_own: bool

    @property
    def identity(self) -> str:
        """What stays the same over deployments."""
        return f"{self.file}:{self.name}"

    @property
    def shown(self) -> str:
        """For people: ``app.py:12 in handler``."""
        at = f"{self.file}:{self.line}" if self.line else self.file
        return f"{at} in {self.name}" if self.name else at


def rows_of(text: str) -> list[str]:
    """The rows of a text; Lambda's Python runtime writes a carriage return between those of one event."""
    return [row for row in _ROW_BREAK.split(text, MAX_ROWS)[:MAX_ROWS] if row.strip()]


def frame_in(row: str) -> Frame | None:
    """The frame that a row is, or ``None``."""
    match = next((match for form in _FRAMES if (match := form.match(row[:800]))), None)
    if match is None:
        return None
    path, name = match["file"].strip(), (match["name"] or "").strip()
    own = not (_FOREIGN_FILE.search(path) or _FOREIGN_NAME.match(name))
    return Frame(re.split(r"[/\\]", path)[-1], name, match["line"] or "", own)


def is_of_trace(row: str) -> bool:
    """Whether a row can only be a part of a stack trace that began before it."""
    return bool(_ELIDED.match(row) or _CARETS.match(row)) or (row[:1].isspace() and frame_in(row) is not None)


def frames_in(rows: list[str]) -> tuple[Frame, ...]:
    """The frames of a stack trace, nearest to the error first, each once."""
    found = [frame for row in rows if (frame := frame_in(row))]
    if any(row.lstrip().startswith('File "') for row in rows):
        found.reverse()  # Python writes the frame of the error last, the others write it first
    once: dict[str, Frame] = {}
    for frame in found:
        once.setdefault(frame.identity, frame)
    return tuple(once.values())
