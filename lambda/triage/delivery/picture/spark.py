"""The series in one line of text: a spark line, readable in a mail and with any font."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.picture.axis import value_range
from triage.delivery.picture.caption import period, time_of
from triage.delivery.picture.curve import curve_of, seconds
from triage.domain.chart import Breach, MarkKind

if TYPE_CHECKING:
    from triage.delivery.picture.curve import Curve
    from triage.domain.chart import Chart

WIDTH = 48
LEVELS = "▁▂▃▄▅▆▇█"
GAP = "·"
ONSET = "|"


@dataclass(frozen=True)
class Spark:
    """A spark line.

    Attributes:
        line: at most ``WIDTH`` signs, and a bar where the onset is.
        legend: what a sign, the bar and a dot stand for; no font needs to align them.
    """

    line: str
    legend: str


def spark_of(chart: Chart) -> Spark | None:
    """The chart as a spark line; ``None`` for one that spans no time."""
    curve = curve_of(chart, WIDTH)
    if curve is None:
        return None
    onset = _onset(chart, curve)
    signs = _signs(curve)
    line = signs if onset is None else signs[: (at := _column(onset, curve))] + ONSET + signs[at:]
    return Spark(line, " ".join(_legend(curve, onset)))


def _onset(chart: Chart, curve: Curve) -> float | None:
    onsets = (seconds(mark.at) for mark in chart.marks if mark.kind is MarkKind.ONSET)
    return next((onset for onset in onsets if curve.start <= onset <= curve.end), None)


def _column(onset: float, curve: Curve) -> int:
    """Before the sign whose time the onset is in."""
    return min(math.floor((onset - curve.start) / curve.step), len(curve.values))


def _signs(curve: Curve) -> str:
    low, high = value_range([value for _, value in curve.present])
    return "".join(GAP if value is None else _sign((value - low) / (high - low)) for value in curve.values)


def _sign(share: float) -> str:
    return LEVELS[min(math.floor(share * len(LEVELS)), len(LEVELS) - 1)]


def _legend(curve: Curve, onset: float | None) -> list[str]:
    furthest = "highest" if curve.breach is Breach.ABOVE else "lowest"
    one = f"One sign is {period(curve.step)}"
    said = [f"{one}, its {furthest} value." if curve.each > 1 else f"{one}."]
    if onset is not None:
        said.append(f"The bar {ONSET} is the onset, {time_of(onset, curve.start, curve.end)}.")
    if None in curve.values:
        said.append(f"A dot {GAP} is a time without a datapoint.")
    return said
