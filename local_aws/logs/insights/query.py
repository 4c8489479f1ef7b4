"""A whole query: parsed once, run over events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.logs.insights.command_syntax import parse_commands
from local_aws.logs.insights.pipeline import Pipeline
from local_aws.logs.insights.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_aws.logs.insights.events import LogEvent

DEFAULT_LIMIT = 10_000
"""Rows of a query without a limit (user guide, "limit")."""


@dataclass(frozen=True)
class Result:
    """What a query found.

    Attributes:
        rows: fields and values as text; a field that a row does not have is left out.
        matched: events that passed the filters before anything was aggregated, deduplicated or limited.
        scanned: events in the time range.
        scanned_bytes: the UTF-8 length of their messages.
    """

    rows: list[list[tuple[str, str]]]
    matched: int
    scanned: int
    scanned_bytes: int


@dataclass(frozen=True)
class Query:
    """A valid query."""

    pipeline: Pipeline

    def run(self, events: Iterable[LogEvent], limit: int | None = None) -> Result:
        """Its result over events.

        Args:
            events: newest first, which is the order of rows unless the query sorts them.
            limit: rows at most; also a limit in the query counts.
        """
        scanned = list(events)
        outcome = self.pipeline.run(scanned)
        most = limit or DEFAULT_LIMIT
        if self.pipeline.limited and limit is None:
            most = len(outcome.rows)
        rows = []
        for row in outcome.rows[:most]:
            shown = [(name, text(evaluate(row))) for name, evaluate in self.pipeline.columns]
            rows.append([(name, value) for name, value in shown if value is not None])
        size = sum(_bytes(event.message) for event in scanned)
        return Result(rows, outcome.matched, len(scanned), size)


def parse(text: str, now: float) -> Query:
    """A query that is ready to run.

    Args:
        text: the query as it is sent.
        now: epoch seconds, for now().

    Raises:
        QueryError: it is not valid, or holds what is not evaluated here.
    """
    return Query(Pipeline(parse_commands(text), now))


def _bytes(message: str) -> int:
    return len(message) if message.isascii() else len(message.encode("utf-8", "replace"))
