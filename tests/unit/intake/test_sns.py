"""Intake of messages of SNS topics: an alarm's own notification, an event of EventBridge, several at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.events import event
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.signal import AlarmState, Contributor, Signal
from triage.intake import detect, detect_all


def message_of(name: str) -> dict[str, Any]:
    """What the only record of an event published."""
    published: dict[str, Any] = json.loads(event(name)["Records"][0]["Sns"]["Message"])
    return published


def publishing(message: Any, name: str = "sns_metric_alarm") -> dict[str, Any]:
    """The event with another message in its only record."""
    received = event(name)
    received["Records"][0]["Sns"]["Message"] = json.dumps(message)
    return received


def test_a_notification_becomes_the_signal_of_the_alarm_that_sent_it() -> None:
    signal = detect(event("sns_metric_alarm"))

    assert signal.region == "us-east-2"
    assert (signal.previous_state, signal.state) == (AlarmState.OK, AlarmState.ALARM)
    metric = signal.watched_metric
    assert metric is not None
    assert (metric.namespace, metric.name, metric.statistic, metric.period_s) == (
        "AWS/Lambda",
        "Errors",
        "Sum",
        60,
    )
    assert metric.dimensions == {"FunctionName": "prod-api-handler"}


def test_a_percentile_is_the_statistic() -> None:
    message = message_of("sns_metric_alarm")
    message["Trigger"] |= {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": "p99.9"}
    del message["Trigger"]["Statistic"]

    assert detect(publishing(message)).metrics[0].statistic == "p99.9"


def test_a_composite_alarm_names_its_children() -> None:
    signal = detect(event("sns_composite_alarm"))

    assert signal.children == ("checkout-errors",)
    assert signal.alarm_rule == "ALARM(checkout-errors) OR ALARM(checkout-latency)"


def test_a_contributor_of_a_log_alarm_is_told_apart() -> None:
    signal = detect(event("sns_log_alarm_contributor_from_documentation"))

    assert signal.contributor == Contributor("a1b2c3d4e5f6g7h8", {"endpoint": "/api/orders"})


def test_the_results_of_a_log_alarm_are_kept() -> None:
    signal = detect(event("sns_log_alarm_from_documentation"))

    assert signal.reason_data["queryResultsToAlarm"] == 3


@pytest.mark.parametrize(
    "missing", ["Region", "Trigger", "OldStateValue", "AlarmName", "AlarmDescription", "AWSAccountId"]
)
def test_what_some_notifications_leave_out_loses_no_alarm(missing: str) -> None:
    message = message_of("sns_metric_alarm")
    del message[missing]

    assert detect(publishing(message)).name == "lambda-high-error-rate"


def test_without_an_arn_the_region_is_that_of_the_topic() -> None:
    message = message_of("sns_metric_alarm")
    del message["AlarmArn"]

    assert detect(publishing(message)) == detect(event("sns_metric_alarm"))


def test_without_arn_and_topic_the_alarm_cannot_be_identified() -> None:
    message = message_of("sns_metric_alarm")
    del message["AlarmArn"]
    received = publishing(message)
    del received["Records"][0]["Sns"]["TopicArn"]

    with pytest.raises(MalformedEvent, match="AlarmArn"):
        detect(received)


def test_the_message_alone_is_read_as_well() -> None:
    assert detect(message_of("sns_metric_alarm")) == detect(event("sns_metric_alarm"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("AlarmArn", None),
        ("AlarmArn", {}),
        ("AlarmArn", "arn:aws:sns:us-east-2:123456789012:alarms"),
        ("NewStateValue", None),
        ("NewStateValue", "alarm"),
        ("StateChangeTime", None),
        ("StateChangeTime", "today"),
        ("AlarmContributorId", 7),
    ],
)
def test_a_notification_that_cannot_be_read_is_malformed_and_names_record_and_field(key: str, value: Any) -> None:
    with pytest.raises(MalformedEvent) as caught:
        detect(publishing(message_of("sns_metric_alarm") | {key: value}))

    assert str(caught.value).startswith("Records[0].Sns.Message: ")
    assert f"{key} should" in str(caught.value)
    assert "NewStateValue" in caught.value.keys


@pytest.mark.parametrize("message", [None, 7, {}, []])
def test_a_record_without_a_message_is_malformed(message: Any) -> None:
    received = event("sns_metric_alarm")
    received["Records"][0]["Sns"]["Message"] = message

    with pytest.raises(MalformedEvent, match=r"Records\[0\]\.Sns\.Message"):
        detect(received)


def test_one_bad_record_does_not_take_the_others_with_it() -> None:
    found = detect_all(event("sns_several_records"))

    assert [type(one) for one in found] == [Signal, UnsupportedEvent, MalformedEvent, Signal]
    assert "Records[2].Sns.Message" in str(found[2])


def test_an_event_with_several_messages_is_not_one_signal() -> None:
    with pytest.raises(UnsupportedEvent, match="4 messages"):
        detect(event("sns_several_records"))


@pytest.mark.parametrize("record", [None, 7, "x", [], {"eventSource": "aws:s3"}])
def test_a_foreign_record_among_those_of_a_topic_is_unsupported(record: Any) -> None:
    received = event("sns_metric_alarm")
    received["Records"].append(record)

    assert [type(one) for one in detect_all(received)] == [Signal, UnsupportedEvent]


@pytest.mark.parametrize("message", ["[" * 100_000, '"text"', "[]", "{", "NaN", "1" * 5000])
def test_a_message_that_is_no_object_is_foreign(message: str) -> None:
    received = event("sns_metric_alarm")
    received["Records"][0]["Sns"]["Message"] = message

    with pytest.raises(UnsupportedEvent):
        detect(received)
