"""The door of CloudWatch: every request is read, held against the service model, and answered or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch

from local_aws.metrics import answers, constraints, emulated, history, requests, state
from local_aws.metrics.change_alarms import (
    delete_alarms,
    put_composite_alarm,
    put_metric_alarm,
    set_alarm_state,
)
from local_aws.metrics.describe_alarms import (
    describe_alarm_contributors,
    describe_alarms,
    describe_alarms_for_metric,
)
from local_aws.metrics.describe_history import describe_alarm_history
from local_aws.metrics.errors import ServiceError, not_here
from local_aws.metrics.get_metric_data import get_metric_data
from local_aws.metrics.get_metric_statistics import get_metric_statistics
from local_aws.metrics.list_metrics import list_metrics
from local_aws.metrics.put_metric_data import put_metric_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.metrics.answers import Response


def _none_exist(member: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A list of what cannot be made here, and so is empty whatever it is filtered by."""
    return lambda _request: {member: []}


_OPERATIONS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "DeleteAlarms": delete_alarms,
    "DescribeAlarmContributors": describe_alarm_contributors,
    "DescribeAlarmHistory": describe_alarm_history,
    "DescribeAlarms": describe_alarms,
    "DescribeAlarmsForMetric": describe_alarms_for_metric,
    "DescribeAnomalyDetectors": _none_exist("AnomalyDetectors"),
    "DescribeInsightRules": _none_exist("InsightRules"),
    "GetMetricData": get_metric_data,
    "GetMetricStatistics": get_metric_statistics,
    "ListMetrics": list_metrics,
    "PutCompositeAlarm": put_composite_alarm,
    "PutMetricAlarm": put_metric_alarm,
    "PutMetricData": put_metric_data,
    "SetAlarmState": set_alarm_state,
}


async def handle_request(
    _method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> Response:
    """Answer one HTTP request, in place of the emulator's function of the same name."""
    protocol = requests.protocol_of(headers)
    try:
        request = requests.read(protocol, path, headers, body, query)
        document = request.input()
        constraints.check(request, document)
        return answers.answer(request, _perform(request.operation, document))
    except ServiceError as error:
        return answers.refusal(protocol, error)


def _perform(operation: str, document: Mapping[str, Any]) -> dict[str, Any]:
    if operation in _OPERATIONS:
        return _OPERATIONS[operation](document)
    if operation in emulated.OPERATIONS:
        return emulated.ask(operation, document)
    instead = "GetMetricData answers the numbers it would draw." if operation == "GetMetricWidgetImage" else ""
    raise not_here(f"answer CloudWatch's {operation}", instead)


def install() -> None:
    """Put this room in place of the emulator's CloudWatch, and its store in place of the emulator's."""
    reset = cloudwatch.reset

    def forget_everything() -> None:
        reset()
        state.clear()
        history.clear()

    cloudwatch.reset = forget_everything
    cloudwatch.handle_request = handle_request
    cloudwatch.record_metric = state.record
    history.install()
