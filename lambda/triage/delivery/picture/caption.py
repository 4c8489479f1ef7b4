"""The chart in words: what a reader needs who sees no picture, and what stands below it for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.picture.curve import curve_of, moment, seconds
from triage.delivery.presentable import one_line
from triage.domain.chart import Breach, MarkKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage.delivery.picture.curve import Curve
    from triage.domain.chart import Chart, Mark

MAX_MARKS = 8
"""More would hide each other; the ones nearest to the onset tell most."""

FRAME_MARGIN = 0.1
"""An alarm changes its state some minutes behind the last datapoint: it belongs into the picture."""

MAX_READING = 300
MAX_TITLE = 200
MAX_MARK = 160
"""Characters of texts that were written elsewhere."""

_MINUTE = 60
_HOUR = 3600
_DAY = 86_400
_FIRST_OF_ALL = (MarkKind.ONSET, MarkKind.ALARM)


@dataclass(frozen=True)
class Marked:
    """A mark with its number in picture and list.

    Attributes:
        at: seconds since 1970.
        label: as it was written elsewhere, on one line and shortened.
        text: kind and label: ``Deployment: UpdateFunctionCode by ci``.
        place: where it is when it is outside the picture; empty inside.
    """

    number: int
    at: float
    kind: MarkKind
    when: str
    label: str
    text: str
    place: str = ""


@dataclass(frozen=True)
class Caption:
    """Everything around the picture.

    Attributes:
        heading: of the section.
        reading: the series in one sentence; may be empty.
        title: what is drawn, and over which time.
        facts: threshold, extremes, last value, what is missing; one sentence each.
        frame: from when to when the picture goes; marks shortly outside the series widen it.
        marks: oldest first.
        left_out: how many marks there are besides.
    """

    heading: str
    reading: str
    title: str
    frame: tuple[float, float]
    facts: tuple[str, ...]
    marks: tuple[Marked, ...]
    left_out: int

    @property
    def description(self) -> str:
        """All of it as one paragraph."""
        marks = [f"{mark.when} {mark.text}" for mark in self.marks]
        return " ".join([sentence(self.reading), *self.facts, sentence("; ".join(marks))]).strip()


def caption_of(chart: Chart) -> Caption | None:
    """The chart in words; ``None`` for one that spans no time."""
    curve = curve_of(chart)
    if curve is None:
        return None
    chosen = _telling(chart.marks)
    frame = _frame(curve, [seconds(mark.at) for mark in chosen])
    return Caption(
        heading=one_line(chart.heading),
        reading=_shortened(chart.reading, MAX_READING),
        title=f"{_shortened(chart.title, MAX_TITLE)}, {span(curve.start, curve.end)}",
        frame=frame,
        facts=tuple(fact for fact in (_limit(curve), _band(curve), *_extremes(curve), _missing(curve)) if fact),
        marks=tuple(_marked(number, mark, frame) for number, mark in enumerate(chosen, 1)),
        left_out=len(chart.marks) - len(chosen),
    )


def span(start: float, end: float) -> str:
    """From when to when: ``2026-11-21 17:10 to 19:50 UTC``."""
    one_day = start // _DAY == end // _DAY
    return f"{moment(start):%Y-%m-%d %H:%M} to {moment(end):{'' if one_day else '%Y-%m-%d '}%H:%M} UTC"


def time_of(at: float, start: float, end: float) -> str:
    """A time within a span, with its day where the time alone would be two."""
    when = moment(at)
    return f"{when:%H:%M}" if end - start < _DAY else f"{when.day} {when:%b %H:%M}"


def period(length_s: float) -> str:
    """A period as people say it: ``60 s`` is ``1 min``."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if length_s >= unit and length_s % unit == 0:
            return f"{length_s // unit:.0f} {name}"
    return f"{length_s:g} s"


def sentence(text: str) -> str:
    """The text with a full stop, if it is not empty."""
    return f"{text.rstrip('.')}." if text else ""


def _telling(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Onset and alarm, then what is nearest to the first of them; in order of time."""
    onset = min((seconds(mark.at) for mark in marks if mark.kind in _FIRST_OF_ALL), default=None)

    def importance(mark: Mark) -> tuple[bool, float]:
        return (mark.kind not in _FIRST_OF_ALL, 0.0 if onset is None else abs(seconds(mark.at) - onset))

    return tuple(sorted(sorted(marks, key=importance)[:MAX_MARKS], key=lambda mark: seconds(mark.at)))


def _frame(curve: Curve, moments: Iterable[float]) -> tuple[float, float]:
    margin = (curve.end - curve.start) * FRAME_MARGIN
    near = [at for at in moments if curve.start - margin <= at <= curve.end + margin]
    return min([curve.start, *near]), max([curve.end, *near])


def _marked(number: int, mark: Mark, frame: tuple[float, float]) -> Marked:
    at, (start, end) = seconds(mark.at), frame
    place = "before the picture" if at < start else "after the picture" if at > end else ""
    when = time_of(at, min(at, start), max(at, end))
    label = _shortened(mark.label, MAX_MARK)
    return Marked(number, at, mark.kind, when, label, _mark_text(mark.kind.value, label), place)


def _mark_text(kind: str, label: str) -> str:
    """Kind and label; the kind once where the label begins with it."""
    if label.lower().startswith(kind):
        return kind.capitalize() + label[len(kind) :]
    return f"{kind.capitalize()}: {label}" if label else kind.capitalize()


def _limit(curve: Curve) -> str:
    if curve.threshold is None:
        return ""
    side = "above" if curve.breach is Breach.ABOVE else "below"
    return f"Threshold {curve.scale.text(curve.threshold)}, the alarm rings {side} it."


def _band(curve: Curve) -> str:
    low, high = curve.band
    sides = [f"at least {curve.scale.text(low)}"] if low is not None else []
    sides += [f"at most {curve.scale.text(high)}"] if high is not None else []
    return f"Expected: {' and '.join(sides)}." if sides else ""


def _extremes(curve: Curve) -> Iterable[str]:
    present = curve.present
    if not present:
        return
    if len(present) == 1:
        yield f"A single datapoint: {_value(curve, present[0])}."
        return
    lowest = min(present, key=lambda point: point[1])
    highest = max(present, key=lambda point: point[1])
    if lowest[1] == highest[1]:
        yield f"Always {curve.scale.text(lowest[1])}."
        return
    yield f"Lowest {_value(curve, lowest)}, highest {_value(curve, highest)}, last {_value(curve, present[-1])}."


def _value(curve: Curve, point: tuple[float, float]) -> str:
    at, value = point
    return f"{curve.scale.text(value)} at {time_of(at, curve.start, curve.end)}"


def _missing(curve: Curve) -> str:
    """Since when there is no datapoint, and how many are missing before."""
    periods = len(curve.values)
    missing = sum(value is None for value in curve.values)
    if missing in (0, periods):
        return f"No datapoint in {periods:,} periods of {period(curve.step)}." if missing else ""
    last = periods - next(back for back, value in enumerate(reversed(curve.values)) if value is not None)
    since = time_of(curve.start + last * curve.step, curve.start, curve.end)
    parts = [f"since {since}"] if last < periods else []
    earlier = missing - (periods - last)
    parts += [f"in {earlier:,} of {last:,} periods of {period(curve.step)}"] if earlier else []
    return f"No datapoint {', and none '.join(parts)}."


def _shortened(text: str, limit: int) -> str:
    line = one_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
