"""Numbers as they are worth reading."""

from __future__ import annotations

import math
import re
from typing import Any

#: Beyond it a float holds no fraction.
_WHOLE = 1e15
_BINARY = ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_DECIMAL = ((1e12, "T"), (1e9, "G"), (1e6, "M"))


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(name: str) -> frozenset[str]:
    """The words of a metric's name, in lower case: `NumberOfMessagesSent` is `number of messages sent`."""
    return frozenset(word.lower() for word in _WORDS.findall(name))


def rounded(value: float, digits: int = 4) -> float | int:
    """A number with its first significant digits, whole where it is whole."""
    if not math.isfinite(value):
        return 0
    if abs(value) >= _WHOLE:
        return value
    if value == int(value):
        return int(value)
    short = float(f"{value:.{digits}g}")
    return int(short) if short == int(short) else short


def short(value: float) -> str:
    """A number in few characters: `0.25`, `470`, `12,500`, `1.35 M`."""
    for size, unit in _DECIMAL:
        if abs(value) >= size:
            return f"{rounded(value / size, 3)} {unit}"
    number = rounded(value, 3 if abs(value) < 1000 else 5)
    return f"{number:,}"


def with_unit(value: float, unit: str) -> str:
    """A measured value: milliseconds become seconds, bytes MiB, where that reads better."""
    if unit == "ms" and abs(value) >= 1_000:
        return f"{rounded(value / 1000, 3)} s"
    if unit == "bytes":
        for size, name in _BINARY:
            if abs(value) >= size:
                return f"{rounded(value / size, 3)} {name}"
    joined = "" if unit in ("", "%") or unit.startswith("/") else " "
    return f"{short(value)}{joined}{unit}"


def compact(value: Any) -> Any:
    """A JSON value without empty members (None, "", [], {}), its floats rounded; 0 and False stay."""
    if isinstance(value, dict):
        kept = {str(key): compact(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None and item not in ("", [], {})}
    if isinstance(value, list | tuple | set | frozenset):
        return [compact(item) for item in value]
    if isinstance(value, float):
        return rounded(value)
    return value
