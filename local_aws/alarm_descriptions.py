"""Alarms as the query protocol must describe them, or Terraform sees a difference after every apply.

The emulator's query DescribeAlarms leaves out actions, dimensions, period, statistic and missing-data treatment,
and its query PutMetricAlarm drops InsufficientDataActions. Alarms on metric math are refused instead of being
stored and never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

Response = tuple[int, dict[str, str], bytes]
_Handler = Callable[..., Response]

_SCALARS = (
    "AlarmName", "AlarmArn", "AlarmDescription", "ActionsEnabled", "StateValue", "StateReason", "StateReasonData",
    "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit", "EvaluationPeriods",
    "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData", "AlarmRule",
)  # fmt: skip
_TIMES = ("StateUpdatedTimestamp", "StateTransitionedTimestamp", "AlarmConfigurationUpdatedTimestamp")
_LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_MEMBER = re.compile(r"<member><AlarmName>(.*?)</AlarmName>.*?</StateReason></member>", re.DOTALL)


def alarm_xml(alarm: Mapping[str, Any]) -> str:
    """One `<member>` of DescribeAlarms."""
    parts = [f"<{name}>{_text(alarm[name])}</{name}>" for name in _SCALARS if alarm.get(name) not in (None, "")]
    parts += [f"<{name}>{_time(alarm[name])}</{name}>" for name in _TIMES if alarm.get(name)]
    for name in _LISTS:
        members = "".join(f"<member>{_text(one)}</member>" for one in alarm.get(name) or [])
        parts.append(f"<{name}>{members}</{name}>")
    if alarm.get("MetricName"):
        dimensions = "".join(
            f"<member><Name>{_text(one['Name'])}</Name><Value>{_text(one['Value'])}</Value></member>"
            for one in alarm.get("Dimensions") or []
        )
        parts.append(f"<Dimensions>{dimensions}</Dimensions>")
    return f"<member>{''.join(parts)}</member>"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _time(value: object) -> str:
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return str(value)


def _describe(original: _Handler) -> _Handler:
    def describe(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Response:  # noqa: FBT001, FBT002
        status, headers, body = original(params, data, is_cbor, is_json)
        if is_cbor or is_json or status != 200:
            return status, headers, body

        def full(match: re.Match[str]) -> str:
            name = match.group(1)
            alarm = cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name)
            return alarm_xml(alarm) if alarm else match.group(0)

        text = body.decode()
        return status, headers, _MEMBER.sub(full, text).encode()

    return describe


def _put(original: _Handler) -> _Handler:
    def put(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Response:  # noqa: FBT001, FBT002
        if _is_metric_math(params, data):
            message = (
                "This local AWS evaluates alarms on one metric only, not on metric math or anomaly detection."
            )
            refused: Response = cloudwatch._error(
                "ValidationError", message, 400, use_json=is_json, use_cbor=is_cbor
            )
            return refused
        answer = original(params, data, is_cbor, is_json)
        if answer[0] == 200 and not (is_cbor or is_json):
            alarm = cloudwatch._alarms[cloudwatch._p(params, "AlarmName")]
            alarm["InsufficientDataActions"] = _members(params, "InsufficientDataActions")
        return answer

    return put


def _is_metric_math(params: Any, data: Mapping[str, Any]) -> bool:
    names = ("Metrics", "ThresholdMetricId")
    return any(data.get(name) for name in names) or any(str(key).startswith(names) for key in params)


def _members(params: Any, name: str) -> list[str]:
    found: list[str] = []
    while value := cloudwatch._p(params, f"{name}.member.{len(found) + 1}"):
        found.append(str(value))
    return found


def install() -> None:
    """Complete the emulator's alarm descriptions."""
    cloudwatch._describe_alarms = _describe(cloudwatch._describe_alarms)
    cloudwatch._put_metric_alarm = _put(cloudwatch._put_metric_alarm)
