"""Cuts a query into tokens, on demand: whether `/` divides or begins a regular expression, the parser knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from local_aws.logs.insights.errors import QueryError
from local_aws.logs.regexes import compile_strictly


class Kind(Enum):
    """What a token is."""

    NAME = auto()
    QUOTED_NAME = auto()
    TEXT = auto()
    NUMBER = auto()
    PERIOD = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True)
class Token:
    """A token and where it stands in the query.

    Attributes:
        value: the name or text without quotes; otherwise as written.
    """

    kind: Kind
    value: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of the keywords, in any case."""
        return self.kind is Kind.NAME and self.value.lower() in words

    def is_symbol(self, *symbols: str) -> bool:
        """Whether it is one of the symbols."""
        return self.kind is Kind.SYMBOL and self.value in symbols


_COMMENT = re.compile(r"(?m)^[ \t]*#.*$")
_TOKEN = re.compile(
    r"""
      (?P<name> (?: @{0,2}[A-Za-z_]\w* | `[^`]+` ) (?: \. (?: \w+ | `[^`]+` ) )* )
    | (?P<text> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' )
    | (?P<period> \d+[A-Za-z]+ (?!\w) )
    | (?P<number> (?: \d+(?:\.\d+)? | \.\d+ ) (?:[eE][+-]?\d+)? (?!\w) )
    | (?P<symbol> != | <= | >= | =~ | [=<>+\-*/%^()\[\],|] )
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.)*)/")


class Scanner:
    """A query and how far it has been read."""

    def __init__(self, text: str) -> None:
        # Comments are blanked, not cut, so that positions stay those of the query.
        self.text = _COMMENT.sub(lambda match: " " * len(match.group()), text)
        self._end = 0
        self._next = self._scan(0)

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self._next

    def take(self) -> Token:
        """The next token; the scanner moves on."""
        taken = self._next
        self._end = taken.end
        self._next = self._scan(taken.end)
        return taken

    def take_symbol(self, symbol: str) -> Token:
        """A certain symbol.

        Raises:
            QueryError: something else comes next.
        """
        if not self._next.is_symbol(symbol):
            raise self.unexpected(f"'{symbol}'")
        return self.take()

    def take_regex(self) -> re.Pattern[str]:
        """The regular expression that begins with the next token.

        Raises:
            QueryError: none does, or it is not valid.
        """
        match = _REGEX.match(self.text, self._next.start)
        if match is None:
            raise self.unexpected("a regular expression such as /text/")
        # Named groups as the guide writes them, in Python's spelling.
        source = re.sub(r"(?<!\\)\(\?<(?![=!])", "(?P<", match.group(1)).replace("\\/", "/")
        try:
            compiled = compile_strictly(source)
        except ValueError as error:
            raise QueryError(f"the regular expression {match.group()} is not valid: {error}") from error
        self._end = match.end()
        self._next = self._scan(match.end())
        return compiled

    def written_since(self, start: int) -> str:
        """What was read from a position on, as it is written."""
        return self.text[start : self._end].strip()

    def unexpected(self, expected: str) -> QueryError:
        """The error that something else comes next."""
        token = self._next
        found = "the end of the query" if token.kind is Kind.END else f"'{self.text[token.start : token.end]}'"
        return self.error_at(token.start, f"unexpected {found}, expecting {expected}")

    def error_at(self, position: int, what: str) -> QueryError:
        """An error with line and column, both from 1."""
        line = self.text.count("\n", 0, position) + 1
        column = position - (self.text.rfind("\n", 0, position) + 1) + 1
        return QueryError(f"{what} (line {line}, position {column})")

    def _scan(self, position: int) -> Token:
        while position < len(self.text) and self.text[position].isspace():
            position += 1
        if position == len(self.text):
            return Token(Kind.END, "", position, position)
        match = _TOKEN.match(self.text, position)
        if match is None:
            raise self.error_at(position, f"unexpected '{self.text[position]}'")
        return _token(match)


def _token(match: re.Match[str]) -> Token:
    group, written = str(match.lastgroup), match.group()
    if group == "text":
        return Token(Kind.TEXT, re.sub(r"\\([\"'\\])", r"\1", written[1:-1]), match.start(), match.end())
    if group == "name":
        kind = Kind.QUOTED_NAME if "`" in written else Kind.NAME
        return Token(kind, written.replace("`", ""), match.start(), match.end())
    return Token(Kind[group.upper()], written, match.start(), match.end())
