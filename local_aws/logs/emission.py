"""Metric filters at work: datapoints for events that match, and default values for minutes in which none did.

User guide, "Configuring metric values for a metric filter": every match adds the metric value, a number or what a
selector finds, at the event's time; the default value stands for a minute that had events and no match.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch_logs

from local_aws.logs.patterns import Pattern, compile_pattern
from local_aws.logs.patterns.comparisons import number_in
from local_aws.metrics import state
from local_aws.metrics.store import Metric, Observation, observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MINUTE_MS = 60_000
_MINUTES = "local_aws_minutes"
"""In a filter's record: the minutes that have a datapoint; with it where it is the default value's."""

_one_at_a_time = threading.Lock()
"""Functions log from threads of their own, and a default is withdrawn in several steps."""


def emit(group_name: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Publish what the log group's metric filters find in a batch of events."""
    for (group, _), metric_filter in list(cloudwatch_logs._metric_filters.items()):
        if group == group_name:
            pattern = compile_pattern(str(metric_filter["filterPattern"]))
            with _one_at_a_time:
                for transformation in metric_filter["metricTransformations"]:
                    _Emitter(transformation, pattern, metric_filter.setdefault(_MINUTES, {})).publish(events)


class _Emitter:
    """One transformation of one metric filter."""

    def __init__(
        self, transformation: Mapping[str, Any], pattern: Pattern, minutes: dict[int, Observation | None]
    ) -> None:
        self._transformation = transformation
        self._pattern = pattern
        self._minutes = minutes

    def publish(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Publish a batch: first its matches, then defaults for its minutes that are still empty."""
        seen: dict[int, int] = {}
        for event in events:
            message, timestamp = str(event["message"]), int(event["timestamp"])
            minute = timestamp // _MINUTE_MS
            seen.setdefault(minute, timestamp)
            if self._pattern.matches(message):
                self._publish_match(message, timestamp, minute)
        default = self._transformation.get("defaultValue")
        if default is None:
            return
        for minute, timestamp in seen.items():
            if minute not in self._minutes:
                self._minutes[minute] = self._store(float(default), timestamp, {})

    def _publish_match(self, message: str, timestamp: int, minute: int) -> None:
        value = self._value(str(self._transformation["metricValue"]), message)
        dimensions = self._dimensions(message)
        if value is None or dimensions is None:
            return
        default = self._minutes.get(minute)
        if default is not None:
            self._withdraw(default)
        self._minutes[minute] = None
        self._store(value, timestamp, dimensions)

    def _value(self, written: str, message: str) -> float | None:
        found = self._pattern.value(message, written) if written.startswith("$") else written
        return number_in(found) if found is not None else None

    def _dimensions(self, message: str) -> dict[str, str] | None:
        """None if the event lacks a dimension's value: it then belongs to no metric of this filter."""
        found: dict[str, str] = {}
        for name, selector in (self._transformation.get("dimensions") or {}).items():
            value = self._pattern.value(message, str(selector))
            if value is None:
                return None
            found[name] = value
        return found

    def _metric(self, dimensions: Mapping[str, str]) -> Metric:
        of = self._transformation
        return Metric(of["metricNamespace"], of["metricName"], tuple(sorted(dimensions.items())))

    def _store(self, value: float, timestamp: int, dimensions: Mapping[str, str]) -> Observation:
        datapoint = observed(timestamp / 1000, value, self._transformation.get("unit") or "None")
        state.here().add(self._metric(dimensions), [datapoint])
        return datapoint

    def _withdraw(self, default: Observation) -> None:
        """A match came later in a minute that had none so far: the minute has no default value any more."""
        store, metric = state.here(), self._metric({})
        kept = list(store.read(metric, -math.inf, math.inf))
        if default not in kept:
            return  # what was logged of an incident has been forgotten meanwhile
        kept.remove(default)
        store.drop(metric)
        store.add(metric, kept)
