"""Members of an answer whose types nobody vouches for: what is of another type counts as absent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_LARGEST = 1e300


def mapping(value: object) -> Mapping[str, Any]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; empty for anything else."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item for item in listed if isinstance(item, Mapping)]


def texts(value: object) -> list[str]:
    """The texts of a list; empty for anything else."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item for item in listed if isinstance(item, str)]


def number(value: object) -> float | None:
    """A number; ``None`` for anything else, and for what is no finite one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
        return None
    return None if math.isnan(value) else float(value)


def whole(value: object) -> int:
    """A whole number; 0 for anything else."""
    return int(number(value) or 0)


def count_of(told: Mapping[str, Any]) -> int:
    """How often something happened that is told once; 1 where nothing says so."""
    return max(1, whole(told.get("times")))
