"""Turns expressions into functions of a row, checking on the way what can be checked without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local_aws.logs.insights.aggregates import AGGREGATES
from local_aws.logs.insights.errors import QueryError
from local_aws.logs.insights.functions import FUNCTIONS, arithmetic, floor
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
from local_aws.logs.insights.values import Value, below, equal, is_true, number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.logs.insights.events import LogEvent
    from local_aws.logs.insights.periods import Period

    Evaluate = Callable[["Row"], Value]

_TIMES = frozenset({"@timestamp", "@ingestionTime"})


@dataclass(slots=True)
class Row:
    """What a command sees: an event, or after `stats` none, and the names given in the query."""

    event: LogEvent | None
    named: dict[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """The value of a name or field; None if there is none."""
        if name in self.named:
            return self.named[name]
        return self.event.value(name) if self.event is not None else None


@dataclass(frozen=True)
class Scope:
    """What expressions may refer to.

    Attributes:
        now: epoch seconds, for now().
        columns: the columns `stats` left, by the text a call is written as; sort may name `count(*)` so.
        aggregate: makes an aggregate function of `stats` a name; None outside of `stats`.
    """

    now: float
    columns: Mapping[str, str] = field(default_factory=dict)
    aggregate: Callable[[Call], str] | None = None


def squeezed(written: str) -> str:
    """An expression's text without blanks and case, to recognise it again."""
    return "".join(written.split()).lower()


def compile_expression(expression: Expression, scope: Scope) -> Evaluate:
    """A function of a row.

    Raises:
        QueryError: an unknown function, wrong arguments, or something that cannot be evaluated where it stands.
    """
    if isinstance(expression, Literal):
        constant = expression.value
        return lambda _: constant
    if isinstance(expression, FieldName):
        name = expression.name
        return lambda row: row.value(name)
    if isinstance(expression, Call):
        return _call(expression, scope)
    if isinstance(expression, (PeriodLiteral, Star)):
        what = "*" if isinstance(expression, Star) else "a period of time"
        raise QueryError(f"{what} stands where a value is expected")
    return _operation(expression, scope)


def compile_condition(expression: Expression, scope: Scope) -> Callable[[Row], bool]:
    """A predicate of a row.

    Raises:
        QueryError: see compile_expression; or a bare text or number stands where a condition is expected.
    """
    if isinstance(expression, (Literal, PeriodLiteral)):
        written = expression.value if isinstance(expression, Literal) else "a period of time"
        raise QueryError(f"'{written}' is no condition; compare it with a field, or use like")
    evaluate = compile_expression(expression, scope)
    return lambda row: is_true(evaluate(row))


def _operation(expression: Unary | Binary | Membership | Likeness, scope: Scope) -> Evaluate:
    if isinstance(expression, Likeness):
        return _likeness(expression, scope)
    if isinstance(expression, Membership):
        subject = compile_expression(expression.subject, scope)
        options = [compile_expression(option, scope) for option in expression.options]
        return lambda row: any(equal(subject(row), option(row)) for option in options)
    if isinstance(expression, Unary):
        return _unary(expression, scope)
    if expression.symbol in {"and", "or"}:
        return _joined(expression, scope)
    _refuse_written_times(expression)
    left, right = compile_expression(expression.left, scope), compile_expression(expression.right, scope)
    if expression.symbol in _COMPARISONS:
        compare = _COMPARISONS[expression.symbol]
        return lambda row: compare(left(row), right(row))
    calculate = arithmetic(expression.symbol)
    return lambda row: calculate(left(row), right(row))


def _joined(expression: Binary, scope: Scope) -> Evaluate:
    first, second = compile_condition(expression.left, scope), compile_condition(expression.right, scope)
    if expression.symbol == "and":
        return lambda row: first(row) and second(row)
    return lambda row: first(row) or second(row)


def _unary(expression: Unary, scope: Scope) -> Evaluate:
    if expression.symbol == "not":
        condition = compile_condition(expression.operand, scope)
        return lambda row: not condition(row)
    evaluate = compile_expression(expression.operand, scope)
    subtract = arithmetic("-")
    return lambda row: subtract(0, evaluate(row))


def _likeness(expression: Likeness, scope: Scope) -> Evaluate:
    subject, sought = compile_expression(expression.subject, scope), expression.sought
    if isinstance(sought, str):
        return lambda row: sought in (text(subject(row)) or "") if subject(row) is not None else False
    search = sought.search

    def found(row: Row) -> bool:
        value = text(subject(row))
        return value is not None and search(value) is not None

    return found


def _refuse_written_times(expression: Binary) -> None:
    """User guide: "CloudWatch Logs Insights doesn't support filtering logs with human readable timestamps"."""
    sides = (expression.left, expression.right)
    names_time = any(isinstance(side, FieldName) and side.name in _TIMES for side in sides)
    for side in sides:
        if names_time and isinstance(side, Literal) and number(side.value) is None:
            raise QueryError(
                f"Logs Insights compares @timestamp with milliseconds since the epoch, not with {side.value!r};"
                " use startTime and endTime, or toMillis(@timestamp)"
            )


_COMPARISONS: dict[str, Callable[[Value, Value], Value]] = {
    "=": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": lambda left, right: below(left, right) is True,
    ">": lambda left, right: below(right, left) is True,
    "<=": lambda left, right: below(right, left) is False,
    ">=": lambda left, right: below(left, right) is False,
}


def _call(call: Call, scope: Scope) -> Evaluate:
    column = scope.columns.get(squeezed(call.written))
    if column is not None:
        return lambda row: row.value(column)
    if call.function in AGGREGATES:
        if scope.aggregate is None:
            raise QueryError(f"'{call.written}' is an aggregation function; it stands in stats only")
        name = scope.aggregate(call)
        return lambda row: row.value(name)
    if call.function == "now":
        _check_count(call, 0, 0)
        moment = int(scope.now)
        return lambda _: moment
    if call.function == "bin":
        _check_count(call, 1, 1)
        period = _period(call)
        return lambda row: floor(row.value("@timestamp"), period)
    return _function(call, scope)


def _function(call: Call, scope: Scope) -> Evaluate:
    function = FUNCTIONS.get(call.function)
    if function is None:
        known = ", ".join(sorted({*FUNCTIONS, *AGGREGATES, "bin", "now"}))
        raise QueryError(f"This local AWS does not know the function '{call.written}'; it knows {known}.")
    _check_count(call, function.fewest, function.most)
    given = call.arguments[:-1] if function.period else call.arguments
    arguments = [compile_expression(argument, scope) for argument in given]
    apply = function.apply
    if function.period:
        period = _period(call)
        return lambda row: apply(*[argument(row) for argument in arguments], period)
    return lambda row: apply(*[argument(row) for argument in arguments])


def _check_count(call: Call, fewest: int, most: int) -> None:
    if not fewest <= len(call.arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} or more"
        raise QueryError(f"'{call.written}' takes {wanted} arguments, not {len(call.arguments)}")


def _period(call: Call) -> Period:
    last = call.arguments[-1]
    if not isinstance(last, PeriodLiteral):
        raise QueryError(f"'{call.written}' takes a period of time such as 5m")
    return last.period
