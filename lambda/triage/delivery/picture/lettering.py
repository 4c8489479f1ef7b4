"""How wide text will be, before a browser draws it: labels are placed by it, so it errs on the wide side.

The widths are those of DejaVu Sans, the widest of the fonts that ``system-ui`` and ``sans-serif`` stand for.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

ELLIPSIS = "…"

_NARROW = frozenset("ijlI|!.,:;'`()[]{}ft r/\\-\"")
_BROAD = frozenset("mwMW%@&—…")
_FIRST_EMOJI = 0x1F000


@dataclass(frozen=True)
class Box:
    """A rectangle; x grows to the right, y downwards."""

    left: float
    top: float
    right: float
    bottom: float


def width(text: str, size: float) -> float:
    """Width of a line of text at a font size, in the same unit."""
    return sum(map(_ems, text)) * size


def fitted(text: str, room: float, size: float) -> str:
    """As much of the text as there is room for, an ellipsis where something is missing; empty without room."""
    if width(text, size) <= room:
        return text
    room -= width(ELLIPSIS, size)
    kept = ""
    for character in text:
        room -= _ems(character) * size
        if room < 0:
            break
        kept += character
    return f"{kept.rstrip()}{ELLIPSIS}" if kept.strip() else ""


def _ems(character: str) -> float:
    if character in _NARROW:
        return 0.42
    if character in _BROAD:
        return 1.0
    if character.isascii():
        return 0.79 if character.isupper() else 0.66
    return _ems_beyond_ascii(character)


def _ems_beyond_ascii(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.4 if ord(character) >= _FIRST_EMOJI else 1.05
    return 0.9
