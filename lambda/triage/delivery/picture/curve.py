"""A chart's series made fit to draw: finite, of bounded length, in one readable unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.delivery.quantity import Scale, scale_for
from triage.domain.chart import Breach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.domain.chart import Chart

LARGEST = 1e30
"""Beyond it a value is drawn as this: sums and differences must stay finite."""

_LAST_SECOND = datetime(9998, 12, 31, tzinfo=UTC).timestamp()

Value = float | None


@dataclass(frozen=True)
class Curve:
    """What is drawn.

    Attributes:
        start: of the first value, seconds since 1970.
        end: of the last value's period.
        step: seconds from one value to the next.
        values: in the unit of ``scale``; ``None`` where there was no datapoint.
        each: how many datapoints one value stands for; it is the one that is furthest on the side that rings.
        threshold, band: in the unit of ``scale``.
    """

    start: float
    end: float
    step: float
    values: tuple[Value, ...]
    each: int
    scale: Scale
    breach: Breach
    threshold: Value = None
    band: tuple[Value, Value] = (None, None)

    @property
    def present(self) -> tuple[tuple[float, float], ...]:
        """The values there are, each behind the start of its period."""
        return tuple(
            (self.start + self.step * position, value)
            for position, value in enumerate(self.values)
            if value is not None
        )

    @property
    def limits(self) -> tuple[float, ...]:
        """Threshold and edges of the band, as far as there are any."""
        return tuple(limit for limit in (self.threshold, *self.band) if limit is not None)


def curve_of(chart: Chart, at_most: int | None = None) -> Curve | None:
    """The series to draw, in at most so many values; ``None`` when there is no time to draw it over."""
    start = seconds(chart.start)
    end = start + chart.step_s * len(chart.values)
    if chart.step_s <= 0 or not chart.values or not 0 <= start < end <= _LAST_SECOND:
        return None
    values = tuple(map(_finite, chart.values))
    threshold = _finite(chart.threshold)
    band = (_finite(chart.band[0]), _finite(chart.band[1])) if chart.band else (None, None)
    every = [abs(value) for value in (*values, threshold, *band) if value is not None]
    scale = scale_for(chart.unit, max(every, default=0.0))
    each = math.ceil(len(values) / at_most) if at_most else 1
    return Curve(
        start=start,
        end=end,
        step=chart.step_s * each,
        values=tuple(_scaled(value, scale) for value in thinned(values, each, chart.breach)),
        each=each,
        scale=scale,
        breach=chart.breach,
        threshold=_scaled(threshold, scale),
        band=(_scaled(band[0], scale), _scaled(band[1], scale)),
    )


def thinned(values: Sequence[Value], each: int, breach: Breach) -> tuple[Value, ...]:
    """One value for every ``each``: the furthest on the side that rings, so that no breach is lost."""
    furthest = max if breach is Breach.ABOVE else min
    groups = (values[position : position + each] for position in range(0, len(values), each))
    return tuple(furthest((value for value in group if value is not None), default=None) for group in groups)


def seconds(moment: datetime) -> float:
    """Seconds since 1970; a time without a zone is UTC, like all times of an investigation."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def moment(at: float) -> datetime:
    """The time of a position of a curve."""
    return datetime.fromtimestamp(at, UTC)


def _finite(value: Value) -> Value:
    if value is None or not math.isfinite(value):
        return None
    return min(max(float(value), -LARGEST), LARGEST)


def _scaled(value: Value, scale: Scale) -> Value:
    return None if value is None else value / scale.divisor
