"""Regular expressions in filter patterns: `%…%`, with a small part of the usual syntax.

User guide, "Supported regular expressions (regex) syntax": letters, digits, some symbols and operators; no
parentheses, no multi-byte characters; `\\d \\s \\w`, their negations, `\\xhh` and escaped symbols.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_aws.logs.patterns.model import InvalidPatternError, Pattern
from local_aws.logs.regexes import compile_strictly

DELIMITED = re.compile(r"%(?P<regex>[^%]+)%")

MOST_IN_A_PATTERN = 2
"""Regular expressions a JSON or space-delimited pattern may hold."""

_SUPPORTED = re.compile(r"(?:[A-Za-z0-9_:#=@/;,^$?\[\]{}|*+.-]|\\[dDsSwW]|\\x[0-9a-fA-F]{2}|\\[^A-Za-z0-9\s])+")


def compile_regex(text: str) -> re.Pattern[str]:
    """The expression between the percent signs.

    Raises:
        InvalidPatternError: characters or constructs that filter patterns do not support.
    """
    if not text.isascii() or not _SUPPORTED.fullmatch(text):
        raise InvalidPatternError.characters_in(f"%{text}%")
    try:
        return compile_strictly(text, re.ASCII)
    except ValueError as error:
        raise InvalidPatternError.because(f"the regular expression %{text}% is not valid: {error}") from error


@dataclass(frozen=True)
class RegexPattern(Pattern):
    """One regular expression, found anywhere in the message."""

    regex: re.Pattern[str]
    regular_expressions: int = 1

    @classmethod
    def of(cls, text: str) -> RegexPattern:
        """The pattern `%…%`.

        Raises:
            InvalidPatternError: see compile_regex; or something stands beside the expression.
        """
        match = DELIMITED.fullmatch(text)
        if match is None:
            raise InvalidPatternError.characters_in(text)
        return cls(compile_regex(match["regex"]))

    def matches(self, message: str) -> bool:
        """Whether the expression is found."""
        return self.regex.search(message) is not None
