"""The event CloudWatch sends when an alarm's action is a Lambda function.

Shape: Amazon CloudWatch User Guide, "Lambda alarm actions". ``state.reasonData`` is JSON inside a string.
``configuration.metrics``, ``reasonData``, ``previousState`` and ``description`` may be missing, and unknown keys
are ignored: composite, anomaly and newer kinds of alarm differ in exactly these.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from triage.domain.errors import MalformedEvent
from triage.domain.signal import AlarmState, Metric, Signal, SignalSource

_ALARM_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):cloudwatch:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):alarm:(?P<name>.+)",
    re.DOTALL,
)

MAX_PERIOD_S = 7 * 24 * 3600


def recognises(event: Mapping[str, Any]) -> bool:
    """Whether this is a direct alarm action, readable or not."""
    return event.get("source") == "aws.cloudwatch" and ("alarmArn" in event or "alarmData" in event)


def parse(event: Mapping[str, Any]) -> Signal:
    """Read a direct alarm action.

    Raises:
        MalformedEvent: a field without which no alarm can be identified is missing or has the wrong type.
    """
    try:
        return _parse(event)
    except _Unreadable as problem:
        raise MalformedEvent(
            f"CloudWatch alarm event: {problem}", tuple(sorted(str(key)[:64] for key in event))
        ) from problem


class _Unreadable(Exception):
    """A field, and what it should hold."""


def _parse(event: Mapping[str, Any]) -> Signal:
    arn = _text(event, "alarmArn")
    parts = _ALARM_ARN.fullmatch(arn)
    if parts is None:
        raise _Unreadable("alarmArn should be arn:<partition>:cloudwatch:<region>:<account>:alarm:<name>")
    data = _mapping(event, "alarmData")
    state = _mapping(data, "state", "alarmData.")
    previous = data.get("previousState")
    configuration = data.get("configuration")
    configuration = configuration if isinstance(configuration, Mapping) else {}
    return Signal(
        source=SignalSource.CLOUDWATCH_ALARM,
        partition=parts["partition"],
        account_id=parts["account"],
        region=parts["region"],
        subject=arn,
        name=_optional_text(data.get("alarmName")) or parts["name"],
        state=_state(state.get("value"), "alarmData.state.value"),
        previous_state=_previous_state(previous),
        occurred_at=_time(state.get("timestamp") or event.get("time")),
        reason=_optional_text(state.get("reason")) or "",
        reason_data=_reason_data(state.get("reasonData")),
        description=_optional_text(configuration.get("description")),
        metrics=_metrics(configuration.get("metrics")),
        alarm_rule=_optional_text(configuration.get("alarmRule")),
    )


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise _Unreadable(f"{key} should be text, found {type(value).__name__}")
    return value


def _mapping(data: Mapping[str, Any], key: str, prefix: str = "") -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise _Unreadable(f"{prefix}{key} should be an object, found {type(value).__name__}")
    return value


def _optional_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _state(value: Any, path: str) -> AlarmState:
    try:
        return AlarmState(value)
    except ValueError:
        legal = ", ".join(AlarmState)
        raise _Unreadable(f"{path} should be one of {legal}") from None


def _previous_state(previous: Any) -> AlarmState | None:
    value = previous.get("value") if isinstance(previous, Mapping) else None
    return next((state for state in AlarmState if state == value), None)


def _time(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _Unreadable("alarmData.state.timestamp should be an ISO 8601 time") from None


def _reason_data(value: Any) -> Mapping[str, Any]:
    """Evidence, not identity: what cannot be read is left out instead of losing the alarm."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def _metrics(value: Any) -> tuple[Metric, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(_metric(entry, index) for index, entry in enumerate(value) if isinstance(entry, Mapping))


def _metric(entry: Mapping[str, Any], index: int) -> Metric:
    stat = entry.get("metricStat")
    stat = stat if isinstance(stat, Mapping) else {}
    metric = stat.get("metric")
    metric = metric if isinstance(metric, Mapping) else {}
    dimensions = metric.get("dimensions")
    period = stat.get("period")
    return Metric(
        id=_optional_text(entry.get("id")) or f"m{index + 1}",
        namespace=_optional_text(metric.get("namespace")),
        name=_optional_text(metric.get("name")),
        dimensions=(
            {str(key): str(item) for key, item in dimensions.items()} if isinstance(dimensions, Mapping) else {}
        ),
        statistic=_optional_text(stat.get("stat")),
        period_s=int(period) if isinstance(period, int | float) and 0 < period <= MAX_PERIOD_S else None,
        expression=_optional_text(entry.get("expression")),
        returns_data=entry.get("returnData") is not False,
    )
