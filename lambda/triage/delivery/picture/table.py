"""The series as a table: for screen readers, for exact values, and for copying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.picture.caption import period, time_of
from triage.delivery.picture.curve import curve_of
from triage.domain.chart import Breach

if TYPE_CHECKING:
    from triage.domain.chart import Chart

MAX_ROWS = 60


@dataclass(frozen=True)
class Table:
    """Times and values, oldest first.

    Attributes:
        headings: of the two columns.
        rows: when a period began, and its value with its unit.
    """

    headings: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


def table_of(chart: Chart) -> Table | None:
    """The chart's values, thinned to a length that can be read; ``None`` for one that spans no time."""
    curve = curve_of(chart, MAX_ROWS)
    if curve is None:
        return None
    furthest = "Highest" if curve.breach is Breach.ABOVE else "Lowest"
    value_heading = "Value" if curve.each == 1 else f"{furthest} value of {period(curve.step)}"
    rows = tuple(
        (
            time_of(curve.start + position * curve.step, curve.start, curve.end),
            "no datapoint" if value is None else curve.scale.text(value),
        )
        for position, value in enumerate(curve.values)
    )
    return Table(("From (UTC)", value_heading), rows)
