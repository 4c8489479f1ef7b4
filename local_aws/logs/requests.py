"""Holds requests against the service's model, and against the members that are applied here.

Limits, patterns and enumerations are those of botocore's model of CloudWatch Logs; the wording is the service's.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.model import ListShape

from local_aws.logs.refusals import RefusedError, invalid, not_applied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape, StructureShape

_NUMBERS = frozenset({"integer", "long", "double", "float"})


@cache
def _input(operation: str) -> StructureShape:
    model = botocore.session.get_session().get_service_model("logs")
    shape = model.operation_model(operation).input_shape
    if shape is None:
        raise LookupError(operation)
    return shape


def check(operation: str, request: Mapping[str, Any], applied: frozenset[str]) -> None:
    """Refuse what is not valid, and what is valid and would not be applied.

    Raises:
        RefusedError: InvalidParameterException.
    """
    shape = _input(operation)
    for name in shape.required_members:
        if request.get(name) is None:
            raise _violation("null", name, "Member must not be null")
    for name, member in shape.members.items():
        value = request.get(name)
        if value is None:
            continue
        if name not in applied and value:
            raise not_applied(operation, name, applied)
        _check_member(name, value, member)


def _check_member(name: str, value: object, shape: Shape) -> None:
    limits = shape.metadata
    if isinstance(value, str):
        _check_text(name, value, shape)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        _check_size(name, len(value), limits, "length")
        for number, one in enumerate(value, 1):
            _check_member(f"{name}.{number}.member", one, shape.member)
    elif shape.type_name in _NUMBERS and isinstance(value, (int, float)):
        _check_size(name, value, limits, "value")
    elif shape.type_name in _NUMBERS:
        raise _violation(str(value), name, "Member must be a number")


def _check_text(name: str, value: str, shape: Shape) -> None:
    if shape.type_name != "string":
        raise _violation(value, name, f"Member must be a {shape.type_name}")
    _check_size(name, len(value), shape.metadata, "length", value)
    options = shape.metadata.get("enum")
    if options and value not in options:
        raise _violation(value, name, f"Member must satisfy enum value set: [{', '.join(options)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        raise _violation(value, name, f"Member must satisfy regular expression pattern: {pattern}")


def _check_size(name: str, size: float, limits: Mapping[str, Any], what: str, value: str | None = None) -> None:
    written = str(size) if value is None else value
    if size < limits.get("min", size):
        raise _violation(written, name, f"Member must have {what} greater than or equal to {limits['min']}")
    if size > limits.get("max", size):
        raise _violation(written, name, f"Member must have {what} less than or equal to {limits['max']}")


def _violation(value: str, name: str, constraint: str) -> RefusedError:
    return invalid(
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    )
