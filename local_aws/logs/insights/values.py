"""The values of fields: their kinds, how they compare, and how results show them.

Fields have no declared type: what reads as a number counts as one, whether it was written as text or not.
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from local_aws.logs.insights.periods import Timestamp

Value: TypeAlias = str | int | float | bool | Timestamp | None
"""None is a field that is not there. Truth values are 1 and 0, JSON's included."""

_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*", re.ASCII)

LARGEST_INTEGER = 2**63
"""From here on numbers are floating-point."""


def finite(value: float) -> float | None:
    """The number, unless it is infinite or none at all."""
    return value if math.isfinite(value) else None


def number(value: Value) -> float | None:
    """The value as a number; a timestamp is its milliseconds; None for what is none."""
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, Timestamp):
        return value.milliseconds
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return int(value) if value.isdigit() and len(value) < 19 else finite(float(value))
    return None


def text(value: Value) -> str | None:
    """The value as results show it; None for a field that is not there.

    Numbers are shown with four decimals at most.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, Timestamp)):
        return str(value)
    if not math.isfinite(value):
        return None
    return str(int(value)) if value == int(value) else f"{value:.4f}".rstrip("0").rstrip(".")


def is_true(value: Value) -> bool:
    """Whether a condition with this value holds: it is there, and not 0."""
    if isinstance(value, str):
        return number(value) not in {None, 0}
    return value is not None and value is not False and number(value) != 0


def equal(left: Value, right: Value) -> bool:
    """Whether two values are the same number or, if not both are numbers, the same text; missing ones are not."""
    if left is None or right is None:
        return False
    if isinstance(left, str) and isinstance(right, str) and left == right:
        return True
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return first == second
    return text(left) == text(right)


def below(left: Value, right: Value) -> bool | None:
    """Whether the first is the smaller number or, of two texts, comes first; None if they do not compare."""
    if left is None or right is None:
        return None
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return first < second
    if isinstance(left, str) and isinstance(right, str) and first is None and second is None:
        return left < right
    return None
