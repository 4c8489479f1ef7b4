"""The stats command: rows into groups, groups into one row each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from local_aws.logs.insights.aggregates import AGGREGATES, Aggregate
from local_aws.logs.insights.errors import QueryError
from local_aws.logs.insights.evaluation import Row, Scope, compile_expression, squeezed
from local_aws.logs.insights.periods import Timestamp
from local_aws.logs.insights.tree import (
    Binary,
    Call,
    Column,
    Expression,
    FieldName,
    Likeness,
    Literal,
    Membership,
    Star,
    Stats,
    Unary,
)
from local_aws.logs.insights.values import Value, number, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local_aws.logs.insights.evaluation import Evaluate


@dataclass(frozen=True)
class _Slot:
    """One aggregate of the command; `name` is what its result is kept under."""

    name: str
    aggregate: Aggregate
    argument: Evaluate | None
    constant: float


@dataclass
class _Group:
    row: Row
    collected: list[list[tuple[int, Value]]] = field(default_factory=list)


class Statistics:
    """A compiled stats command."""

    def __init__(self, command: Stats, scope: Scope) -> None:
        """Compile it.

        Raises:
            QueryError: an unknown function, wrong arguments, or a field that is neither aggregated nor grouped by.
        """
        self._scope = scope
        self._slots: list[_Slot] = []
        self._groups = [(column.name, compile_expression(column.expression, scope)) for column in command.groups]
        known = {column.name for column in command.groups}
        outer = replace(scope, columns=_by_text(command.groups), aggregate=self._slot)
        self._columns: list[tuple[str, Evaluate]] = []
        for column in command.columns:
            _refuse_loose_fields(column.expression, known)
            before = len(self._slots)
            self._columns.append((column.name, compile_expression(column.expression, outer)))
            if len(self._slots) == before and not _names(column.expression):
                raise QueryError(f"'{column.name}' in stats holds no aggregation function")
            known.add(column.name)
        self.names = [name for name, _ in (*self._groups, *self._columns)]
        self.by_text = _by_text((*command.groups, *command.columns))

    def apply(self, rows: Iterable[Row]) -> list[Row]:
        """One row per group, in the order the groups first appear in."""
        groups: dict[tuple[str | None, ...], _Group] = {}
        for row in rows:
            values = [evaluate(row) for _, evaluate in self._groups]
            group = groups.get(key := tuple(text(value) for value in values))
            if group is None:
                named = dict(zip((name for name, _ in self._groups), values, strict=True))
                group = groups[key] = _Group(Row(None, named), [[] for _ in self._slots])
            self._collect(row, group)
        return [self._reduced(group) for group in groups.values()]

    def _collect(self, row: Row, group: _Group) -> None:
        moment = row.value("@timestamp")
        at = moment.milliseconds if isinstance(moment, Timestamp) else 0
        for slot, collected in zip(self._slots, group.collected, strict=True):
            value = 1 if slot.argument is None else slot.argument(row)
            if value is not None:
                collected.append((at, value))

    def _reduced(self, group: _Group) -> Row:
        row = group.row
        shown = dict(row.named)
        for slot, collected in zip(self._slots, group.collected, strict=True):
            row.named[slot.name] = slot.aggregate.reduce(collected, slot.constant)
        for name, evaluate in self._columns:
            shown[name] = row.named[name] = evaluate(row)
        return Row(None, shown)

    def _slot(self, call: Call) -> str:
        aggregate = AGGREGATES[call.function]
        whole = aggregate.everything and call.arguments in {(), (Star(),)}
        if len(call.arguments) != 1 + aggregate.constant and not whole:
            raise QueryError(
                f"'{call.written}' takes {1 + aggregate.constant} arguments, not {len(call.arguments)}"
            )
        argument = None if whole else compile_expression(call.arguments[0], self._scope)
        constant = _constant(call) if aggregate.constant else 0.0
        name = f" {len(self._slots)}"  # no field of a query begins with a blank
        self._slots.append(_Slot(name, aggregate, argument, constant))
        return name


def _constant(call: Call) -> float:
    last = call.arguments[-1]
    value = number(last.value) if isinstance(last, Literal) else None
    if value is None or not 0 <= value <= 100:
        raise QueryError(f"'{call.written}' takes a number from 0 to 100 as its second argument")
    return value


def _by_text(columns: Iterable[Column]) -> dict[str, str]:
    return {squeezed(column.name): column.name for column in columns}


def _parts(expression: Expression) -> Iterator[Expression]:
    """What an expression consists of, without the arguments of aggregation functions."""
    if isinstance(expression, Unary):
        yield expression.operand
    elif isinstance(expression, Binary):
        yield from (expression.left, expression.right)
    elif isinstance(expression, (Membership, Likeness)):
        yield expression.subject
    elif isinstance(expression, Call) and expression.function not in AGGREGATES:
        yield from expression.arguments


def _names(expression: Expression) -> set[str]:
    if isinstance(expression, FieldName):
        return {expression.name}
    return {name for part in _parts(expression) for name in _names(part)}


def _refuse_loose_fields(expression: Expression, known: set[str]) -> None:
    loose = sorted(_names(expression) - known)
    if loose:
        raise QueryError(f"the field '{loose[0]}' in stats is neither aggregated nor grouped by")
