"""Operations that make, change and delete alarms: the emulator keeps them, here is what it loses or lets pass."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id
from ministack.services import cloudwatch

from local_aws import clock
from local_aws.metrics import emulated, history, queries, statistics
from local_aws.metrics.errors import invalid, not_here
from local_aws.metrics.math.values import Series
from local_aws.metrics.queries import QuerySet, Range
from local_aws.metrics.store import MetricStore
from local_aws.metrics.windows import DAY_S, HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_KEPT = (
    "ThresholdMetricId", "EvaluationWindow", "WarmUpConfiguration", "EvaluationCriteria", "EvaluationInterval",
)  # fmt: skip
_NOT_SUPPRESSED = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")

_OF_ONE_METRIC = (
    "Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Unit",
)  # fmt: skip

_THRESHOLDS = (
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
)  # fmt: skip

_MISSING_DATA = ("breaching", "notBreaching", "ignore", "missing")


def put_metric_alarm(request: Mapping[str, Any]) -> dict[str, Any]:
    """Create or replace an alarm on a metric or on metric math.

    Raises:
        ServiceError: CloudWatch refuses it, or this local AWS could not evaluate it.
    """
    _check(request)
    name = request["AlarmName"]
    before, position = copy.deepcopy(cloudwatch._alarms.get(name) or {}), history.position()
    emulated.ask("PutMetricAlarm", request)
    alarm = cloudwatch._alarms[name]
    for member in (*_OF_ONE_METRIC, "Metrics", "EvaluateLowSampleCountPercentile"):
        alarm.pop(member, None)
        if request.get(member) is not None:
            alarm[member] = copy.deepcopy(request[member])
    alarm.setdefault("Dimensions", [])
    _date(alarm, before)
    history.note_configuration(before, alarm, position)
    return {}


def put_composite_alarm(request: Mapping[str, Any]) -> dict[str, Any]:
    """Create or replace a composite alarm.

    Raises:
        ServiceError: its rule is none, or it has a suppressor.
    """
    suppressing = [name for name in _NOT_SUPPRESSED if request.get(name) is not None]
    if suppressing:
        raise not_here(f"suppress actions of composite alarms ({', '.join(suppressing)})")
    name = request["AlarmName"]
    before, position = copy.deepcopy(cloudwatch._composite_alarms.get(name) or {}), history.position()
    answer = emulated.ask("PutCompositeAlarm", request)
    alarm = cloudwatch._composite_alarms[name]
    alarm["AlarmConfigurationUpdatedTimestamp"] = clock.now()
    history.note_configuration(before, alarm, position)
    return answer


def set_alarm_state(request: Mapping[str, Any]) -> dict[str, Any]:
    """Put an alarm into a state until it is evaluated again.

    Raises:
        ServiceError: there is no such alarm.
    """
    name = request["AlarmName"]
    alarm = cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name)
    if alarm is not None and not request.get("StateReasonData"):
        alarm.pop("StateReasonData", None)
    answer = emulated.ask("SetAlarmState", request)
    if alarm is not None:
        alarm["StateUpdatedTimestamp"] = clock.now()
    return answer


def delete_alarms(request: Mapping[str, Any]) -> dict[str, Any]:
    """Delete alarms; their history stays.

    Raises:
        ServiceError: a composite alarm depends on one of them.
    """
    names = dict.fromkeys(request["AlarmNames"])
    found = [cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name) for name in names]
    answer = emulated.ask("DeleteAlarms", request)
    for alarm in found:
        if alarm is not None:
            history.note_configuration(alarm, {})
    return answer


def _date(alarm: dict[str, Any], before: Mapping[str, Any]) -> None:
    alarm["AlarmConfigurationUpdatedTimestamp"] = clock.now()
    if not before:
        alarm["StateUpdatedTimestamp"] = clock.now()


def _check(request: Mapping[str, Any]) -> None:
    unknown = [name for name in _NOT_KEPT if request.get(name) is not None]
    if unknown or request.get("ComparisonOperator") not in _THRESHOLDS:
        what = ", ".join(unknown) or f"the ComparisonOperator {request.get('ComparisonOperator')}"
        raise not_here(
            f"evaluate alarms with {what}", "It evaluates static thresholds on metrics and metric math."
        )
    if request.get("EvaluateLowSampleCountPercentile") == "ignore":
        raise not_here("evaluate alarms with EvaluateLowSampleCountPercentile=ignore", "Leave it out.")
    if request.get("Threshold") is None or request.get("EvaluationPeriods") is None:
        raise invalid("The parameters Threshold and EvaluationPeriods must be specified.")
    if request.get("TreatMissingData") not in (None, *_MISSING_DATA):
        raise invalid(f"TreatMissingData must be one of {', '.join(_MISSING_DATA)}.")
    if request.get("DatapointsToAlarm", 1) > request["EvaluationPeriods"]:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
    if bool(request.get("Metrics")) == bool(request.get("MetricName")):
        raise invalid("Exactly one of MetricName and Metrics must be specified.")
    period = _math_period(request) if request.get("Metrics") else _metric_period(request)
    longest = DAY_S if period < HOUR_S else 7 * DAY_S
    if request["EvaluationPeriods"] * period > longest:
        raise invalid(
            f"Metrics cannot be checked across more than {longest} seconds (EvaluationPeriods * Period)."
        )


def _metric_period(request: Mapping[str, Any]) -> int:
    given = [request[name] for name in ("Statistic", "ExtendedStatistic") if request.get(name)]
    if len(given) != 1 or not request.get("Namespace") or not request.get("Period"):
        raise invalid("Namespace, Period and either Statistic or ExtendedStatistic must be specified.")
    try:
        statistics.parse(given[0])
    except statistics.UnknownStatisticError as error:
        raise invalid(str(error)) from error
    period = int(request["Period"])
    if period not in (10, 20, 30) and period % MINUTE_S:
        raise invalid("The parameter Period must be 10, 20, 30 or a multiple of 60.")
    return period


def _math_period(request: Mapping[str, Any]) -> int:
    """The period of the one series the queries return.

    The expression is evaluated once, over nothing, so that an alarm that never could be evaluated is refused.
    """
    singular = [name for name in _OF_ONE_METRIC if request.get(name)]
    if singular:
        raise invalid(f"{', '.join(singular)} cannot be specified together with Metrics.")
    queries.check(request["Metrics"], get_account_id())
    returned = [query["Id"] for query in request["Metrics"] if query.get("ReturnData", True)]
    if len(returned) != 1:
        raise invalid("Exactly one element of the metrics list should return data.")
    now = time.time()
    empty = Range(now - HOUR_S, now, now, MetricStore())
    value = QuerySet(request["Metrics"], empty).value(returned[0])
    if not isinstance(value, Series):
        raise invalid(f"The result of {returned[0]!r} must be a single time series.")
    return value.window.period
