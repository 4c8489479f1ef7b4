"""What an alarm looks like in the events, invocations and notifications of its state changes.

After the CloudWatch user guide, "Alarm events and EventBridge", and the messages SNS subscribers get.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

from local_aws.alarms.evaluation import period_of, timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASON_CHARACTERS = 1023
_REASON_DATA_CHARACTERS = 4000


def alarm_data(alarm: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, Any]:
    """The `alarmData` of an action (and the `detail` of the event): states before and after, configuration."""
    return {
        "alarmName": alarm["AlarmName"],
        "state": _state(alarm),
        "previousState": dict(previous),
        "configuration": _configuration(alarm),
    }


def _state(alarm: Mapping[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = {
        "value": alarm["StateValue"],
        "reason": str(alarm.get("StateReason") or "")[:_REASON_CHARACTERS],
        "timestamp": timestamp(float(alarm.get("StateUpdatedTimestamp") or time.time())),
    }
    data = alarm.get("StateReasonData")
    if data:
        text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"))
        state["reasonData"] = text[:_REASON_DATA_CHARACTERS]
    return state


def _configuration(alarm: Mapping[str, Any]) -> dict[str, Any]:
    configuration: dict[str, Any] = {}
    if alarm.get("AlarmDescription"):
        configuration["description"] = alarm["AlarmDescription"]
    if alarm.get("AlarmRule"):
        configuration["alarmRule"] = alarm["AlarmRule"]
        return configuration
    if alarm.get("Metrics"):
        configuration["metrics"] = [_query(query) for query in alarm["Metrics"]]
        return configuration
    metric = {
        "namespace": alarm.get("Namespace"),
        "name": alarm.get("MetricName"),
        "dimensions": {one["Name"]: one["Value"] for one in alarm.get("Dimensions") or []},
    }
    stat: dict[str, Any] = {"metric": metric, "period": alarm.get("Period"), "stat": _statistic(alarm)}
    if alarm.get("Unit"):
        stat["unit"] = alarm["Unit"]
    stable = uuid.uuid5(uuid.NAMESPACE_URL, str(alarm["AlarmArn"]))
    configuration["metrics"] = [{"id": str(stable), "metricStat": stat, "returnData": True}]
    return configuration


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    """One query of an alarm on metric math, as the event spells it."""
    found = {"id": query["Id"], "returnData": query.get("ReturnData", True)}
    found |= {name.lower(): query[name] for name in ("Expression", "Label", "Period") if query.get(name)}
    stat = query.get("MetricStat")
    if stat:
        metric = {
            "namespace": stat["Metric"]["Namespace"],
            "name": stat["Metric"]["MetricName"],
            "dimensions": {one["Name"]: one["Value"] for one in stat["Metric"].get("Dimensions") or ()},
        }
        unit = {"unit": stat["Unit"]} if stat.get("Unit") else {}
        found["metricStat"] = {"metric": metric, "period": stat["Period"], "stat": stat["Stat"], **unit}
    return found


def _statistic(alarm: Mapping[str, Any]) -> str:
    return str(alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average")


def trigger(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """The `Trigger` of a notification: what the alarm watches and how."""
    if alarm.get("AlarmRule"):
        return {"AlarmRule": alarm["AlarmRule"]}
    kept = ("Period", "EvaluationPeriods", "DatapointsToAlarm", "ComparisonOperator", "Threshold")
    found = {name: alarm[name] for name in kept if alarm.get(name) is not None}
    found |= {"TreatMissingData": alarm.get("TreatMissingData") or "", "EvaluateLowSampleCountPercentile": ""}
    if alarm.get("Metrics"):
        return found | {"Period": period_of(alarm), "Metrics": [_notified_query(one) for one in alarm["Metrics"]]}
    watched = {name: alarm.get(name) for name in ("MetricName", "Namespace", "Unit")}
    return found | watched | _notified_statistic(alarm) | {"Dimensions": _notified_dimensions(alarm)}


def _notified_statistic(alarm: Mapping[str, Any]) -> dict[str, str]:
    if alarm.get("ExtendedStatistic"):
        return {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": alarm["ExtendedStatistic"]}
    return {"StatisticType": "Statistic", "Statistic": _statistic(alarm).upper()}


def _notified_query(query: Mapping[str, Any]) -> dict[str, Any]:
    found = {"ReturnData": True, **query}
    if "MetricStat" in query:
        metric = query["MetricStat"]["Metric"]
        found["MetricStat"] = {
            **query["MetricStat"],
            "Metric": {**metric, "Dimensions": _notified_dimensions(metric)},
        }
    return found


def _notified_dimensions(metric: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"value": one["Value"], "name": one["Name"]} for one in metric.get("Dimensions") or ()]
