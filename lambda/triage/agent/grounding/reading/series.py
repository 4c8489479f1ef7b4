"""Values over time in a line of evidence: ``Errors (Sum): 08:00 0, 08:05 25``, and JSON with its timestamps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.numbers import NUMBER, number
from triage.agent.grounding.reading.times import TIME, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.numbers import Number
    from triage.agent.grounding.reading.times import Moment

MAX_LABEL = 100

_TO_VALUE = re.compile(r"""["'\])}]*\s*(?:->|[=:,])?\s*(?:["']\w{1,30}["']\s*:\s*)?["']?""")
_TO_NEXT = re.compile(r"""[\s,|\]})"'({\[]*(?:(?:\w{1,20}["']\s*:|\w{0,12}[Tt]ime\w{0,8}\s*[:=])\s*["']?)?""")
_LAST_LABEL = re.compile(r"[^;.]*$")


@dataclass(frozen=True)
class Series:
    """Values in the order of time.

    Attributes:
        label: what stands before them in the line.
        points: at least two, of distinct times.
    """

    label: str
    points: tuple[tuple[Moment, Number], ...]

    @property
    def values(self) -> tuple[float, ...]:
        """In their base units, oldest first."""
        return tuple(value.base for _, value in self.points)

    @property
    def first(self) -> float:
        """The oldest value."""
        return self.values[0]

    @property
    def last(self) -> float:
        """The newest value."""
        return self.values[-1]


@dataclass(frozen=True)
class _Point:
    start: int
    end: int
    moment: Moment
    value: Number


def series_in(line: str) -> Iterator[Series]:
    """Every series of a line."""
    run: list[_Point] = []
    label_from = 0
    for point in _points(line):
        if run and not _follows(line, run, point):
            yield from _one(line, label_from, run)
            label_from, run = run[-1].end, []
        run.append(point)
    yield from _one(line, label_from, run)


def _points(line: str) -> Iterator[_Point]:
    for found in TIME.finditer(line):
        stated = moment(found)
        gap = _TO_VALUE.match(line, found.end())
        value = NUMBER.match(line, gap.end()) if gap else None
        if stated and stated.minute is not None and value and gap and gap.end() > found.end():
            yield _Point(found.start(), value.end(), stated, number(value))


def _follows(line: str, run: Sequence[_Point], point: _Point) -> bool:
    gap = _TO_NEXT.match(line, run[-1].end)
    return gap is not None and gap.end() >= point.start


def _one(line: str, label_from: int, run: Sequence[_Point]) -> Iterator[Series]:
    """The run as a series, oldest first; none when times repeat or their order cannot be told."""
    steps = [run[place + 1].moment.seconds_since(run[place].moment) or 0 for place in range(len(run) - 1)]
    if not steps or not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        return
    label = _LAST_LABEL.search(line[max(label_from, run[0].start - MAX_LABEL) : run[0].start])
    ordered = run if steps[0] > 0 else run[::-1]
    yield Series(label[0].strip() if label else "", tuple((point.moment, point.value) for point in ordered))
