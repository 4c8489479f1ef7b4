"""Values with the time at which a claim has them, against rows and series that have them at another time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.numbers import NUMBER, number, numbers_in
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.times import TIME, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.numbers import Number
    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.times import Moment

MAX_LINES = 400
MAX_BETWEEN = 40

_VALUES = re.compile(r"[\s|,;]+[\d\s.,%|;-]+")
_AT = re.compile(r"[^\d.;:@]{0,25}\b(?:at|by|from|for)\s(?:exactly\s)?", re.IGNORECASE)

Row = tuple["Moment", tuple["Number", ...]]


def against_datapoints(statement: str, passages: Passages) -> Iterator[str]:
    """``369 s at 02:20`` where the 369 stands beside 02:15, and beside 02:20 something else."""
    rows: list[Row] | None = None
    for value, when, text in _dated(normalised(statement)):
        rows = list(_rows(passages)) if rows is None else rows
        then = [numbers for at, numbers in rows if when.is_shown_by(at)]
        elsewhere = [at for at, numbers in rows if any(map(value.is_shown_by, numbers))]
        if then and elsewhere and not any(value.is_shown_by(each) for numbers in then for each in numbers):
            yield f"the evidence has another value at that time: correct {text!r}"


def _dated(text: str) -> Iterator[tuple[Number, Moment, str]]:
    """Every number that is followed by the time at which it was."""
    for found in TIME.finditer(text):
        when = moment(found)
        window = text[max(0, found.start() - 2 * MAX_BETWEEN) : found.start()]
        before = TIME.sub("@", window)[-MAX_BETWEEN:].partition(" ")[2]
        last = next(reversed(list(NUMBER.finditer(before))), None)
        if when and when.minute is not None and last and _AT.fullmatch(before, last.end()):
            yield number(last), when, f"{before[last.start() :]}{found[0]}"


def _rows(passages: Passages) -> Iterator[Row]:
    """Lines with one point in time, and points of series, each with what they have there."""
    for line in passages.whole[:MAX_LINES]:
        first = TIME.match(line)
        when = moment(first) if first else None
        if first and when and when.minute is not None and _VALUES.fullmatch(line, first.end()):
            yield when, tuple(numbers_in(line))
        else:
            yield from ((at, (value,)) for series in series_in(line) for at, value in series.points)
