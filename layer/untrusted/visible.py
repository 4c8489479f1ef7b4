"""Makes characters visible that a reader, human or model, would not see or that change what is seen."""

from __future__ import annotations

import re
from typing import Any

#: Marks on one character that are shown. Real writing systems need four at most; a hundred paint over other lines.
MAX_MARKS = 8

# Characters that are drawn with no width at all, as they are and as `make_visible` names them.
_NO_WIDTH = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
"\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
#: One or more characters without width; with them taken out, text reads as a person sees it.
WITHOUT_WIDTH = re.compile(
    f"[{_NO_WIDTH}]+|⟨U\\+(?:00AD|034F|061C|1160|115F|17B[45]|180[B-F]|200[B-F]|202[A-E]|206[0-9A-F]|3164"
    f"|FE0[0-9A-F]|FEFF|FFA0|E0[0-9A-F]{{3}})⟩"
)

# Unicode 15.1, general categories Cc, Cf and Zl/Zp, letters that draw nothing, and private use, which draws
# whatever the reader's fonts make of it. Tab and line feed stay.
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, the terminal escape among them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"  # Arabic signs that enclose what follows
    "\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f"  # zero width, bidirectional overrides, separators
    "\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb"  # blanks that are none, variation selectors
    "\ud800-\udfff"  # lone surrogates: UTF-8 cannot carry them
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use and the ends of the planes behind it
    "\U000110bd\U000110cd\U00013430-\U0001343f"  # signs of old scripts that join what follows
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0000-\U000e0fff"  # tags and further variation selectors: whole sentences hide here
    "]"
    # One emoji variation selector behind a symbol is how emoji are written; anywhere else it carries data.
    "|(?<![\u2000-\u3300\U0001f000-\U0001faff])\ufe0f"
)
# Marks that are drawn over the character before them: the blocks of combining characters.
_MARKS = re.compile(
    f"([\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
    f"{{{MAX_MARKS}}})"
    "([\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+)"
)


def make_visible(text: str) -> str:
    """Replace each invisible or control character with its name, as in `⟨U+200B⟩`.

    Line ends are unified to a line feed; tab and line feed stay. Of a stack of combining marks the first eight
    stay and the rest is counted, as in `⟨92 marks⟩`. Applying it twice changes nothing more.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    text = _INVISIBLE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))
    return text if text.isascii() else _MARKS.sub(lambda found: f"{found[1]}⟨{len(found[2])} marks⟩", text)


def make_visible_value(value: Any) -> Any:
    """Apply `make_visible` to every string of a JSON value, keys included."""
    if isinstance(value, str):
        return make_visible(value)
    if isinstance(value, list):
        return [make_visible_value(item) for item in value]
    if isinstance(value, dict):
        return {make_visible(str(key)): make_visible_value(item) for key, item in value.items()}
    return value
