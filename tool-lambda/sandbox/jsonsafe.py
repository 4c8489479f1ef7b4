"""Turns any Python value into JSON, within a size."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import json
import math
import pathlib
import uuid
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any

_MAX_DEPTH = 40
_MAX_REPR_CHARACTERS = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class Bounded:
    """A JSON value and how many bytes of its full encoding are missing from it."""

    value: Any
    omitted_bytes: int


def bounded(value: object, max_bytes: int) -> Bounded:
    """Convert to JSON types; what exceeds `max_bytes` of encoded JSON is left out from the end, and said so."""
    converted = to_json(value)
    size = _encoded_size(converted)
    if size <= max_bytes:
        return Bounded(converted, 0)
    shortened = _shorten(converted, _Budget(max_bytes - 200))
    return Bounded(shortened, max(1, size - _encoded_size(shortened)))


def to_json(value: object) -> Any:
    """Convert any value to JSON types: dates in ISO 8601, Decimal and UUID as text, sets as lists.

    Bytes are text when they are UTF-8 and base64 otherwise; what JSON has no form for becomes its repr.
    """
    return _convert(value, 0, set())


def _encoded_size(value: Any) -> int:
    return len(json.dumps(value))


def _convert(value: object, depth: int, above: set[int]) -> Any:
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar(value)
    if depth >= _MAX_DEPTH:
        return _repr(value)
    if id(value) in above:
        return "<refers to itself>"
    try:
        return _convert_other(value, depth, above | {id(value)})
    except Exception:
        return _repr(value)


def _convert_other(value: object, depth: int, above: set[int]) -> Any:
    if isinstance(value, enum.Enum):
        return _convert(value.value, depth, above)
    kind = next((kind for kind in _TEXTUAL if isinstance(value, kind)), None)
    if kind is not None:
        return _SCALARS[kind](value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): _convert(item, depth + 1, above) for key, item in value.items()}
    if isinstance(value, Collection) and not isinstance(value, type):
        items = [_convert(item, depth + 1, above) for item in value]
        return sorted(items, key=_sort_key) if isinstance(value, AbstractSet) else items
    return _repr(value)


def _key(key: object) -> str:
    converted = _convert(key, _MAX_DEPTH, set())
    return converted if isinstance(converted, str) else json.dumps(converted)


def _sort_key(value: Any) -> tuple[str, str]:
    return type(value).__name__, value if isinstance(value, str) else json.dumps(value)


def _repr(value: object) -> str:
    try:
        text = _text(repr(value))
    except BaseException:
        return f"<{type(value).__name__} whose repr() failed>"
    return text if len(text) <= _MAX_REPR_CHARACTERS else text[:_MAX_REPR_CHARACTERS] + "…"


def _text(value: str) -> str:
    """The plain string; lone surrogates, which UTF-8 cannot carry, written out."""
    return str.encode(value, "utf-8", "backslashreplace").decode()


def _integer(value: int) -> Any:
    """JSON readers hold integers of 64 bits; longer ones stay exact as text."""
    number = int(value)
    return number if number.bit_length() < 64 else hex(number)


def _float(value: float) -> Any:
    return float(value) if math.isfinite(value) else str(float(value))


def _bytes(value: bytes) -> str:
    data = bytes(value)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data).decode()


_SCALARS: Mapping[type, Callable[[Any], Any]] = MappingProxyType(
    {
        type(None): lambda value: value,
        bool: lambda value: value,
        int: _integer,
        float: _float,
        str: _text,
        bytes: _bytes,
        bytearray: _bytes,
        memoryview: _bytes,
        decimal.Decimal: str,
        uuid.UUID: str,
        dt.datetime: lambda value: value.isoformat(),
        dt.date: lambda value: value.isoformat(),
        dt.time: lambda value: value.isoformat(),
        dt.timedelta: str,
        pathlib.PurePath: str,
    }
)
#: Kinds whose subclasses are converted like them; an order in which no kind hides a later one.
_TEXTUAL = (
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    decimal.Decimal,
    uuid.UUID,
    dt.datetime,
    dt.date,
    dt.time,
    dt.timedelta,
    pathlib.PurePath,
)


class _Budget:
    """Bytes of encoded JSON that may still be used."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, size: int) -> bool:
        self.left -= size
        return self.left >= 0


def _shorten(value: Any, budget: _Budget) -> Any:
    """Copy a JSON value in order until the budget is used up; what follows is counted, not copied."""
    if isinstance(value, str):
        return _shorten_text(value, budget)
    if isinstance(value, list):
        return _shorten_list(value, budget)
    if isinstance(value, dict):
        return _shorten_object(value, budget)
    budget.take(24)
    return value


def _shorten_text(value: str, budget: _Budget) -> str:
    if budget.take(_encoded_size(value)):
        return value
    # Every character takes at most 12 bytes of JSON (a surrogate pair of escapes).
    kept = max(0, budget.left + _encoded_size(value)) // 12
    return f"{value[:kept]}… [{len(value) - kept} more characters]"


def _shorten_list(value: list[Any], budget: _Budget) -> list[Any]:
    kept: list[Any] = []
    for item in value:
        if not budget.take(4):
            return [*kept, f"… [{len(value) - len(kept)} more items]"]
        kept.append(_shorten(item, budget))
    return kept


def _shorten_object(value: dict[str, Any], budget: _Budget) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, item in value.items():
        if not budget.take(_encoded_size(key) + 4):
            return kept | {"…": f"[{len(value) - len(kept)} more members]"}
        kept[key] = _shorten(item, budget)
    return kept
