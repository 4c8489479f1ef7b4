"""CloudWatch Logs filter patterns: terms, phrases, exclusions and alternatives; anything else is refused.

The emulator matches case-insensitively, splits quoted phrases at their blanks, reads `?A ?B` as two required
terms, and lets a JSON pattern match everything. (CloudWatch Logs user guide, "Filter pattern syntax".)
"""

from __future__ import annotations

import re
from collections.abc import Callable

Matcher = Callable[[str], bool]

_WORD = re.compile(r"\w+")
_TERM = re.compile(r'\s*([?-]?)("(?:[^"\\]|\\.)*"|[^\s"]+)')


class UnsupportedPatternError(ValueError):
    """A valid or invalid pattern this local AWS does not evaluate."""


def compile_pattern(pattern: str) -> Matcher:
    """A predicate over log messages.

    Raises:
        UnsupportedPatternError: JSON, space-delimited and regular expression patterns, and broken quotes.
    """
    text = pattern.strip()
    if text[:1] in {"{", "["} or text.startswith("%"):
        raise UnsupportedPatternError(
            "This local AWS evaluates terms, quoted phrases, -exclusions and ?alternatives only, not JSON,"
            " space-delimited or regular expression patterns."
        )
    required: list[str] = []
    excluded: list[str] = []
    optional: list[str] = []
    for sign, term in _terms(text):
        {"": required, "-": excluded, "?": optional}[sign].append(term)

    def matches(message: str) -> bool:
        if any(term in message for term in excluded) or not all(term in message for term in required):
            return False
        # Beside required terms, alternatives are ignored.
        return bool(required) or not optional or any(term in message for term in optional)

    return matches


def _terms(text: str) -> list[tuple[str, str]]:
    found = []
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise UnsupportedPatternError(f"Unbalanced quotes in the filter pattern at character {position + 1}.")
        term = match.group(2)
        if term.startswith('"'):
            term = re.sub(r"\\(.)", r"\1", term[1:-1])
        elif not _WORD.fullmatch(term):
            raise UnsupportedPatternError(
                f"Quote the term {term!r}: other than letters, digits and _ must be quoted."
            )
        found.append((match.group(1), term))
        position = match.end()
    return found
