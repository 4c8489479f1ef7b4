"""Reads commands: fields, display, filter, parse, stats, sort, limit, dedup; other commands are refused by name.

User guide, "Supported commands".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local_aws.logs.insights.expression_syntax import KEYWORDS, ExpressionReader
from local_aws.logs.insights.scanner import Kind, Scanner
from local_aws.logs.insights.tree import (
    Column,
    Command,
    Dedup,
    Display,
    Expression,
    FieldName,
    Fields,
    Filter,
    Limit,
    Parse,
    Sort,
    SortKey,
    Stats,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ROWS = 100_000
"""Rows a query may be limited to (API reference, StartQuery)."""

_KNOWN = "fields, display, filter, parse, stats, sort, limit and dedup"

_ELSEWHERE = frozenset(
    {
        "addtotals",
        "anomaly",
        "diff",
        "expand",
        "filterindex",
        "head",
        "join",
        "lookup",
        "order",
        "pattern",
        "search",
    }
    | {"source", "subquery", "tail", "unmask", "unnest"}
)
"""Commands AWS has, or its parser names, that are not evaluated here."""


def parse_commands(text: str) -> tuple[Command, ...]:
    """The commands of a query, in their order.

    Raises:
        QueryError: the query is not valid, or holds what is not evaluated here.
    """
    reader = CommandReader(Scanner(text))
    return reader.read_all()


class CommandReader:
    """Reads a whole query."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._expressions = ExpressionReader(scanner)
        self._defined: set[str] = set()
        self._read: dict[str, Callable[[], Command]] = {
            "fields": lambda: Fields(self._columns()),
            "display": lambda: Display(self._columns()),
            "filter": lambda: Filter(self._expressions.read()),
            "parse": self._parse,
            "stats": self._stats,
            "sort": self._sort,
            "limit": self._limit,
            "dedup": self._dedup,
        }

    def read_all(self) -> tuple[Command, ...]:
        """Every command.

        Raises:
            QueryError: see parse_commands.
        """
        commands = [self._command()]
        while self._scanner.next.is_symbol("|"):
            self._scanner.take()
            if isinstance(commands[-1], Dedup) and not self._scanner.next.is_word("limit"):
                raise self._scanner.unexpected("'limit', the only command that may follow dedup")
            commands.append(self._command())
        if self._scanner.next.kind is not Kind.END:
            raise self._scanner.unexpected("'|' or the end of the query")
        return tuple(commands)

    def _command(self) -> Command:
        token = self._scanner.next
        word = token.value.lower() if token.kind is Kind.NAME else ""
        if word in _ELSEWHERE:
            what = f"This local AWS does not evaluate the command '{token.value}'; it knows {_KNOWN}"
            raise self._scanner.error_at(token.start, what)
        if word not in self._read:
            raise self._scanner.unexpected(f"one of the commands {_KNOWN}")
        self._scanner.take()
        return self._read[word]()

    def _columns(self) -> tuple[Column, ...]:
        columns = [self._column()]
        while self._scanner.next.is_symbol(","):
            self._scanner.take()
            columns.append(self._column())
        return tuple(columns)

    def _column(self) -> Column:
        start = self._scanner.next.start
        expression = self._expressions.read()
        if self._scanner.next.is_word("as"):
            self._scanner.take()
            return Column(expression, self._new_name(), aliased=True)
        name = expression.name if isinstance(expression, FieldName) else self._scanner.written_since(start)
        return Column(expression, name, aliased=False)

    def _new_name(self) -> str:
        token = self._scanner.next
        if token.kind not in {Kind.NAME, Kind.QUOTED_NAME} or token.value.lower() in KEYWORDS:
            raise self._scanner.unexpected("a name")
        self._define(token.value, token.start)
        return self._scanner.take().value

    def _define(self, name: str, position: int) -> None:
        if name in self._defined:
            raise self._scanner.error_at(position, f"the ephemeral field '{name}' is already defined")
        self._defined.add(name)

    def _parse(self) -> Command:
        subject: Expression = FieldName("@message")
        if self._scanner.next.kind in {Kind.NAME, Kind.QUOTED_NAME}:
            subject = FieldName(self._scanner.take().value)
        if self._scanner.next.is_word("logfmt"):
            what = "This local AWS does not evaluate 'parse … logfmt'; it knows globs and regular expressions"
            raise self._scanner.error_at(self._scanner.next.start, what)
        if self._scanner.next.kind is Kind.TEXT:
            return self._parse_glob(subject)
        start = self._scanner.next.start
        regex = self._scanner.take_regex()
        if not regex.groupindex or len(regex.groupindex) != regex.groups:
            what = "parse takes a regular expression whose groups all have names: (?<name>…), and (?:…) for others"
            raise self._scanner.error_at(start, what)
        for name in regex.groupindex:
            self._define(name, start)
        return Parse(subject, regex, tuple(regex.groupindex))

    def _parse_glob(self, subject: Expression) -> Command:
        token = self._scanner.take()
        if not self._scanner.next.is_word("as"):
            raise self._scanner.unexpected("'as'")
        self._scanner.take()
        names = [self._new_name()]
        while self._scanner.next.is_symbol(","):
            self._scanner.take()
            names.append(self._new_name())
        if token.value.count("*") != len(names):
            what = f"the glob has {token.value.count('*')} wildcards for {len(names)} names"
            raise self._scanner.error_at(token.start, what)
        return Parse(subject, _glob(token.value), tuple(names))

    def _stats(self) -> Command:
        self._defined.clear()
        columns = self._columns()
        groups: tuple[Column, ...] = ()
        if self._scanner.next.is_word("by"):
            self._scanner.take()
            groups = self._columns()
        return Stats(columns, groups)

    def _sort(self) -> Command:
        keys = [self._sort_key()]
        while self._scanner.next.is_symbol(","):
            self._scanner.take()
            keys.append(self._sort_key())
        return Sort(tuple(keys))

    def _dedup(self) -> Command:
        found = [self._expressions.read()]
        while self._scanner.next.is_symbol(","):
            self._scanner.take()
            found.append(self._expressions.read())
        return Dedup(tuple(found))

    def _sort_key(self) -> SortKey:
        expression = self._expressions.read()
        descending = self._scanner.next.is_word("desc")
        if descending or self._scanner.next.is_word("asc"):
            self._scanner.take()
        return SortKey(expression, descending)

    def _limit(self) -> Command:
        token = self._scanner.next
        if token.kind is not Kind.NUMBER or not token.value.isdigit():
            raise self._scanner.unexpected("a number")
        if not 1 <= int(token.value) <= MOST_ROWS:
            raise self._scanner.error_at(token.start, f"a limit is between 1 and {MOST_ROWS}")
        return Limit(int(self._scanner.take().value))


def _glob(text: str) -> re.Pattern[str]:
    """A regular expression for a glob: what ends it takes the rest, other wildcards as little as possible."""
    parts = [re.escape(part) for part in text.split("*")]
    middle = "(.*?)".join(parts[:-1])
    last = "(.*)" if not parts[-1] else "(.*?)" + parts[-1]
    return re.compile(middle + last, re.DOTALL)
