"""Space-delimited patterns: `[ip, user, ..., status = 4*, bytes > 1000]`.

User guide, "Using filter patterns to match terms in space-delimited log events": what stands in brackets or double
quotes is one field; `...` stands for any number of fields; the last field takes what is left of the line, so that
`[w1=ERROR, w2]` finds every line that begins with ERROR.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.logs.patterns.comparisons import comparison, number_in
from local_aws.logs.patterns.conditions import SYMBOLS, ConditionReader, tokens
from local_aws.logs.patterns.model import InvalidPatternError, Pattern
from local_aws.logs.patterns.regular_expressions import MOST_IN_A_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FIELD = re.compile(r'\[(?P<bracketed>[^\]]*)\](?=\s|$)|"(?P<quoted>[^"]*)"(?=\s|$)|(?P<bare>\S+)')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|%[^%]+%|[^,"%]')
_ELLIPSIS = "..."


@dataclass(frozen=True)
class _Field:
    name: str
    condition: Callable[[str], bool] | None

    def accepts(self, value: str) -> bool:
        return self.condition is None or self.condition(value)


@dataclass(frozen=True)
class SpacePattern(Pattern):
    """Named fields from the start of the line and, after an ellipsis, from its end."""

    leading: tuple[_Field, ...]
    trailing: tuple[_Field, ...]
    open_ended: bool
    regular_expressions: int = 0
    names_fields = True

    def matches(self, message: str) -> bool:
        """Whether the line has the fields, and each accepts its value."""
        return self._values(message) is not None

    def extracted(self, message: str) -> Mapping[str, str]:
        """The values by `$name`."""
        return self._values(message) or {}

    def _values(self, message: str) -> dict[str, str] | None:
        spans = list(_FIELD.finditer(message))
        wanted = len(self.leading) + len(self.trailing)
        if len(spans) < wanted or not spans:
            return None
        values = [_unwrapped(span) for span in spans]
        if self.open_ended:
            ends = values[len(values) - len(self.trailing) :]
        else:
            ends = []
            if len(spans) > wanted:
                values[wanted - 1] = message[spans[wanted - 1].start() :].rstrip()
        paired = [*zip(self.leading, values, strict=False), *zip(self.trailing, ends, strict=True)]
        if not all(field.accepts(value) for field, value in paired):
            return None
        return {f"${field.name}": value for field, value in paired}


def _unwrapped(match: re.Match[str]) -> str:
    return next(value for value in match.groupdict().values() if value is not None)


def parse_space_pattern(text: str) -> Pattern:
    """A pattern in brackets.

    Raises:
        InvalidPatternError: it is none, or holds more than two regular expressions or ellipses.
    """
    if not text.endswith("]"):
        raise InvalidPatternError("If a filter pattern starts with '[' it must end with ']'")
    written = [part.strip() for part in _split(text[1:-1])]
    if written.count(_ELLIPSIS) > 1:
        raise InvalidPatternError.because("more than one ellipsis")
    regular_expressions = sum(token.startswith("%") for part in written for token in tokens(part))
    if regular_expressions > MOST_IN_A_PATTERN:
        raise InvalidPatternError.because(f"more than {MOST_IN_A_PATTERN} regular expressions")
    cut = written.index(_ELLIPSIS) if _ELLIPSIS in written else len(written)
    leading = tuple(_field(part) for part in written[:cut])
    trailing = tuple(_field(part) for part in written[cut + 1 :])
    return SpacePattern(leading, trailing, _ELLIPSIS in written, regular_expressions)


def _split(text: str) -> list[str]:
    """The parts between commas, except commas in quotes and regular expressions."""
    parts = [""]
    position = 0
    while position < len(text):
        match = _PIECE.match(text, position)
        if match is None and text[position] != ",":
            raise InvalidPatternError.characters_in(text[position:])
        if match is None:
            parts.append("")
            position += 1
        else:
            parts[-1] += match.group()
            position = match.end()
    return parts


def _field(text: str) -> _Field:
    match = _NAME.match(text.lstrip("("))
    if match is None:
        raise InvalidPatternError.because(f"'{text}' does not begin with the name of a field")
    name = match.group()
    found = tokens(text)
    if found == [name]:
        return _Field(name, None)

    def one(reader: ConditionReader[str]) -> Callable[[str], bool]:
        subject, symbol = reader.take(), reader.take()
        # The user guide itself writes [w1=ERROR || W1=WARNING, w2].
        if subject.lower() != name.lower() or symbol not in SYMBOLS:
            raise InvalidPatternError.because(f"'{text}' is no condition on the field {name}")
        compare = comparison(symbol, reader.take())
        return lambda value: compare.holds(value, number_in(value))

    return _Field(name, ConditionReader(found, one).whole())
