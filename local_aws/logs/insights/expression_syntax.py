"""Reads expressions: what stands in fields, filter, stats and sort.

User guide, "Boolean, comparison, numeric, datetime, and other functions" and "filter".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.logs.insights.periods import parse_period
from local_aws.logs.insights.scanner import Kind, Scanner
from local_aws.logs.insights.tree import (
    Binary,
    Call,
    Expression,
    FieldName,
    Likeness,
    Literal,
    Membership,
    PeriodLiteral,
    Star,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.logs.insights.errors import QueryError

KEYWORDS = frozenset({"and", "or", "not", "in", "like", "as", "by", "asc", "desc"})

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

_DEEPEST = 60
"""Expressions within expressions; a query of 10,000 characters could otherwise exhaust the stack."""


class ExpressionReader:
    """Reads one expression after the other from a scanner."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._depth = 0

    def read(self) -> Expression:
        """The expression that comes next.

        Raises:
            QueryError: none does.
        """
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._scanner.error_at(self._scanner.next.start, "too many expressions within each other")
        expression = self._joined("or", lambda: self._joined("and", self._negated))
        self._depth -= 1
        return expression

    def _joined(self, word: str, part: Callable[[], Expression]) -> Expression:
        left = part()
        while self._scanner.next.is_word(word):
            self._scanner.take()
            left = Binary(word, left, part())
        return left

    def _negated(self) -> Expression:
        negations = 0
        while self._scanner.next.is_word("not"):
            self._scanner.take()
            negations += 1
        compared = self._compared()
        if not negations:
            return compared
        negated = Unary("not", compared)
        return negated if negations % 2 else Unary("not", negated)

    def _compared(self) -> Expression:
        left = self._arithmetic(("+", "-"), lambda: self._arithmetic(("*", "/", "%"), self._power))
        token = self._scanner.next
        if token.is_symbol(*_COMPARISONS):
            symbol = self._scanner.take().value
            right = self._arithmetic(("+", "-"), lambda: self._arithmetic(("*", "/", "%"), self._power))
            return Binary(symbol, left, right)
        if token.is_symbol("=~"):
            self._scanner.take()
            return Likeness(left, self._scanner.take_regex())
        if token.is_word("like", "in"):
            return self._worded(left)
        if token.is_word("not"):
            self._scanner.take()
            return Unary("not", self._worded(left))
        return left

    def _worded(self, left: Expression) -> Expression:
        token = self._scanner.next
        if token.is_word("like"):
            self._scanner.take()
            if self._scanner.next.kind is Kind.TEXT:
                return Likeness(left, self._scanner.take().value)
            return Likeness(left, self._scanner.take_regex())
        if not token.is_word("in"):
            raise self._scanner.unexpected("'like' or 'in'")
        self._scanner.take()
        self._scanner.take_symbol("[")
        options = self._listed("]")
        return Membership(left, options)

    def _arithmetic(self, symbols: tuple[str, ...], part: Callable[[], Expression]) -> Expression:
        left = part()
        while self._scanner.next.is_symbol(*symbols):
            symbol = self._scanner.take().value
            left = Binary(symbol, left, part())
        return left

    def _power(self) -> Expression:
        base = self._signed()
        if self._scanner.next.is_symbol("^"):
            self._scanner.take()
            return Binary("^", base, self._signed())
        return base

    def _signed(self) -> Expression:
        if self._scanner.next.is_symbol("-"):
            self._scanner.take()
            return Unary("-", self._primary())
        return self._primary()

    def _primary(self) -> Expression:
        token = self._scanner.next
        if token.is_symbol("("):
            self._scanner.take()
            inner = self.read()
            self._scanner.take_symbol(")")
            return inner
        if token.kind is Kind.TEXT:
            return Literal(self._scanner.take().value)
        if token.kind is Kind.NUMBER:
            return Literal(_number(self._scanner.take().value))
        if token.kind is Kind.PERIOD:
            return PeriodLiteral(parse_period(self._scanner.take().value))
        if token.kind in {Kind.NAME, Kind.QUOTED_NAME} and token.value.lower() not in KEYWORDS:
            return self._named()
        raise self._scanner.unexpected("a field, a text, a number or a function")

    def _named(self) -> Expression:
        token = self._scanner.take()
        if token.kind is Kind.QUOTED_NAME or not self._scanner.next.is_symbol("("):
            if token.is_word("true", "false", "null"):
                raise self._bare_word(token.value, token.start)
            return FieldName(token.value)
        self._scanner.take()
        if self._scanner.next.is_symbol("*"):
            self._scanner.take()
            self._scanner.take_symbol(")")
            return Call(token.value.lower(), (Star(),), self._scanner.written_since(token.start))
        arguments = self._listed(")")
        return Call(token.value.lower(), arguments, self._scanner.written_since(token.start))

    def _bare_word(self, word: str, position: int) -> QueryError:
        return self._scanner.error_at(
            position,
            f"This local AWS does not evaluate the bare word {word}: JSON booleans are 1 and 0 in Logs Insights,"
            " and a missing field is found by not ispresent(field)",
        )

    def _listed(self, closing: str) -> tuple[Expression, ...]:
        found: list[Expression] = []
        if self._scanner.next.is_symbol(closing):
            self._scanner.take()
            return ()
        while True:
            found.append(self.read())
            if self._scanner.next.is_symbol(closing):
                self._scanner.take()
                return tuple(found)
            self._scanner.take_symbol(",")


def _number(written: str) -> float:
    return int(written) if written.isdigit() else float(written)
