"""Groups log lines into templates: `timeout after <n> ms calling <uuid>` instead of ten thousand lines.

Pure, linear in the number of lines: each is cut to a bounded length, masked by one regular expression without
nested repetition, and compared with a bounded number of groups.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolbox.logs import stack_traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from toolbox.logs.stack_traces import Line

#: Characters of a line that decide about its template.
MOST_CHARACTERS = 600
#: Templates kept apart; lines of any more are counted together.
MOST_TEMPLATES = 400
_MOST_COMPARED = 12
_LEAST_EQUAL = 0.7
OTHER = "<other lines>"

_MASK = re.compile(
    r"(?P<uuid>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)"
    r"|(?P<time>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?)"
    r"|(?P<ip>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b)"
    r"|(?P<keep>\barn:aws[\w-]*:[\w-]*:[\w-]*:\d*:|\b[a-z]{2}(?:-[a-z]+){1,3}-\d[a-f]?\b|\b\d{12}(?=:))"
    r"|(?P<hex>\b0x[0-9a-fA-F]{1,32}\b|\b(?=[0-9]{0,31}[a-fA-F])(?=[a-fA-F]{0,31}\d)[0-9a-fA-F]{8,64}\b)"
    r"|(?P<id>\b(?=[A-Za-z_-]{0,40}\d)(?=[0-9_-]{0,40}[A-Za-z])[A-Za-z0-9_-]{12,64}\b)"
    r"|(?P<n>(?<![A-Za-z_])[+-]?\d+(?:[.,]\d+)*)"
)
#: Identifiers that hold digits and still say what the line is about: kept as they are.
_TELLING = re.compile(r"[a-z]+(?:-[a-z]+)*-?\d{1,2}|[A-Za-z]{4,}\d{0,3}|[a-z]{2}(?:-[a-z]+)+-\d", re.ASCII)
_TOKENS = re.compile(r"\s+")

_MESSAGE_FIELDS = ("message", "msg", "log", "event", "text", "error", "errorMessage", "err", "reason")
_LEVEL_FIELDS = ("level", "severity", "log_level", "levelname", "lvl", "log.level")
_ERROR_FIELDS = (
    "errorType",
    "errorMessage",
    "error",
    "exception",
    "exception_name",
    "err",
    "cause",
    "status",
    "statusCode",
    "status_code",
    "code",
)
_TRACE_FIELDS = ("stackTrace", "stack", "stack_trace", "exc_info", "traceback")
_PREFIX = re.compile(
    r"^(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?\s+)?"
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\s+)?"
)
_LEVEL = re.compile(
    r"(?<![A-Za-z])(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|PANIC|SEVERE)(?![A-Za-z])",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?<![a-z])(?:error|fatal|critical|panic|severe|exception|traceback|fail(?:ed|ure|s)?|denied|refused|"
    r"unauthori[sz]ed|not authorized|forbidden|timed? ?out|timeout|throttl\w*|too many|rate exceeded|exceeded|"
    r"unreachable|unavailable|expired|killed|out of memory|oom|cannot|could not|unable to|rejected|aborted|"
    r"invalid|missing|deadlock|no such|not found|reset by peer|exited)(?![a-z])|\w(?:Error|Exception)\b",
    re.IGNORECASE,
)
#: What goes on without something it should have, in lines that name no level.
_WITHOUT = re.compile(
    r"\b(?:is not set|not configured|anonymous(?:ly)?|falling back|"
    r"without (?:a |any )?(?:log-?in|credentials|token))\b",
    re.IGNORECASE,
)
_SYSLOG_ENDS = 10
_RANK = {"TRACE": 0, "DEBUG": 0, "INFO": 1, "NOTICE": 1, "WARN": 2, "WARNING": 2}


@dataclass
class Template:
    """Lines that differ only in numbers, ids and times.

    Attributes:
        text: The line with what varies masked.
        level: Its worst level: 3 error, 2 warning, 1 information, 0 debugging.
        count: How many lines.
        before: How many of them before the onset.
        first: The earliest line.
        last: The latest line.
        streams: Log streams it was seen in, up to 50.
        times: When each was written.
    """

    text: str
    level: int
    first: Line
    last: Line
    count: int = 0
    before: int = 0
    streams: set[str] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)

    @property
    def after(self) -> int:
        """How many lines since the onset."""
        return self.count - self.before


def mask(text: str) -> str:
    """A line with what varies replaced by `<uuid>`, `<time>`, `<ip>`, `<hex>`, `<id>`, `<n>`; once is enough."""
    return _MASK.sub(_masked, text[:MOST_CHARACTERS])


def _masked(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    if kind == "keep" or (kind == "id" and _TELLING.fullmatch(found[0])):
        return found[0]
    return f"<{kind}>"


def templates(lines: Iterable[Line], onset: datetime | None = None) -> list[Template]:
    """Group lines; the most frequent first, and what is over the bound under `<other lines>`."""
    found: dict[str, Template] = {}
    near: dict[tuple[int, str], list[Template]] = defaultdict(list)
    for line in lines:
        _count(_template_of(line, found, near), line, onset)
    return sorted(found.values(), key=lambda each: (-each.count, each.text))


def _template_of(line: Line, found: dict[str, Template], near: dict[tuple[int, str], list[Template]]) -> Template:
    shown = summary(line.text)
    text = mask(shown)
    if text in found:
        return found[text]
    tokens = _TOKENS.split(text)
    similar = near[(len(tokens), tokens[0])]
    for candidate in similar[:_MOST_COMPARED]:
        if _alike(tokens, _TOKENS.split(candidate.text)):
            return candidate
    if len(found) >= MOST_TEMPLATES:
        text = OTHER
        if text in found:
            return found[text]
    made = found[text] = Template(text, level_of(line.text), line, line)
    similar.append(made)
    return made


def _alike(tokens: Sequence[str], others: Sequence[str]) -> bool:
    """Whether most words are equal, in place. Words that name an error never vary."""
    if len(tokens) < 4 or len(tokens) != len(others):
        return False
    pairs = list(zip(tokens, others, strict=True))
    different = [pair for pair in pairs if pair[0] != pair[1]]
    if any(_ERROR.search(first) or _ERROR.search(second) for first, second in different):
        return False
    return 1 - len(different) / len(pairs) >= _LEAST_EQUAL


def _count(template: Template, line: Line, onset: datetime | None) -> None:
    template.count += 1
    template.times.append(line.at)
    if onset is not None and line.at < onset:
        template.before += 1
    if line.at < template.first.at:
        template.first = line
    if line.at >= template.last.at:
        template.last = line
    if line.stream and len(template.streams) < 50:
        template.streams.add(line.stream)


def level_of(text: str) -> int:
    """3 for an error, 2 a warning, 1 information, 0 debugging: by its field, its word, or what it says."""
    _, record = _record(text)
    if record is not None:
        named = next((str(record[name]) for name in _LEVEL_FIELDS if name in record), "")
        if named:
            return _of_number(int(named)) if named.isdecimal() else _RANK.get(named.upper(), 3)
    text = summary(text)
    head = _LEVEL.search(text[:120])
    if head and head[1].isupper():
        return _RANK.get(head[1], 3)
    if _ERROR.search(text[:MOST_CHARACTERS]):
        return 3
    return 2 if _WITHOUT.search(text[:MOST_CHARACTERS]) else 1


def _of_number(level: int) -> int:
    """Below ten a severity of syslog, where less is worse (RFC 5424, 6.2.1); else as pino and bunyan count."""
    if level < _SYSLOG_ENDS:
        return 3 if level <= 3 else 2 if level == 4 else 1 if level < 7 else 0
    return min(3, max(0, level // 10 - 2))


def says_error(text: str) -> bool:
    """Whether a line speaks of something that went wrong, whatever its level."""
    return bool(_ERROR.search(text[:MOST_CHARACTERS]))


def summary(text: str) -> str:
    """What identifies a line: of JSON its message and error fields, of a stack trace its error and own frames.

    The time and the request id a runtime puts in front are left out.
    """
    text = _PREFIX.sub("", text.strip(), count=1)
    before, record = _record(text)
    if record is not None:
        return f"{before}{_of_record(record) or text[len(before) :]}"
    return stack_traces.summary(text) if "\n" in text or "\r" in text else text


def _record(text: str) -> tuple[str, dict[str, Any] | None]:
    """What stands before the JSON object a line ends with, and that object."""
    begin = text.find("{", 0, 160)
    if begin < 0 or not text.rstrip().endswith("}") or len(text) > 64_000:
        return "", None
    try:
        record = json.loads(text[begin:])
    except (ValueError, RecursionError):
        return "", None
    telling = isinstance(record, dict) and any(name in record for name in _KNOWN_FIELDS)
    return (text[:begin], record) if telling else ("", None)


_KNOWN_FIELDS = frozenset((*_MESSAGE_FIELDS, *_LEVEL_FIELDS, *_ERROR_FIELDS))


def _of_record(record: dict[str, Any]) -> str:
    parts = [str(record[name]) for name in _LEVEL_FIELDS if isinstance(record.get(name), str)][:1]
    message = next((record[name] for name in _MESSAGE_FIELDS if record.get(name)), None)
    parts += [_flat(message)] if message is not None else []
    parts += [
        f"{name}={_flat(record[name])[:200]}"
        for name in _ERROR_FIELDS
        if record.get(name) not in (None, "", message)
    ]
    trace = next((record[name] for name in _TRACE_FIELDS if record.get(name)), None)
    if trace:
        own = stack_traces.own_frames("\n".join(map(str, trace)) if isinstance(trace, list) else str(trace))
        parts += [f"at {own[0]}"] if own else []
    return " ".join(parts)


def _flat(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return stack_traces.summary(text) if "\n" in text else text
