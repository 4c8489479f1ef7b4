"""Metric filters at work: datapoints for events that match, and default values for minutes in which none did.

User guide, "Configuring metric values for a metric filter": every match adds the metric value, a number or what a
selector finds, at the event's time; the default value stands for a minute that had events and no match.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch, cloudwatch_logs

from local_aws.logs.patterns import Pattern, compile_pattern
from local_aws.logs.patterns.comparisons import number_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MINUTE_MS = 60_000
_MINUTES = "local_aws_minutes"
"""In a filter's record: the minutes that have a datapoint; with it where it is the default value's."""


def emit(group_name: str, events: Sequence[Mapping[str, Any]]) -> None:
    """Publish what the log group's metric filters find in a batch of events."""
    for (group, _), metric_filter in list(cloudwatch_logs._metric_filters.items()):
        if group == group_name:
            pattern = compile_pattern(str(metric_filter["filterPattern"]))
            for transformation in metric_filter["metricTransformations"]:
                _Emitter(transformation, pattern, metric_filter.setdefault(_MINUTES, {})).publish(events)


class _Emitter:
    """One transformation of one metric filter."""

    def __init__(
        self, transformation: Mapping[str, Any], pattern: Pattern, minutes: dict[int, dict[str, Any] | None]
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

    def _key(self, dimensions: dict[str, str]) -> tuple[str, str, str]:
        namespace, metric = self._transformation["metricNamespace"], self._transformation["metricName"]
        return namespace, metric, cloudwatch._dims_key(dimensions)

    def _store(self, value: float, timestamp: int, dimensions: dict[str, str]) -> dict[str, Any]:
        datapoint = {
            "Timestamp": timestamp / 1000,
            "Value": value,
            "Unit": self._transformation.get("unit") or "None",
            "Dimensions": dimensions,
        }
        cloudwatch._metric_bucket(self._key(dimensions)).append(datapoint)
        return datapoint

    def _withdraw(self, default: dict[str, Any]) -> None:
        """A match came later in a minute that had none so far: the minute has no default value any more."""
        bucket = cloudwatch._metric_bucket(self._key({}))
        bucket[:] = [datapoint for datapoint in bucket if datapoint is not default]
