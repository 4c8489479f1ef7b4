"""The order of values: natural sorting, as the user guide describes it ("sort").

Ascending: what is not there, then texts, then numbers. Texts are compared chunk by chunk; runs of digits by length
and then by number, everything else by Unicode.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from local_aws.logs.insights.values import number, text

if TYPE_CHECKING:
    from local_aws.logs.insights.values import Value

_CHUNKS = re.compile(r"[0-9]+|[^0-9]+")

Key: TypeAlias = tuple[int, float, tuple[tuple[str, int, int], ...]]


def natural(value: Value) -> Key:
    """A key that sorts values in ascending natural order."""
    if value is None:
        return (0, 0, ())
    as_number = number(value)
    if as_number is not None:
        return (2, as_number, ())
    return (1, 0, tuple(_chunk(chunk) for chunk in _CHUNKS.findall(text(value) or "")))


def _chunk(chunk: str) -> tuple[str, int, int]:
    # A run of digits stands where its first digit stands among other characters.
    return ("0", len(chunk), int(chunk)) if chunk[0] in "0123456789" and len(chunk) < 400 else (chunk, 0, 0)
