"""A small, strict matcher of EventBridge event patterns.

It knows the operators that the module's pattern uses, as the EventBridge user guide describes them ("Comparison
operators in event patterns"), and raises on any other: a matcher that skips what it does not know would prove too
much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnsupportedPatternError(ValueError):
    """The pattern holds something this matcher does not know, or EventBridge would refuse."""


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether every field of the pattern is present in the event and has one of the values it may have."""
    return all(_field_matches(wanted, event.get(field)) for field, wanted in pattern.items())


def _field_matches(wanted: object, actual: object) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(actual, Mapping) and matches(wanted, actual)
    if not isinstance(wanted, list) or not wanted:
        raise UnsupportedPatternError(f"a field takes a list of one value or more, not {wanted!r}")
    values = actual if isinstance(actual, list) else [actual] if actual is not None else []
    return any(_value_matches(one, value) for one in wanted for value in values)


def _value_matches(wanted: object, value: object) -> bool:
    if isinstance(wanted, str):
        return value == wanted
    if not isinstance(value, str):
        raise UnsupportedPatternError(f"{wanted!r} of a value that is no text: {value!r}")
    if isinstance(wanted, Mapping) and set(wanted) == {"prefix"}:
        return value.startswith(_text(wanted["prefix"]))
    if isinstance(wanted, Mapping) and set(wanted) == {"anything-but"}:
        excluded = wanted["anything-but"]
        if isinstance(excluded, Mapping) and set(excluded) == {"prefix"} and isinstance(excluded["prefix"], list):
            return not value.startswith(tuple(_text(prefix) for prefix in excluded["prefix"]))
    raise UnsupportedPatternError(f"operator {wanted!r}")


def _text(prefix: object) -> str:
    if not isinstance(prefix, str) or not prefix:
        raise UnsupportedPatternError(f"a prefix must be a text of one character or more, not {prefix!r}")
    return prefix
