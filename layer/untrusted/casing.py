"""Lower case in place, so that what is found there is found at the same position in the text."""

from __future__ import annotations


def lowered(text: str) -> str:
    """The text in lower case, every character in its place: some letters outside ASCII would become two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if c.isascii() else c for c in text)
