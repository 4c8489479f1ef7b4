"""One form for text on both sides of a comparison."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_ESCAPED = re.compile(r'\\(["/\\nrt])')
_UNESCAPED = {"n": " ", "r": " ", "t": " "}
# What models and people put in for what logs and consoles print.
_TYPOGRAPHY = str.maketrans(
    {
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u00d7": "x",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


def normalised(text: str) -> str:
    """The text with white space of any kind as single spaces and without typography that models put in."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY)).strip()


def unescaped(text: str) -> str:
    """Text that was JSON inside JSON as somebody reads it: a model that quotes it leaves the backslashes out."""
    return _SPACE.sub(" ", _ESCAPED.sub(lambda found: _UNESCAPED.get(found[1], found[1]), text))
