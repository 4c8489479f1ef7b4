"""The grammar of metric math.

Identifiers start with a lower-case letter, functions and keywords are in capitals (user guide, "Metric math syntax
and functions"). From loosest to tightest: OR, AND, comparisons, + -, * /, unary -, ^.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from local_aws.metrics.math.errors import ExpressionError

_DEEPEST = 40
"""Nesting beyond any expression of 2,048 characters a person writes; recursion stays bounded."""


@dataclass(frozen=True)
class Number:
    """A scalar."""

    value: float


@dataclass(frozen=True)
class Text:
    """A quoted string."""

    value: str


@dataclass(frozen=True)
class Name:
    """The id of a metric or of another expression."""

    id: str


@dataclass(frozen=True)
class Word:
    """A keyword argument, such as `REPEAT` or `DESC`."""

    value: str


@dataclass(frozen=True)
class Array:
    """`[m1, m2]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Negated:
    """`-m1`."""

    operand: Node


@dataclass(frozen=True)
class Binary:
    """Two operands; the operator as `+`, `==`, `AND` …"""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Text | Name | Word | Array | Negated | Binary | Call

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<text>'[^']*'|"(?:[^"\\]|\\.)*")
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<symbol>==|!=|<=|>=|&&|\|\||[-+*/^<>()\[\],])
    )""",
    re.VERBOSE,
)

_END = ("end", "the end")

_SAME = {"&&": "AND", "||": "OR"}

_LEVELS = (("OR",), ("AND",), ("==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))
"""Binary operators, loosest first; each level associates to the left."""


def parse(expression: str) -> Node:
    """The tree of an expression.

    Raises:
        ExpressionError: it is not one.
    """
    parser = _Parser(_tokens(expression))
    tree = parser.expression()
    parser.end()
    return tree


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, position = [], 0
    while expression[position:].strip():
        match = _TOKEN.match(expression, position)
        if match is None:
            raise ExpressionError(f"Unexpected character at {position}: {expression[position:].strip()[:20]!r}")
        kind = str(match.lastgroup)
        text = match[kind]
        found.append(("symbol", _SAME[text]) if text in _SAME else (kind, text))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def end(self) -> None:
        if self._peek() != _END:
            raise ExpressionError(f"Unexpected {self._peek()[1]!r}")

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(f"The expression is nested more than {_DEEPEST} deep")
        found = self._level(0)
        self._depth -= 1
        return found

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self._peek()[0] in {"symbol", "word"} and self._peek()[1] in _LEVELS[level]:
            operator = self._take()[1]
            left = Binary(operator, left, self._level(level + 1))
        return left

    def _unary(self) -> Node:
        negations = 0
        while self._peek() == ("symbol", "-"):
            self._take()
            negations += 1
        found = self._power()
        return Negated(found) if negations % 2 else found

    def _power(self) -> Node:
        base = self._primary()
        while self._peek() == ("symbol", "^"):
            self._take()
            sign = self._peek() == ("symbol", "-")
            if sign:
                self._take()
            exponent = self._primary()
            base = Binary("^", base, Negated(exponent) if sign else exponent)
        return base

    def _primary(self) -> Node:
        kind, text = self._take()
        if kind == "number":
            return Number(float(text))
        if kind == "text":
            return Text(text[1:-1])
        if kind == "word":
            return self._named(text)
        if text == "(":
            found = self.expression()
            self._expect(")")
            return found
        if text == "[":
            return Array(self._list("]"))
        raise ExpressionError(f"Unexpected {text!r}")

    def _named(self, text: str) -> Node:
        if self._peek() == ("symbol", "("):
            self._take()
            return Call(text, self._list(")"))
        return Name(text) if text[0].islower() else Word(text)

    def _list(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        if self._peek() != ("symbol", closing):
            found.append(self.expression())
            while self._peek() == ("symbol", ","):
                self._take()
                found.append(self.expression())
        self._expect(closing)
        return tuple(found)

    def _expect(self, symbol: str) -> None:
        taken = self._take()
        if taken != ("symbol", symbol):
            raise ExpressionError(f"Expected {symbol!r}, found {taken[1]!r}")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self) -> tuple[str, str]:
        found = self._peek()
        self._at += 1
        return found
