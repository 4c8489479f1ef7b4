"""Makes characters visible that a reader, human or model, would not see or that change what is seen."""

from __future__ import annotations

import re
from typing import Any

# Unicode 15.1, general categories Cc, Cf and Zl/Zp, and letters that draw nothing. Tab and line feed stay.
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, the terminal escape among them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f"  # zero width, bidirectional overrides, separators
    "\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb"  # fillers, variation selectors, byte order mark, annotations
    "\ud800-\udfff"  # lone surrogates: UTF-8 cannot carry them
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0000-\U000e0fff"  # tags and further variation selectors: whole sentences hide here
    "]"
    # One emoji variation selector behind a symbol is how emoji are written; anywhere else it carries data.
    "|(?<![\u2000-\u3300\U0001f000-\U0001faff])\ufe0f"
)


def make_visible(text: str) -> str:
    """Replace each invisible or control character with its name, as in `⟨U+200B⟩`.

    Line ends are unified to a line feed; tab and line feed stay. Applying it twice changes nothing more.
    """
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def make_visible_value(value: Any) -> Any:
    """Apply `make_visible` to every string of a JSON value, keys included."""
    if isinstance(value, str):
        return make_visible(value)
    if isinstance(value, list):
        return [make_visible_value(item) for item in value]
    if isinstance(value, dict):
        return {make_visible(str(key)): make_visible_value(item) for key, item in value.items()}
    return value
