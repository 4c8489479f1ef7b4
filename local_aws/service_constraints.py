"""What botocore's model of a service demands of a request: members, types, sizes, patterns and enumerations.

botocore checks some of it before it sends; other clients none.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, StructureShape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import Shape

_MOST_NAMED = 10
"""Violations AWS names at most."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
}


def violations(document: Mapping[str, Any], shape: Shape) -> str | None:
    """The message of a ValidationException or its like, in AWS's words; None if the document is valid."""
    found = list(islice(_of(document, shape, ""), _MOST_NAMED))
    plural = "s" if len(found) > 1 else ""
    return f"{len(found)} validation error{plural} detected: {'; '.join(found)}" if found else None


def _of(value: Any, shape: Shape, path: str) -> Iterator[str]:
    expected = _TYPES.get(shape.type_name)
    if expected is not None and not isinstance(value, expected):
        yield _violation(value, path, f"Member must be of type {shape.type_name}")
    elif isinstance(shape, StructureShape):
        yield from _of_members(value, shape, path)
    elif isinstance(shape, ListShape):
        yield from _of_size(value, len(value), shape, path)
        for number, one in enumerate(value, 1):
            yield from _of(one, shape.member, f"{path}.{number}.member")
    elif isinstance(value, str):
        yield from _of_size(value, len(value), shape, path)
        yield from _of_text(value, shape, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_size(value, value, shape, path)


def _of_members(value: Mapping[str, Any], shape: StructureShape, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _violation(None, _joined(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _of(value[name], member, _joined(path, name))


def _of_size(value: Any, size: float, shape: Shape, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    what = "length" if isinstance(value, str | list) else "value"
    if low is not None and size < low:
        yield _violation(value, path, f"Member must have {what} greater than or equal to {low}")
    if high is not None and size > high:
        yield _violation(value, path, f"Member must have {what} less than or equal to {high}")


def _of_text(value: str, shape: Shape, path: str) -> Iterator[str]:
    allowed, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if allowed and value not in allowed:
        yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    if pattern and not re.fullmatch(pattern, value, re.DOTALL):
        yield _violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _joined(path: str, name: str) -> str:
    spelled = name[:1].lower() + name[1:]
    return f"{path}.{spelled}" if path else spelled


def _violation(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"
