"""Log events as queries see them: system fields and the fields discovered in the message.

User guide, "Supported logs and discovered fields".
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from local_aws.logs.insights.discovery import json_document, json_value, lambda_fields
from local_aws.logs.insights.line_formats import line_fields
from local_aws.logs.insights.periods import Timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_aws.logs.insights.values import Value

SYSTEM_FIELDS = ("@timestamp", "@message", "@ingestionTime", "@logStream", "@log", "@ptr")

_LAMBDA_STREAM = re.compile(r"\d{4}/\d{2}/\d{2}/(\S+)?\[[^\]]+\][0-9a-f]{32}")
_NOT_READ: Final = object()


@dataclass(frozen=True)
class Origin:
    """The stream events come from.

    Attributes:
        discovers: whether fields are discovered (log groups of the Standard class only).
        from_lambda: whether Lambda's own fields are discovered too.
    """

    account: str
    group: str
    stream: str
    discovers: bool
    from_lambda: bool

    @classmethod
    def of(cls, account: str, group: str, stream: str, *, discovers: bool) -> Origin:
        """The origin of a stream's events; Lambda's streams are known by the group's or the stream's name."""
        from_lambda = group.startswith("/aws/lambda/") or _LAMBDA_STREAM.fullmatch(stream) is not None
        return cls(account, group, stream, discovers, from_lambda)

    @property
    def log(self) -> str:
        """The log group as @log shows it."""
        return f"{self.account}:{self.group}"


def pointer(origin: Origin, event_id: str) -> str:
    """What @ptr shows: opaque to clients, and enough to find the event again."""
    return base64.urlsafe_b64encode(json.dumps([origin.group, origin.stream, event_id]).encode()).decode()


def pointed_at(written: str) -> tuple[str, str, str] | None:
    """Group, stream and id of the event that a pointer stands for; None for what is no pointer."""
    try:
        group, stream, event_id = json.loads(base64.urlsafe_b64decode(written.encode()))
    except (ValueError, TypeError):
        return None
    return str(group), str(stream), str(event_id)


@dataclass(slots=True)
class LogEvent:
    """One event; what is discovered in its message is read when it is first asked for."""

    origin: Origin
    timestamp: int
    message: str
    ingestion_time: int
    event_id: str
    _document: object = field(default=_NOT_READ, init=False)
    _line: Mapping[str, Value] | None = field(default=None, init=False)

    def value(self, name: str) -> Value:
        """The value of a field; None if the event has none of this name."""
        if name == "@message":
            return self.message
        if name == "@timestamp":
            return Timestamp(self.timestamp)
        if name.startswith("@") and not name.startswith("@@"):
            return self._generated(name)
        if not self.origin.discovers:
            return None
        found = json_value(self._json(), name.removeprefix("@"))
        return found if found is not None else self._line_fields().get(name)

    def names(self) -> Iterator[str]:
        """The names of all fields the event has."""
        yield from SYSTEM_FIELDS
        if self.origin.discovers:
            yield from self._line_fields()
            yield from _flattened("", self._json())

    def _generated(self, name: str) -> Value:
        if name == "@logStream":
            return self.origin.stream
        if name == "@log":
            return self.origin.log
        if name == "@ingestionTime":
            return Timestamp(self.ingestion_time)
        if name == "@ptr":
            return pointer(self.origin, self.event_id)
        return self._line_fields().get(name) if self.origin.discovers else None

    def _line_fields(self) -> Mapping[str, Value]:
        """What is discovered beside JSON: in Lambda's lines, or in those of other services of AWS."""
        if self._line is None:
            self._line = lambda_fields(self.message) if self.origin.from_lambda else line_fields(self.message)
        return self._line

    def _json(self) -> object:
        if self._document is _NOT_READ:
            self._document = json_document(self.message, embedded=self.origin.from_lambda)
        return self._document


def _flattened(path: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        parts: list[tuple[object, object]] = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        if value is not None and path:
            yield f"@{path}" if path.startswith("@") else path
        return
    for name, inner in parts:
        yield from _flattened(f"{path}.{name}" if path else str(name), inner)
