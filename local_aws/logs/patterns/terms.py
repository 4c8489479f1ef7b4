"""Patterns of terms: all of them, none of the excluded ones, or any of the optional ones.

User guide, "Using filter patterns to match terms in unstructured log events": case sensitive; what is not letters,
digits and underscores is quoted; optional terms (`?`) are ignored beside required or excluded ones; `" "` matches
everything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_aws.logs.patterns.model import InvalidPatternError, Pattern

_TERM = re.compile(r'\s*(?P<sign>[?-]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|(?P<word>[^\s"]+))(?=\s|$)')
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class TermPattern(Pattern):
    """Texts a message must hold, must not hold, and may hold."""

    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def matches(self, message: str) -> bool:
        """Whether every required text is in the message and no excluded one; without either, any optional one."""
        if self.required or self.excluded:
            return all(term in message for term in self.required) and not any(
                term in message for term in self.excluded
            )
        return not self.optional or any(term in message for term in self.optional)


def parse_terms(text: str) -> Pattern:
    """A pattern of terms.

    Raises:
        InvalidPatternError: an unquoted term with other characters than letters, digits and underscores, or quotes
            that do not close.
    """
    found: dict[str, list[str]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise InvalidPatternError.characters_in(text[position:].strip())
        if term := _text(match):
            found[match["sign"]].append(term)
        position = match.end()
    return TermPattern(tuple(found[""]), tuple(found["-"]), tuple(found["?"]))


def _text(match: re.Match[str]) -> str:
    """The text looked for; empty for a blank phrase, which matches everything."""
    word, phrase = match["word"], match["phrase"]
    if word is None:
        return re.sub(r"\\(.)", r"\1", phrase) if phrase.strip() else ""
    if "%" in word:
        raise InvalidPatternError(
            "This local AWS does not evaluate a regular expression beside terms; the user guide knows it alone,"
            " in JSON patterns and in space-delimited patterns."
        )
    if not _WORD.fullmatch(word):
        raise InvalidPatternError.characters_in(word)
    return word
