"""The series as bars, for readers that show neither SVG nor pictures they were not asked about: HTML e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.picture.caption import time_of
from triage.delivery.picture.curve import curve_of, seconds
from triage.domain.chart import Breach, MarkKind

if TYPE_CHECKING:
    from triage.delivery.picture.curve import Curve
    from triage.domain.chart import Chart

COLUMNS = 48
HEIGHT = 96
"""Pixels of the highest bar."""


@dataclass(frozen=True)
class Bar:
    """One value.

    Attributes:
        height: pixels; 0 for a time without a datapoint, at least 1 for any other.
        rings: whether it is on the side of the threshold on which the alarm rings.
    """

    height: int
    rings: bool


@dataclass(frozen=True)
class Bars:
    """The bars, oldest first, and what stands around them.

    Attributes:
        onset: the bar whose time the onset is in.
        top, bottom: values at the upper and the lower edge.
        start, end: times at the left and the right edge.
        legend: what a red bar and the mark stand for.
    """

    bars: tuple[Bar, ...]
    onset: int | None
    top: str
    bottom: str
    start: str
    end: str
    legend: str


def bars_of(chart: Chart) -> Bars | None:
    """The chart as bars; ``None`` for one that spans no time or holds no value."""
    curve = curve_of(chart, COLUMNS)
    if curve is None or not curve.present:
        return None
    values = [value for _, value in curve.present]
    low, high = min(0.0, *values), max(0.0, *values)
    spread = (high - low) or 1.0
    onset = _onset(chart, curve)
    return Bars(
        bars=tuple(_bar(value, curve, low, spread) for value in curve.values),
        onset=onset,
        top=curve.scale.text(high),
        bottom=curve.scale.text(low),
        start=time_of(curve.start, curve.start, curve.end),
        end=time_of(curve.end, curve.start, curve.end),
        legend=" ".join(_legend(curve, onset)),
    )


def _bar(value: float | None, curve: Curve, low: float, spread: float) -> Bar:
    if value is None:
        return Bar(0, rings=False)
    return Bar(max(1, round((value - low) / spread * HEIGHT)), _rings(value, curve))


def _rings(value: float, curve: Curve) -> bool:
    low, high = curve.band
    outside = (low is not None and value < low) or (high is not None and value > high)
    if curve.threshold is None:
        return outside
    return outside or (value > curve.threshold if curve.breach is Breach.ABOVE else value < curve.threshold)


def _onset(chart: Chart, curve: Curve) -> int | None:
    moments = (seconds(mark.at) for mark in chart.marks if mark.kind is MarkKind.ONSET)
    onset = next((at for at in moments if curve.start <= at < curve.end), None)
    return None if onset is None else min(int((onset - curve.start) / curve.step), len(curve.values) - 1)


def _legend(curve: Curve, onset: int | None) -> list[str]:
    said = []
    if curve.limits:
        said.append("Red: where the alarm rings.")
    if onset is not None:
        said.append(f"▲ is the onset, {time_of(curve.start + onset * curve.step, curve.start, curve.end)} UTC.")
    if None in curve.values:
        said.append("No bar: no datapoint.")
    return said
