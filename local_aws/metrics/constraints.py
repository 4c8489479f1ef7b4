"""The constraints the service model states: required members, lengths, ranges, patterns and enumerations.

botocore checks some of them before it sends; other clients none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local_aws.metrics.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_aws.metrics.requests import Request

_LISTED = 10
"""AWS names ten violations at most."""


def check(request: Request, document: Mapping[str, Any]) -> None:
    """Hold an input against the model.

    Raises:
        ServiceError: every violation, in AWS's words.
    """
    shape = request.model().input_shape
    found = list(_violations(document, shape, ""))[:_LISTED] if shape is not None else []
    if found:
        plural = "s" if len(found) > 1 else ""
        raise invalid(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


def _violations(value: Any, shape: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from _members(value, shape, path)
    elif shape.type_name == "list":
        yield from _length(value, shape, path)
        for number, one in enumerate(value, 1):
            yield from _violations(one, shape.member, f"{path}.{number}.member")
    elif shape.type_name == "string":
        yield from _length(value, shape, path)
        yield from _text(value, shape, path)
    elif shape.type_name in {"integer", "long", "double"}:
        yield from _range(value, shape, path)


def _members(value: Mapping[str, Any], shape: Any, path: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _violation(None, _joined(path, name), "Member must not be null")
    for name, one in value.items():
        yield from _violations(one, shape.members[name], _joined(path, name))


def _length(value: Any, shape: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and len(value) < low:
        yield _violation(value, path, f"Member must have length greater than or equal to {low}")
    if high is not None and len(value) > high:
        yield _violation(value, path, f"Member must have length less than or equal to {high}")


def _text(value: str, shape: Any, path: str) -> Iterator[str]:
    allowed, pattern = shape.enum, shape.metadata.get("pattern")
    if allowed and value not in allowed:
        yield _violation(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    if pattern and not re.fullmatch(pattern, value, re.DOTALL):
        yield _violation(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _range(value: float, shape: Any, path: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and value < low:
        yield _violation(value, path, f"Member must have value greater than or equal to {low}")
    if high is not None and value > high:
        yield _violation(value, path, f"Member must have value less than or equal to {high}")


def _joined(path: str, name: str) -> str:
    spelled = name[:1].lower() + name[1:]
    return f"{path}.{spelled}" if path else spelled


def _violation(value: Any, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"
