"""Fits JSON values into a number of bytes: long texts are cut first, then lists, then whole members. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Ever tighter: longest text, longest list, deepest level that is still shown.
_STAGES = (
    (600, 30, 12),
    (400, 16, 12),
    (260, 10, 10),
    (180, 7, 9),
    (140, 5, 9),
    (120, 3, 9),
    (100, 2, 9),
    (80, 1, 9),
    (60, 1, 5),
    (40, 1, 2),
)
CUT = "…"


def size(value: Any) -> int:
    """Bytes of a value as compact JSON in UTF-8."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def fitted(value: Any, most_bytes: int) -> Any:
    """The value, with as little left out as makes it fit; what is left out is marked.

    Args:
        value: JSON.
        most_bytes: Upper bound of its size, 40 or more.
    """
    shown = value
    for longest, items, depth in _STAGES:
        if size(shown) <= most_bytes:
            return shown
        shown = _tightened(value, longest, items, depth)
    return shown if size(shown) <= most_bytes else _members_that_fit(shown, most_bytes)


def shared_out(sizes: Sequence[int], most_bytes: int, weights: Sequence[float] | None = None) -> list[int]:
    """What each of several gets of a whole: small ones all they need, large ones parts of the rest.

    Args:
        sizes: What each would take.
        most_bytes: The whole.
        weights: How large a part each may claim; equal ones unless given.
    """
    claims = list(weights or [1.0] * len(sizes))
    given = [0] * len(sizes)
    left, claimed = most_bytes, sum(claims)
    for place in sorted(range(len(sizes)), key=lambda place: sizes[place] / claims[place]):
        given[place] = min(sizes[place], int(left * claims[place] / claimed + 1e-9))
        left -= given[place]
        claimed = max(claimed - claims[place], 1e-9)
    return given


def _tightened(value: Any, longest: int, items: int, depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= longest else f"{value[: longest * 2 // 3]}{CUT}{value[-longest // 3 :]}"
    if depth <= 0 and isinstance(value, list | dict):
        return CUT
    if isinstance(value, list):
        return _shortened(value, longest, items, depth)
    if isinstance(value, dict):
        return {key: _tightened(item, longest, items, depth - 1) for key, item in value.items()}
    return value


def _shortened(value: list[Any], longest: int, items: int, depth: int) -> list[Any]:
    """The first items; a series of numbers is cut last."""
    if items >= 7 and all(each is None or isinstance(each, int | float) for each in value):
        items = max(items, 60)
    kept = [_tightened(each, longest, items, depth - 1) for each in value[:items]]
    return kept if len(value) <= items else [*kept, f"{CUT} {len(value) - items} more"]


def _members_that_fit(value: Any, most_bytes: int) -> Any:
    if not isinstance(value, dict):
        return CUT
    kept: dict[str, Any] = {}
    for key, item in value.items():
        if size({**kept, key: item, CUT: len(value)}) <= most_bytes:
            kept[key] = item
    return kept if len(kept) == len(value) else {**kept, CUT: len(value) - len(kept)}
