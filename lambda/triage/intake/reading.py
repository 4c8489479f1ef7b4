"""Reading JSON that somebody else wrote: a value of the wrong type is an error that names its path.

Two kinds of field exist. Without identity, state and time there is no signal, so those are *required* and raise
:class:`Unreadable`. Everything else is evidence: it is read when it can be and left out when it cannot, because an
alarm must not be lost over its description.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from triage.domain.errors import MalformedEvent
from triage.domain.signal import AlarmState

MAX_TEXT = 10_000
"""Characters kept of one text. The longest that CloudWatch allows is a PromQL query (``AlarmPromQLCriteria``)."""

MAX_ENTRIES = 100
"""Entries kept of one list or object: more than any alarm has metrics, children or log groups."""

MAX_DEPTH = 12
"""Levels kept of ``reasonData``, which has four. Deeper ones would end in a recursion error when it is written."""

MAX_JSON = 20_000
"""Characters kept of ``reasonData``, five times CloudWatch's limit: the work queue carries the signal."""

_Object = Mapping[str, Any]

_KINDS: tuple[tuple[type, str], ...] = (
    (type(None), "nothing"),
    (bool, "true or false"),  # before the numbers: in Python it is one
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (Mapping, "an object"),
    (list, "a list"),
)


class Unreadable(Exception):
    """A required field that cannot be read: its path, what it should hold and what was found."""


def malformed(kind: str, event: _Object, problem: Unreadable, help_: str = "") -> MalformedEvent:
    """The error an engineer is told: the problem, and of the event its keys alone, which are safe to repeat."""
    keys = tuple(sorted(str(key)[:64] for key in list(event)[:MAX_ENTRIES]))
    return MalformedEvent(". ".join(part for part in (f"{kind}: {problem}", help_) if part), keys)


def require_object(data: _Object, key: str, at: str = "") -> _Object:
    """The object under ``key``; ``at`` is the path of ``data``, ending in a dot."""
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise Unreadable(f"{at}{key} should be an object, found {found(value)}")
    return value


def require_text(data: _Object, key: str, at: str = "") -> str:
    """The text under ``key``, not empty."""
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{at}{key} should be text, found {found(value)}")
    return text(value) or ""


def require_state(value: Any, path: str) -> AlarmState:
    """A state of an alarm."""
    state = state_or_none(value)
    if state is None:
        shown = f"{value[:40]!r}" if isinstance(value, str) else found(value)
        raise Unreadable(f"{path} should be one of {', '.join(AlarmState)}, found {shown}")
    return state


def require_time(value: Any, path: str) -> datetime:
    """A moment in UTC; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        shown = f"{value[:40]!r}" if isinstance(value, str) else found(value)
        raise Unreadable(
            f"{path} should be an ISO 8601 time such as 2026-11-21T03:02:00.000+0000, found {shown}"
        ) from None


def found(value: Any) -> str:
    """What stands in a field, in JSON's words and without its content."""
    if value == "":
        return "empty text"
    return next((name for kind, name in _KINDS if isinstance(value, kind)), type(value).__name__)


def state_or_none(value: Any) -> AlarmState | None:
    """A state of an alarm, where it is one."""
    return next((state for state in AlarmState if isinstance(value, str) and state == value), None)


def text(value: Any) -> str | None:
    """Text that can be stored and sent, or ``None``.

    JSON can hold half a surrogate pair (an escape such as ``\\ud800``), which no UTF-8 message can carry.
    """
    if not isinstance(value, str) or not value:
        return None
    return value[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list; what is no text is left out."""
    kept = (text(item) for item in value[:MAX_ENTRIES]) if isinstance(value, list) else ()
    return tuple(item for item in kept if item)


def attributes(value: Any) -> dict[str, str]:
    """An object of names and values: ``{"FunctionName": "orders"}``."""
    pairs = list(value.items())[:MAX_ENTRIES] if isinstance(value, Mapping) else []
    return {text(key) or "": text(str(item)) or "" for key, item in pairs if isinstance(item, str | int | float)}


def object_or_empty(value: Any) -> _Object:
    """The object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def objects(value: Any) -> Iterator[_Object]:
    """The objects of a list."""
    if isinstance(value, list):
        yield from (item for item in value[:MAX_ENTRIES] if isinstance(item, Mapping))


def number(value: Any) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        as_float = float(value)
    except OverflowError:
        return None
    return as_float if math.isfinite(as_float) else None


def json_object(value: Any) -> _Object:
    """An object, or the one written in a text (``reasonData`` is JSON inside a string); empty if it is neither."""
    if isinstance(value, str):
        value = parsed(value)
    if not isinstance(value, Mapping) or not _can_be_written(value):
        return {}
    return value if len(json.dumps(value)) <= MAX_JSON else {}


def parsed(written: str) -> Any:
    """What a JSON text holds; ``None`` if it is no JSON."""
    try:
        return json.loads(written, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _can_be_written(value: Any) -> bool:
    """Whether it is JSON again when it is sent on: not too deep, no infinity (as ``1e999`` is read)."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _inside(item)]
        if any(isinstance(item, float) and not math.isfinite(item) for item in level):
            return False
        if not level:
            return True
    return False


def _inside(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
