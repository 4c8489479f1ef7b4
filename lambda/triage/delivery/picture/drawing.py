"""Where everything of a picture is, for one width: numbers only, so that tests can measure what a reader sees."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.picture.axis import time_ticks, value_axis
from triage.delivery.picture.curve import Curve, curve_of
from triage.delivery.picture.flags import LANE, SPACE, Flag, Pole, flags, lanes
from triage.delivery.picture.lettering import Box, fitted, width
from triage.delivery.quantity import with_unit
from triage.domain.chart import Breach, MarkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.delivery.picture.axis import ValueAxis
    from triage.delivery.picture.caption import Caption, Marked
    from triage.domain.chart import Chart

MAX_AXIS_UNIT = 3
"""A longer unit is told below the picture only."""
NOTHING = "no datapoint"

_ASCENT, _DESCENT = 0.95, 0.25
"""Of a line of text, in font sizes above and below its baseline."""
_BEHIND_TICK = 6.0
_LARGEST_SHARE_OF_TICKS = 0.3


@dataclass(frozen=True)
class Format:
    """A width to draw for. A browser scales the picture a little, so one for phones and one for the rest do."""

    name: str
    width: float
    plot_height: float
    font: float
    longest_words: float
    values: int


WIDE = Format("wide", 720, 200, 12.5, 330, 240)
NARROW = Format("narrow", 330, 150, 11.5, 120, 120)


@dataclass(frozen=True)
class Label:
    """A line of text; ``x`` is where its anchor (``start``, ``middle`` or ``end``) is, ``y`` its baseline."""

    x: float
    y: float
    anchor: str
    text: str
    font: float

    @property
    def box(self) -> Box:
        """What the text takes."""
        extent = width(self.text, self.font)
        left = self.x - {"start": 0.0, "middle": extent / 2, "end": extent}[self.anchor]
        return Box(left, self.y - _ASCENT * self.font, left + extent, self.y + _DESCENT * self.font)


@dataclass(frozen=True)
class Drawing:
    """Everything of one picture.

    Attributes:
        plot: where the values are.
        rings: the side of the threshold on which the alarm rings.
        band: what was expected.
        grid: heights of the horizontal lines.
        limit: height of the threshold.
        edges: heights of the edges of the band.
        line, area: the series, and what is below it, as paths; no area where it would hide what rings.
        gaps: the times without a datapoint, as a path along the axis.
        last: position of the last value.
        ticks: labels of both axes.
        notes: labels inside the plot.
    """

    format: Format
    height: float
    plot: Box
    rings: Box | None
    band: Box | None
    grid: tuple[float, ...]
    limit: float | None
    edges: tuple[float, ...]
    line: str
    area: str
    gaps: str
    last: tuple[float, float] | None
    ticks: tuple[Label, ...]
    notes: tuple[Label, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class _Plane:
    """Turns times and values into positions."""

    plot: Box
    start: float
    end: float
    axis: ValueAxis

    def x(self, at: float) -> float:
        return self.plot.left + (at - self.start) / (self.end - self.start) * (self.plot.right - self.plot.left)

    def y(self, value: float) -> float:
        return self.plot.bottom - self.axis.share(value) * (self.plot.bottom - self.plot.top)


def drawing_of(chart: Chart, caption: Caption, form: Format) -> Drawing | None:
    """The picture of a chart; ``None`` for one that spans no time."""
    curve = curve_of(chart, form.values)
    if curve is None:
        return None
    axis = value_axis(curve)
    left, right = _margins(axis, curve, form)
    start, end = caption.frame
    pace = (right - left) / (end - start)
    poles = [
        Pole(left + (mark.at - start) * pace, mark.number, mark.kind, _words(mark))
        for mark in caption.marks
        if not mark.place
    ]
    flown = flags(poles, 0, form.width, form.longest_words, form.font)
    top = lanes(flown) * LANE + form.font
    plane = _Plane(Box(left, top, right, top + form.plot_height), start, end, axis)
    return _drawn(curve, plane, form, flown)


def _drawn(curve: Curve, plane: _Plane, form: Format, flown: tuple[Flag, ...]) -> Drawing:
    points = curve.present
    return Drawing(
        format=form,
        height=plane.plot.bottom + form.font * 2.2,
        plot=plane.plot,
        rings=_rings(curve, plane),
        band=_band(curve, plane),
        grid=tuple(plane.y(one.at) for one in plane.axis.ticks),
        limit=None if curve.threshold is None else plane.y(curve.threshold),
        edges=tuple(plane.y(edge) for edge in curve.band if edge is not None),
        line="".join(_line(run, plane) for run in _runs(curve)),
        area=_below(curve, plane),
        gaps=_gaps(curve, plane),
        last=(plane.x(min(points[-1][0] + curve.step, curve.end)), plane.y(points[-1][1])) if points else None,
        ticks=(*_value_labels(curve, plane, form), *_time_labels(plane, form)),
        notes=tuple(_notes(curve, plane, form, [flag.x for flag in flown])),
        flags=flown,
    )


def _margins(axis: ValueAxis, curve: Curve, form: Format) -> tuple[float, float]:
    widest = max(width(_tick_text(one.label, curve), form.font) for one in axis.ticks)
    allowed = form.width * _LARGEST_SHARE_OF_TICKS
    left = min(max(widest, width("UTC", form.font)), allowed) + _BEHIND_TICK + 2
    return left, form.width - form.font


def _words(mark: Marked) -> str:
    """Beside a sign: when, for onset and alarm; else what changed."""
    if mark.kind in (MarkKind.ONSET, MarkKind.ALARM):
        return f"{mark.kind.value.capitalize()} {mark.when}"
    return mark.label or mark.text


def _tick_text(label: str, curve: Curve) -> str:
    unit = curve.scale.unit
    return with_unit(label, unit) if len(unit) <= MAX_AXIS_UNIT else label


def _rings(curve: Curve, plane: _Plane) -> Box | None:
    if curve.threshold is None:
        return None
    plot, edge = plane.plot, plane.y(curve.threshold)
    if curve.breach is Breach.ABOVE:
        return Box(plot.left, plot.top, plot.right, edge)
    return Box(plot.left, edge, plot.right, plot.bottom)


def _band(curve: Curve, plane: _Plane) -> Box | None:
    low, high = curve.band
    if low is None and high is None:
        return None
    plot = plane.plot
    top = plot.top if high is None else plane.y(high)
    bottom = plot.bottom if low is None else plane.y(low)
    return Box(plot.left, min(top, bottom), plot.right, max(top, bottom))


_Run = list[tuple[float, float, float]]


def _runs(curve: Curve) -> Iterator[_Run]:
    """Values without a gap between them, each with start and end of its period."""
    run: _Run = []
    for position, value in enumerate(curve.values):
        if value is None:
            if run:
                yield run
            run = []
            continue
        begin = curve.start + position * curve.step
        run.append((begin, min(begin + curve.step, curve.end), value))
    if run:
        yield run


def _line(run: _Run, plane: _Plane) -> str:
    """Steps: a value holds for its period, so that a single one is seen and a rise stands where it began."""
    begin, _, value = run[0]
    steps = [f"M{plane.x(begin):.1f} {plane.y(value):.1f}"]
    for position, (_, end, here) in enumerate(run):
        if position and here != run[position - 1][2]:
            steps.append(f"V{plane.y(here):.1f}")
        if position == len(run) - 1 or run[position + 1][2] != here:
            steps.append(f"H{plane.x(end):.1f}")
    return "".join(steps)


def _below(curve: Curve, plane: _Plane) -> str:
    """What lies between the values and zero; nothing where the alarm rings down there, or outside a band."""
    if curve.breach is Breach.BELOW or curve.band != (None, None) or plane.axis.low:
        return ""
    base = plane.plot.bottom
    return "".join(f"{_line(run, plane)}V{base:.1f}H{plane.x(run[0][0]):.1f}Z" for run in _runs(curve))


def _gaps(curve: Curve, plane: _Plane) -> str:
    """Along the axis from the end of each run to the begin of the next one, and to the end of the series."""
    edges = [curve.start]
    for run in _runs(curve):
        edges += [run[0][0], run[-1][1]]
    edges.append(curve.end)
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return "".join(
        f"M{plane.x(begin):.1f} {plane.plot.bottom:.1f}H{plane.x(end):.1f}" for begin, end in gaps if end > begin
    )


def _value_labels(curve: Curve, plane: _Plane, form: Format) -> Iterator[Label]:
    room = plane.plot.left - _BEHIND_TICK
    for one in plane.axis.ticks:
        text = fitted(_tick_text(one.label, curve), room, form.font)
        yield Label(room, plane.y(one.at) + form.font * 0.35, "end", text, form.font)


def _time_labels(plane: _Plane, form: Format) -> Iterator[Label]:
    """Times along the axis; one that would touch the zone's name, its neighbour or an edge is left out."""
    y = plane.plot.bottom + form.font * 1.6
    zone = Label(plane.plot.left - _BEHIND_TICK, y, "end", "UTC", form.font)
    yield zone
    at_most = int((plane.plot.right - plane.plot.left) / (width("00:00", form.font) * 1.7))
    taken = zone.box.right
    for one in time_ticks(plane.start, plane.end, at_most):
        label = Label(plane.x(one.at), y, "middle", one.label, form.font)
        if label.box.left >= taken + _BEHIND_TICK and label.box.right <= form.width:
            taken = label.box.right
            yield label


def _notes(curve: Curve, plane: _Plane, form: Format, poles: Sequence[float]) -> Iterator[Label]:
    """The threshold's words at the left, those of the band at the right, and what to say about no values."""
    plot = plane.plot
    edge = next((limit for limit in reversed(curve.band) if limit is not None), None)
    room = (plot.right - plot.left) * (0.9 if edge is None or curve.threshold is None else 0.45)
    if curve.threshold is not None:
        text = fitted(f"threshold {curve.scale.text(curve.threshold)}", room, form.font)
        x = _between(poles, plot.left, plot.left + room, width(text, form.font) + 2 * SPACE) + SPACE
        yield Label(x, _beside(plane.y(curve.threshold), plot, form), "start", text, form.font)
    if edge is not None:
        text = fitted("expected", room, form.font)
        yield Label(plot.right - SPACE, _beside(plane.y(edge), plot, form), "end", text, form.font)
    if not curve.present:
        yield Label((plot.left + plot.right) / 2, _emptiest(curve, plane), "middle", NOTHING, form.font)


def _between(poles: Sequence[float], left: float, right: float, needed: float) -> float:
    """Where the first gap between poles begins that is wide enough; at the left if none is."""
    edges = [left, *sorted(pole for pole in poles if left < pole < right), right]
    return next((begin for begin, end in itertools.pairwise(edges) if end - begin >= needed), left)


def _beside(line: float, plot: Box, form: Format) -> float:
    """A baseline directly above a line, or below it where there is no room."""
    above = line - form.font * 0.4
    return above if above - form.font >= plot.top else line + form.font * 1.1


def _emptiest(curve: Curve, plane: _Plane) -> float:
    """A height in the wider part of the plot beside the threshold."""
    plot = plane.plot
    heights = [plot.top, *sorted(map(plane.y, curve.limits)), plot.bottom]
    gaps = [(after - before, (after + before) / 2) for before, after in itertools.pairwise(heights)]
    return max(gaps)[1]
