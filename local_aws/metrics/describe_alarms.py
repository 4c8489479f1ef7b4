"""DescribeAlarms and the operations beside it (API reference)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch

from local_aws.metrics.errors import ServiceError, invalid
from local_aws.metrics.store import Metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PAGE = 50
_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
_RELATIVES = ("ChildrenOfAlarmName", "ParentsOfAlarmName")
_BESIDE_RELATIVES = {*_RELATIVES, "MaxRecords", "NextToken"}

Alarm = dict[str, Any]


def describe_alarms(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a DescribeAlarms request.

    A page starts at the name its token is, as on AWS, so that alarms created between pages shift nothing.

    Raises:
        ServiceError: parameters exclude each other, or a relative's alarm does not exist.
    """
    relative = next((name for name in _RELATIVES if request.get(name)), None)
    found = _relatives(request, relative) if relative else _filtered(request)
    listed = sorted(found, key=lambda alarm: (alarm["AlarmName"], "AlarmRule" in alarm))
    listed = [alarm for alarm in listed if alarm["AlarmName"] >= request.get("NextToken", "")]
    size = request.get("MaxRecords") or _PAGE
    page = [_described(alarm, relative) for alarm in listed[:size]]
    answer: dict[str, Any] = {
        "MetricAlarms": [shown for shown, alarm in zip(page, listed, strict=False) if "AlarmRule" not in alarm],
        "CompositeAlarms": [shown for shown, alarm in zip(page, listed, strict=False) if "AlarmRule" in alarm],
    }
    if len(listed) > size:
        answer["NextToken"] = listed[size]["AlarmName"]
    return answer


def describe_alarms_for_metric(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a DescribeAlarmsForMetric request: alarms on exactly this metric, none on metric math."""
    wanted = Metric.of(request["Namespace"], request["MetricName"], request.get("Dimensions") or ())
    found = [
        alarm
        for alarm in cloudwatch._alarms.values()
        if alarm.get("MetricName")
        and Metric.of(alarm["Namespace"], alarm["MetricName"], alarm.get("Dimensions") or ()) == wanted
        and all(
            request.get(name) in (None, alarm.get(name))
            for name in ("Statistic", "ExtendedStatistic", "Period", "Unit")
        )
    ]
    return {"MetricAlarms": [_described(alarm) for alarm in found]}


def describe_alarm_contributors(request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a DescribeAlarmContributors request: no alarm here watches several time series.

    Raises:
        ServiceError: there is no such alarm.
    """
    if _named(request["AlarmName"]) is None:
        raise ServiceError("ResourceNotFoundException", f"Alarm {request['AlarmName']} does not exist", 404)
    return {"AlarmContributors": []}


def _filtered(request: Mapping[str, Any]) -> Iterable[Alarm]:
    names, prefix = request.get("AlarmNames"), request.get("AlarmNamePrefix")
    if names and prefix:
        raise invalid("AlarmNamePrefix and AlarmNames cannot be specified together.")
    types = request.get("AlarmTypes") or ["MetricAlarm"]
    alarms = [
        *(cloudwatch._alarms.values() if "MetricAlarm" in types else ()),
        *(cloudwatch._composite_alarms.values() if "CompositeAlarm" in types else ()),
    ]
    return [
        alarm
        for alarm in alarms
        if (not names or alarm["AlarmName"] in names)
        and alarm["AlarmName"].startswith(prefix or "")
        and request.get("StateValue") in (None, alarm["StateValue"])
        and _has_action(alarm, request.get("ActionPrefix"))
    ]


def _has_action(alarm: Mapping[str, Any], prefix: str | None) -> bool:
    arns = (arn for name in _ACTIONS for arn in alarm.get(name) or ())
    return prefix is None or any(arn.startswith(prefix) for arn in arns)


def _relatives(request: Mapping[str, Any], relation: str) -> Iterable[Alarm]:
    others = [name for name in request if name not in _BESIDE_RELATIVES or name in set(_RELATIVES) - {relation}]
    if others:
        raise invalid(f"{relation} cannot be specified together with {', '.join(others)}.")
    name = request[relation]
    alarm = _named(name)
    if alarm is None:
        raise ServiceError("ResourceNotFound", f"Alarm {name} does not exist", 404)
    if relation == "ChildrenOfAlarmName":
        return [child for one in cloudwatch._composite_children(alarm) if (child := _named(one)) is not None]
    return [one for one in cloudwatch._composite_alarms.values() if name in cloudwatch._composite_children(one)]


def _named(name: str) -> Alarm | None:
    found: Alarm | None = cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name)
    return found


def _described(alarm: Alarm, relation: str | None = None) -> Alarm:
    """An alarm without what was never set; of relatives only what AWS tells of them."""
    if relation == "ChildrenOfAlarmName":
        shown = ("AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp")
        return {name: alarm.get(name) for name in shown}
    if relation:
        return {name: alarm[name] for name in ("AlarmName", "AlarmArn")}
    return {name: value for name, value in alarm.items() if value != ""}
