"""What log lines say in fields: JSON members, `key=value`, access lines, addresses, words of database logs. Pure.

Each line is read once, cut to a bounded length, by expressions without nested repetition.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolbox.logs.stack_traces import without_frames
from toolbox.logs.templates import level_of, mask, says_error, summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from toolbox.logs.stack_traces import Line

_LONGEST = 2_000
#: What is cut to so many characters is a sentence, which templates tell better.
LONGEST_VALUE = 80
_MOST_FIELDS = 40
_DEEPEST = 4
_MOST_ITEMS = 3
_PAIR = re.compile(r"(?<![\w.])([A-Za-z_][\w.-]{0,40})=(\"[^\"\n]{0,200}\"|[^\s,;&\"')\]}]{1,200})")
_REQUEST = re.compile(
    r"\b(GET|POST|PUT|PATCH|DELETE|HEAD) (/[^\s\"?]{0,200})(\?[^\s\"]{0,200})?(?: HTTP/[\d.]+\"?)?(?: (\d{3})\b)?"
)
_AGENT = re.compile(r"\"([A-Za-z][\w.+-]{1,40}/\d[^\"\n]{0,160})\"")
_ADDRESS = re.compile(r"(?<![\d.])(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}(?![\d.])")
#: What RDS puts before each line of PostgreSQL: time:address(port):user@database:[pid] (RDS user guide,
#: log_line_prefix).
_POSTGRES = re.compile(
    r"UTC:(?P<client>[\w.:-]{0,60})\(?\d{0,5}\)?:(?P<user>[\w-]{1,60})@(?P<database>[\w-]{1,60}):\["
)
#: Lambda's own lines around an invocation; one stream holds one at a time.
_PLATFORM = re.compile(r"(START|END) RequestId: ([0-9a-f-]{36})")
STREAM = "stream"
#: Of a request; one inside an ARN or a path is of something that many requests are about.
_UUID = re.compile(r"(?<![A-Za-z\d/])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_ARN = re.compile(r"\barn:aws[\w-]*:[^\s\"',;)\]}]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PART_OF_PATH = re.compile(r"(?<=/)(?!v\d{1,2}(?:/|$))(?=[^/]*\d)[^/]+")
_QUANTITY = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?(?:ms|s|MB|MiB|KB|GB|bytes|seconds)\b")
_LONGEST_NAME = 90
#: A word of which a part was masked is an id as a whole.
_ID = re.compile(r"[\w/-]*<(?:n|id|hex|uuid|time)>(?:[\w/.-]*<(?:n|id|hex|uuid|time)>)*[\w/-]*")


@dataclass
class Record:
    """One line, or the lines of one request.

    Attributes:
        at: When it began.
        fields: Values by field; one field may have several.
        failed: Whether any of its lines speaks of an error.
    """

    at: datetime
    fields: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    failed: bool = False


def records(lines: Iterable[Line]) -> list[Record]:
    """Lines as records: those of one request make one, by its id, or by Lambda's START and END in its stream."""
    found: dict[str, Record] = {}
    running: dict[str, str] = {}
    for number, line in enumerate(lines):
        text = line.text[:_LONGEST]
        platform = _PLATFORM.match(text)
        if platform:
            running[line.stream] = platform[2] if platform[1] == "START" else ""
            continue
        key = running.get(line.stream) or _request(text) or f"line {number}"
        record = found.setdefault(key, Record(line.at))
        record.failed = record.failed or _is_error(text)
        for name, value in fields_of(text):
            record.fields[name].add(value)
        if line.stream:
            record.fields[STREAM].add(line.stream)
    return list(found.values())


def _request(text: str) -> str | None:
    """The id of the request that a line is of."""
    found = _UUID.search(_ARN.sub(" ", text[:300]))
    return found[0] if found else None


def _is_error(text: str) -> bool:
    return level_of(text) >= 3 and says_error(text)


def fields_of(text: str) -> list[tuple[str, str]]:
    """Fields of one line, at most forty; longer values are cut."""
    found: list[tuple[str, str]] = []
    for name, value in _all_fields(text[:_LONGEST]):
        if value and len(found) < _MOST_FIELDS:
            found.append((name, value[:LONGEST_VALUE]))
    return found


def _all_fields(text: str) -> Iterator[tuple[str, str]]:
    begin = text.find("{")
    if 0 <= begin < 200 and text.rstrip().endswith("}"):
        with contextlib.suppress(ValueError, RecursionError):
            for name, value in _flat(json.loads(text[begin:]), ""):
                yield name, _alike(value)
    for name, value in _PAIR.findall(without_frames(text)):
        yield name, _alike(value.strip('"'))
    yield from _of_access(text)
    postgres = _POSTGRES.search(text)
    if postgres:
        yield "user", postgres["user"]
        yield "database", postgres["database"]
    for network in _ADDRESS.findall(text)[:4]:
        yield "address", f"{network}.0/24"
    quantities = _QUANTITY.findall(text)
    if len(quantities) == 1 and level_of(text) < 3:
        # What is measured is told by the rest of the line.
        yield _ID.sub("<n>", mask(summary(text)))[:_LONGEST_NAME], quantities[0]


def _of_access(text: str) -> Iterator[tuple[str, str]]:
    request = _REQUEST.search(text)
    if request is None:
        return
    yield "request", f"{request[1]} {_PART_OF_PATH.sub('*', request[2])}"
    if request[4]:
        yield "status", request[4]
    agent = _AGENT.search(text)
    if agent:
        yield "agent", agent[1]


def _alike(value: str) -> str:
    """A path without its ids and its query, a text without its numbers: in these each request differs."""
    if value.startswith("/"):
        return _PART_OF_PATH.sub("*", value.partition("?")[0])
    return mask(value) if " " in value else value


def _flat(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list):
        for item in value[:_MOST_ITEMS]:
            yield from _flat(item, path, depth + 1)
    elif isinstance(value, str | int | float) and path:
        yield path, str(value)


def number_of(value: str) -> float | None:
    """The number a value is; None for anything else."""
    return float(value) if _NUMBER.fullmatch(value) else None
