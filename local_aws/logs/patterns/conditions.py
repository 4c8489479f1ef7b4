"""Conditions joined by && and ||, with parentheses; what a single condition looks like is the caller's business.

User guide, "Writing compound expressions": the order of operations is ( ) before && before ||.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

from local_aws.logs.patterns.model import InvalidPatternError

if TYPE_CHECKING:
    from collections.abc import Callable

Subject = TypeVar("Subject")

_TOKEN = re.compile(
    r"""\s*(?P<token>
        && | \|\| | [()]
      | != | >= | <= | [=<>]
      | "(?:[^"\\]|\\.)*"
      | %[^%]+%
      | [^\s()=<>!&|"%]+
    )""",
    re.VERBOSE,
)

SYMBOLS = frozenset({"=", "!=", ">", ">=", "<", "<="})

_DEEPEST = 50
"""Parentheses within parentheses; a pattern of 1,024 characters could otherwise exhaust the stack."""


def tokens(text: str) -> list[str]:
    """A condition's text, cut up.

    Raises:
        InvalidPatternError: quotes or percent signs that do not close, or stray symbols.
    """
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise InvalidPatternError.characters_in(text[position:].strip())
        found.append(match["token"])
        position = match.end()
    return found


class ConditionReader(Generic[Subject]):
    """Reads `a && (b || c)` into one predicate."""

    def __init__(
        self, found: list[str], read_one: Callable[[ConditionReader[Subject]], Callable[[Subject], bool]]
    ) -> None:
        self._tokens = found
        self._position = 0
        self._depth = 0
        self._read_one = read_one

    def whole(self) -> Callable[[Subject], bool]:
        """All of it.

        Raises:
            InvalidPatternError: it is no condition, or something is left over.
        """
        condition = self._any()
        if self._position < len(self._tokens):
            raise InvalidPatternError.because(f"unexpected '{self._tokens[self._position]}'")
        return condition

    def take(self) -> str:
        """The next token.

        Raises:
            InvalidPatternError: there is none.
        """
        if self._position >= len(self._tokens):
            raise InvalidPatternError.because("it ends where a condition is expected")
        self._position += 1
        return self._tokens[self._position - 1]

    def _next_is(self, token: str) -> bool:
        if self._position < len(self._tokens) and self._tokens[self._position] == token:
            self._position += 1
            return True
        return False

    def _any(self) -> Callable[[Subject], bool]:
        parts = [self._all()]
        while self._next_is("||"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else lambda subject: any(part(subject) for part in parts)

    def _all(self) -> Callable[[Subject], bool]:
        parts = [self._grouped()]
        while self._next_is("&&"):
            parts.append(self._grouped())
        return parts[0] if len(parts) == 1 else lambda subject: all(part(subject) for part in parts)

    def _grouped(self) -> Callable[[Subject], bool]:
        if not self._next_is("("):
            return self._read_one(self)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidPatternError.because("too many parentheses within each other")
        inner = self._any()
        self._depth -= 1
        if not self._next_is(")"):
            raise InvalidPatternError.because("a parenthesis is not closed")
        return inner
