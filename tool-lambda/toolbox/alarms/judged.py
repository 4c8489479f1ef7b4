"""The datapoints an alarm judged, as its own event tells them.

An alarm that has just fired knows datapoints that GetMetricData does not show yet: the investigation begins within
seconds, and the reason for it must not be missing from the series.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking.window import known_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolbox.metrics.readings import Series

#: Of a series, filled in behind its last datapoint: more would be another series.
_MOST_BEHIND = 10


def with_judged(series: Series, signal: Mapping[str, Any]) -> Series:
    """The series with the alarm's datapoints wherever it has none itself.

    Args:
        series: What the alarm watches.
        signal: The alarm, as `Signal.to_json` writes it.
    """
    values, last = list(series.values), -1
    for moment, value in _datapoints(signal):
        place = int((moment - series.start).total_seconds() // series.period_s)
        if not 0 <= place < len(series.values) + _MOST_BEHIND:
            continue
        values.extend([None] * (place + 1 - len(values)))
        if values[place] is None:
            values[place] = value
        last = max(last, place)
    return replace(series, values=tuple(values), judged=last == len(values) - 1)


def _datapoints(signal: Mapping[str, Any]) -> Iterator[tuple[datetime, float]]:
    """Time and value of each (CloudWatch User Guide, "Alarm events and EventBridge": reasonData)."""
    data = signal.get("reason_data")
    if not isinstance(data, dict):
        return
    evaluated = data.get("evaluatedDatapoints")
    if isinstance(evaluated, list):
        for each in evaluated:
            moment, value = (each.get("timestamp"), each.get("value")) if isinstance(each, dict) else (None, None)
            at = known_time(moment)
            if at is not None and isinstance(value, int | float):
                yield at, float(value)
        return
    begun, period, recent = known_time(data.get("startDate")), data.get("period"), data.get("recentDatapoints")
    if begun is None or not isinstance(period, int | float) or not isinstance(recent, list):
        return
    for number, value in enumerate(recent):
        if isinstance(value, int | float):
            yield begun + timedelta(seconds=number * period), float(value)
