"""Comparing one value of an event with an operand: text with wildcards, a number, or a regular expression.

User guide, "Using filter patterns to match terms in JSON log events" and "… in space-delimited log events":
`=` and `!=` know text, `*` and regular expressions; numbers know all six operators.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.logs.patterns.model import InvalidPatternError
from local_aws.logs.patterns.regular_expressions import compile_regex

if TYPE_CHECKING:
    from collections.abc import Callable

_BARE = re.compile(r"[A-Za-z0-9_.*+-]+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

_ORDERINGS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def number_in(text: str) -> float | None:
    """The number a text is, or None."""
    return float(text) if _NUMBER.fullmatch(text) else None


@dataclass(frozen=True)
class Comparison:
    """An operator and what stands to its right.

    Attributes:
        symbol: = != > >= < <=
        number: the operand as a number, where it is an unquoted one.
        text: what the whole text of the value must match for equality, or what must be found in it.
        anywhere: whether `text` may be found anywhere (regular expressions).
    """

    symbol: str
    number: float | None
    text: re.Pattern[str]
    anywhere: bool

    def holds(self, value: str, numeric: float | None) -> bool:
        """Whether it holds for a value, given as text and, where it is a number, as a number."""
        order = _ORDERINGS.get(self.symbol)
        if order is not None:
            return numeric is not None and self.number is not None and order(numeric, self.number)
        return self._equals(value, numeric) == (self.symbol == "=")

    def _equals(self, value: str, numeric: float | None) -> bool:
        if self.anywhere:
            return self.text.search(value) is not None
        if self.number is not None and numeric is not None:
            return self.number == numeric
        return self.text.fullmatch(value) is not None


def comparison(symbol: str, operand: str) -> Comparison:
    """A comparison with an operand as it is written in the pattern.

    Raises:
        InvalidPatternError: text that needs quotes, or an order of what is no number.
    """
    if operand.startswith("%"):
        made = Comparison(symbol, None, compile_regex(operand[1:-1]), anywhere=True)
    elif operand.startswith('"'):
        made = Comparison(symbol, None, _wildcards(re.sub(r"\\(.)", r"\1", operand[1:-1])), anywhere=False)
    elif _BARE.fullmatch(operand):
        made = Comparison(symbol, number_in(operand), _wildcards(operand), anywhere=False)
    else:
        raise InvalidPatternError.characters_in(operand)
    if symbol in _ORDERINGS and made.number is None:
        raise InvalidPatternError.because(f"'{symbol}' compares with a number, not with {operand}")
    return made


def _wildcards(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)
