"""The commands of a query, compiled one after the other and applied one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws.logs.insights.evaluation import Row, Scope, compile_condition, compile_expression
from local_aws.logs.insights.ordering import natural
from local_aws.logs.insights.statistics_command import Statistics
from local_aws.logs.insights.tree import (
    Command,
    Dedup,
    Display,
    Fields,
    Filter,
    Limit,
    Parse,
    Sort,
    Stats,
)
from local_aws.logs.insights.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from local_aws.logs.insights.evaluation import Evaluate
    from local_aws.logs.insights.events import LogEvent
    from local_aws.logs.insights.ordering import Key

    Rows = list[Row]
    Step = Callable[[Rows], Rows]

_POINTER = "@ptr"
_SHOWN_OF_EVENTS = ("@timestamp", "@message")
"""What a query shows that names no fields (user guide, "filter")."""


@dataclass(frozen=True)
class Outcome:
    """Rows that are left, and how many events matched."""

    rows: list[Row]
    matched: int


class Pipeline:
    """Compiled commands.

    Attributes:
        columns: what is shown: names, and how their values are found in a row.
        limited: whether a limit command says how many rows there are.
    """

    def __init__(self, commands: Sequence[Command], now: float) -> None:
        """Compile them.

        Raises:
            QueryError: see compile_expression.
        """
        self._scope = Scope(now)
        self._shown: list[tuple[str, Evaluate]] = []
        self._displayed: list[tuple[str, Evaluate]] | None = None
        self._parsed: list[str] = []
        self._aggregated = False
        self.limited = any(isinstance(command, Limit) for command in commands)
        self._matching = next(
            (position for position, command in enumerate(commands) if isinstance(command, (Stats, Limit, Dedup))),
            len(commands),
        )
        self._steps = [self._compile(command) for command in commands]
        self.columns = self._columns()

    def run(self, events: Iterable[LogEvent]) -> Outcome:
        """Apply every command to the events."""
        rows = [Row(event) for event in events]
        for step in self._steps[: self._matching]:
            rows = step(rows)
        matched = len(rows)
        for step in self._steps[self._matching :]:
            rows = step(rows)
        return Outcome(rows, matched)

    def _columns(self) -> list[tuple[str, Evaluate]]:
        shown = self._displayed
        if shown is None:
            named = self._shown or ([] if self._aggregated else [_field(name) for name in _SHOWN_OF_EVENTS])
            shown = [*named, *(_field(name) for name in self._parsed)]
        unique = dict(shown)
        if not self._aggregated:
            unique.setdefault(*_field(_POINTER))
        return list(unique.items())

    def _compile(self, command: Command) -> Step:
        by_kind: dict[type[Command], Callable[[Any], Step]] = {
            Fields: self._show,
            Display: self._show,
            Filter: self._filter,
            Parse: self._parse,
            Stats: self._stats,
            Sort: self._sort,
            Limit: lambda limit: lambda rows: rows[: limit.count],
            Dedup: self._dedup,
        }
        return by_kind[type(command)](command)

    def _filter(self, command: Filter) -> Step:
        condition = compile_condition(command.condition, self._scope)
        return lambda rows: [row for row in rows if condition(row)]

    def _show(self, command: Fields | Display) -> Step:
        compiled = [(column, compile_expression(column.expression, self._scope)) for column in command.columns]
        given = [(column.name, evaluate) for column, evaluate in compiled if column.aliased]
        shown = [_field(column.name) if column.aliased else (column.name, made) for column, made in compiled]
        if isinstance(command, Display):
            self._displayed = shown
        else:
            self._shown += shown

        def apply(rows: Rows) -> Rows:
            for row in rows if given else ():
                for name, evaluate in given:
                    row.named[name] = evaluate(row)
            return rows

        return apply

    def _parse(self, command: Parse) -> Step:
        subject = compile_expression(command.subject, self._scope)
        self._parsed += command.names
        search, names = command.regex.search, command.names

        def apply(rows: Rows) -> Rows:
            for row in rows:
                given = text(subject(row))
                match = search(given) if given is not None else None
                if match is not None:
                    row.named.update(zip(names, match.groups(), strict=True))
            return rows

        return apply

    def _stats(self, command: Stats) -> Step:
        compiled = Statistics(command, self._scope)
        self._scope = Scope(self._scope.now, compiled.by_text)
        self._aggregated = True
        self._displayed, self._parsed = None, []
        self._shown = [_field(name) for name in compiled.names]
        return compiled.apply

    def _sort(self, command: Sort) -> Step:
        keys = [(compile_expression(key.expression, self._scope), key.descending) for key in command.keys]

        def apply(rows: Rows) -> Rows:
            for evaluate, descending in reversed(keys):
                rows = sorted(rows, key=_key(evaluate), reverse=descending)
            return rows

        return apply

    def _dedup(self, command: Dedup) -> Step:
        fields = [compile_expression(one, self._scope) for one in command.fields]

        def apply(rows: Rows) -> Rows:
            """User guide, "dedup": rows in which a value is missing are all kept."""
            seen: set[tuple[str | None, ...]] = set()
            kept = []
            for row in rows:
                key = tuple(text(evaluate(row)) for evaluate in fields)
                if None in key or key not in seen:
                    kept.append(row)
                seen.add(key)
            return kept

        return apply


def _key(evaluate: Evaluate) -> Callable[[Row], Key]:
    return lambda row: natural(evaluate(row))


def _field(name: str) -> tuple[str, Evaluate]:
    return name, lambda row: row.value(name)
