"""Alarms as CloudWatch describes them become the events their actions would carry."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from cli.aws.account import Account
from cli.aws.alarms import Alarm, Alarms, action_event
from cli.errors import CliError, ExitCode
from tests.unit.cli.histories import a_change, an_account, an_alarm
from triage.domain.fingerprint import fingerprint
from triage.domain.signal import AlarmState, Signal
from triage.intake import detect

AT = datetime(2026, 11, 21, 3, 2, 0, 123000, tzinfo=UTC)


class CloudWatch:
    """An account whose CloudWatch answers as told."""

    def __init__(self) -> None:
        self._client: Any = an_account().client("cloudwatch")
        self.stub = Stubber(self._client)
        self.stub.activate()

    @property
    def alarms(self) -> Alarms:
        client = self._client

        class Told(Account):
            def client(self, service: str) -> Any:
                assert service == "cloudwatch"
                return client

        return Alarms(Told(**vars(an_account())))

    def describes(self, *names: str, token: str | None = None) -> None:
        page: dict[str, Any] = {"MetricAlarms": [dict(an_alarm(name).described) for name in names]}
        self.stub.add_response("describe_alarms", page | ({"NextToken": token} if token else {}))

    def remembers(self, *items: dict[str, Any]) -> None:
        self.stub.add_response("describe_alarm_history", {"AlarmHistoryItems": list(items)})


def an_item(state: str, before: str, **more: Any) -> dict[str, Any]:
    data = {
        "version": "1.0",
        "oldState": {"stateValue": before},
        "newState": {"stateValue": state, "stateReason": "r"},
    }
    item = {
        "AlarmName": "orders-errors",
        "Timestamp": AT,
        "HistoryItemType": "StateUpdate",
        "HistoryData": json.dumps(data),
    }
    return item | more


def signal_of(alarm: Alarm, *args: Any) -> Signal:
    return detect(action_event(alarm, an_account(), *args))


def test_the_event_of_a_metric_alarm_is_read_like_that_of_its_action() -> None:
    data = json.dumps({"threshold": 5.0, "recentDatapoints": [9.0]})
    state = {"StateValue": "ALARM", "StateReason": "Threshold Crossed", "StateReasonData": data}
    signal = signal_of(an_alarm(StateTransitionedTimestamp=AT, AlarmDescription="Orders fail.", **state))

    assert (signal.name, signal.state, signal.occurred_at) == ("orders-errors", AlarmState.ALARM, AT)
    assert (signal.reason, signal.description) == ("Threshold Crossed", "Orders fail.")
    assert signal.reason_data == {"threshold": 5.0, "recentDatapoints": [9.0]}
    metric = signal.watched_metric
    assert metric is not None
    assert (metric.namespace, metric.name, metric.statistic, metric.period_s) == (
        "AWS/Lambda",
        "Errors",
        "Sum",
        60,
    )
    assert metric.dimensions == {"FunctionName": "orders"}


def test_the_event_of_a_past_change_says_when_and_what_was_before() -> None:
    signal = signal_of(an_alarm(), a_change("orders-errors", 7, "ALARM", "INSUFFICIENT_DATA"))

    assert signal.state is AlarmState.ALARM
    assert signal.previous_state is AlarmState.INSUFFICIENT_DATA
    assert signal.occurred_at == datetime(2026, 11, 2, 10, 7, tzinfo=UTC)


def test_metric_math_keeps_its_expression_and_metrics() -> None:
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
    }
    queries = [
        {"Id": "rate", "Expression": "e/i*100", "Label": "rate", "ReturnData": True},
        {"Id": "e", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
    ]
    described = {**an_alarm().described, "Metrics": queries}
    for name in ("MetricName", "Namespace", "Dimensions", "Statistic", "Period"):
        del described[name]

    signal = signal_of(Alarm(described), a_change("orders-errors", 0, "ALARM"))

    assert [(one.id, one.expression, one.name) for one in signal.metrics] == [
        ("rate", "e/i*100", None),
        ("e", None, "Errors"),
    ]


def test_a_composite_alarm_keeps_its_rule() -> None:
    described = {
        "AlarmName": "shop",
        "AlarmArn": an_alarm("shop").arn,
        "StateValue": "ALARM",
        "AlarmRule": "ALARM(a)",
    }

    signal = signal_of(Alarm(described), a_change("shop", 0, "ALARM"))

    assert signal.alarm_rule == "ALARM(a)"
    assert signal.metrics == ()


def test_series_of_one_alarm_are_told_apart() -> None:
    cloudwatch = CloudWatch()
    series = {"AlarmContributorId": "c1", "AlarmContributorAttributes": {"TableName": "orders"}}
    cloudwatch.remembers()
    cloudwatch.remembers(an_item("ALARM", "OK", HistoryItemType="AlarmContributorStateUpdate", **series))
    [change] = cloudwatch.alarms.transitions(AT - timedelta(days=1))

    signal = signal_of(an_alarm(), change)

    assert signal.contributor is not None
    assert signal.contributor.attributes == {"TableName": "orders"}
    assert fingerprint(signal) != fingerprint(signal_of(an_alarm(), a_change("orders-errors", 0, "ALARM")))


def test_changes_come_oldest_first_and_what_says_no_state_is_left_out() -> None:
    cloudwatch = CloudWatch()
    later = an_item("OK", "ALARM", Timestamp=AT + timedelta(minutes=5))
    cloudwatch.remembers(later, an_item("ALARM", "OK"), an_item("ALARM", "OK", HistoryData="no JSON"))
    cloudwatch.remembers()

    found = cloudwatch.alarms.transitions(AT - timedelta(days=1))

    assert [one.state for one in found] == ["ALARM", "OK"]


def test_every_kind_of_alarm_is_asked_for() -> None:
    cloudwatch = CloudWatch()
    kinds = ["CompositeAlarm", "MetricAlarm", "LogAlarm"]
    cloudwatch.stub.add_response("describe_alarms", {}, {"AlarmTypes": kinds})

    assert cloudwatch.alarms.every() == []


def test_an_alarm_that_is_not_there_is_answered_with_similar_names() -> None:
    cloudwatch = CloudWatch()
    cloudwatch.stub.add_response("describe_alarms", {}, {"AlarmNames": ["order-errors"], "AlarmTypes": ANY})
    cloudwatch.describes("orders-errors", "cart-latency", token="more")
    cloudwatch.describes("prod-order-errors-high")

    with pytest.raises(CliError, match="no alarm 'order-errors' among the 3 alarms") as missing:
        cloudwatch.alarms.named("order-errors")

    assert "Did you mean orders-errors, prod-order-errors-high?" in str(missing.value)
    assert "region eu-west-1" in str(missing.value)
    assert missing.value.code == ExitCode.NOT_FOUND


def test_a_refusal_names_the_action() -> None:
    cloudwatch = CloudWatch()
    message = "User: jo is not authorized to perform: cloudwatch:DescribeAlarms on resource: *"
    cloudwatch.stub.add_client_error("describe_alarms", "AccessDenied", message, 403)

    with pytest.raises(CliError, match="lack cloudwatch:DescribeAlarms") as denied:
        cloudwatch.alarms.every()

    assert denied.value.code == ExitCode.ACCESS
