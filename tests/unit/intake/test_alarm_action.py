"""Intake of the event CloudWatch sends to a Lambda alarm action."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.events import event
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.signal import AlarmState, Band, Contributor, QueryLanguage
from triage.intake import detect
from triage.intake.alarm_action import LEAST


def test_a_metric_alarm_becomes_a_signal_with_everything_an_investigation_needs() -> None:
    signal = detect(event("direct_metric_alarm"))

    assert signal.name == "lambda-high-error-rate"
    assert signal.subject == "arn:aws:cloudwatch:us-east-2:123456789012:alarm:lambda-high-error-rate"
    assert (signal.partition, signal.account_id, signal.region) == ("aws", "123456789012", "us-east-2")
    assert (signal.previous_state, signal.state) == (AlarmState.OK, AlarmState.ALARM)
    assert signal.occurred_at == datetime(2026, 11, 21, 3, 2, 0, 215_000, tzinfo=UTC)
    assert signal.reason_data["recentDatapoints"] == [31.0, 47.0]
    assert signal.description == "Triggers when Lambda errors exceed threshold"
    metric = signal.watched_metric
    assert metric is not None
    assert (metric.namespace, metric.name, metric.statistic, metric.period_s) == (
        "AWS/Lambda",
        "Errors",
        "Sum",
        60,
    )
    assert metric.dimensions == {"FunctionName": "prod-api-handler"}


def test_a_composite_alarm_needs_no_metrics() -> None:
    signal = detect(event("direct_composite_alarm"))

    assert signal.metrics == ()
    assert signal.watched_metric is None
    assert signal.alarm_rule == "ALARM(checkout-errors) OR ALARM(checkout-latency)"


def test_metric_math_points_at_the_metric_behind_the_expression() -> None:
    bent = event("direct_metric_alarm")
    plain = bent["alarmData"]["configuration"]["metrics"][0] | {"returnData": False}
    bent["alarmData"]["configuration"]["metrics"] = [
        {"id": "e1", "expression": "m1 / m2 * 100", "returnData": True},
        plain,
    ]

    signal = detect(bent)

    assert [metric.expression for metric in signal.metrics] == ["m1 / m2 * 100", None]
    assert signal.watched_metric is not None
    assert signal.watched_metric.name == "Errors"


@pytest.mark.parametrize(
    "missing",
    [
        ("alarmData", "previousState"),
        ("alarmData", "configuration"),
        ("alarmData", "state", "reasonData"),
        ("alarmData", "state", "reason"),
        ("alarmData", "alarmName"),
        ("accountId",),
        ("region",),
        ("time",),
    ],
)
def test_what_newer_alarms_leave_out_loses_no_alarm(missing: tuple[str, ...]) -> None:
    bent = event("direct_metric_alarm")
    holder = bent
    for key in missing[:-1]:
        holder = holder[key]
    del holder[missing[-1]]

    signal = detect(bent)

    assert signal.name == "lambda-high-error-rate"
    assert signal.region == "us-east-2"


@pytest.mark.parametrize("reason_data", ["{not json", "[" * 4000, "[1]", 7])
def test_reason_data_that_cannot_be_read_is_left_out(reason_data: Any) -> None:
    bent = event("direct_metric_alarm")
    bent["alarmData"]["state"]["reasonData"] = reason_data

    assert detect(bent).reason_data == {}


def test_a_name_of_255_characters_in_any_script_and_any_partition_is_kept() -> None:
    name = "警報" * 127 + "!"
    bent = event("direct_metric_alarm")
    bent["alarmArn"] = f"arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:{name}"
    bent["alarmData"]["alarmName"] = name

    signal = detect(bent)

    assert (signal.name, signal.partition, signal.region) == (name, "aws-cn", "cn-north-1")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("alarmArn",), None, "alarmArn"),
        (("alarmArn",), "arn:aws:s3:::bucket", "alarmArn"),
        (("alarmArn",), f"arn:aws:cloudwatch:us-east-2:123456789012:alarm:{'x' * 256}", "alarmArn"),
        (("alarmArn",), "", "alarmArn"),
        (("alarmArn",), 7, "alarmArn"),
        (("alarmData", "alarmContributor"), "orders", "alarmData.alarmContributor"),
        (("alarmData", "alarmContributor"), {"id": None}, "alarmData.alarmContributor.id"),
        (("alarmData", "alarmContributor"), {"attributes": {}}, "alarmData.alarmContributor.id"),
        (("alarmData",), None, "alarmData"),
        (("alarmData", "state"), "ALARM", "alarmData.state"),
        (("alarmData", "state", "value"), "BROKEN", "alarmData.state.value"),
        (("alarmData", "state", "value"), ["ALARM"], "alarmData.state.value"),
        (("alarmData", "state", "timestamp"), "yesterday", "alarmData.state.timestamp"),
        (("alarmData", "state", "timestamp"), "0001-01-01T00:00:00+23:00", "alarmData.state.timestamp"),
    ],
)
def test_an_alarm_that_cannot_be_identified_is_malformed_and_names_the_field(
    path: tuple[str, ...], value: Any, named: str
) -> None:
    bent = event("direct_metric_alarm")
    holder = bent
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value

    with pytest.raises(MalformedEvent, match=named.replace(".", r"\.")) as caught:
        detect(bent)

    assert "alarmArn" in caught.value.keys


@pytest.mark.parametrize("value", [[], {}, 3, "UNKNOWN"])
def test_an_unreadable_previous_state_is_left_out(value: Any) -> None:
    bent = event("direct_metric_alarm")
    bent["alarmData"]["previousState"] = {"value": value}

    assert detect(bent).previous_state is None


@pytest.mark.parametrize("period", [float("inf"), float("nan"), -60, "60", None])
def test_an_unreadable_period_is_left_out(period: Any) -> None:
    bent = event("direct_metric_alarm")
    bent["alarmData"]["configuration"]["metrics"][0]["metricStat"]["period"] = period

    assert detect(bent).metrics[0].period_s is None


def test_metric_math_keeps_the_expression_and_its_inputs() -> None:
    signal = detect(event("direct_metric_math_alarm"))

    assert [(metric.id, metric.returns_data) for metric in signal.metrics] == [
        ("e1", True),
        ("errors", False),
        ("invocations", False),
    ]
    assert signal.previous_state is AlarmState.INSUFFICIENT_DATA


def test_an_anomaly_tells_the_band_at_its_latest_datapoint() -> None:
    bent = event("direct_anomaly_alarm")
    data = json.loads(bent["alarmData"]["state"]["reasonData"])
    data |= {
        "recentDatapoints": [1.0, 9.5],
        "recentLowerThresholds": [2.0, 3.0],
        "recentUpperThresholds": [4.0, 5.0],
    }
    bent["alarmData"]["state"]["reasonData"] = json.dumps(data)

    signal = detect(bent)

    assert signal.band == Band(lower=3.0, upper=5.0, measured=9.5)
    assert signal.watched_metric is not None
    assert signal.watched_metric.name == "TargetResponseTime"


@pytest.mark.parametrize("junk", [None, [], ["1"], [None], [True], [1e999], "12", {}])
def test_a_band_that_cannot_be_read_is_left_out(junk: Any) -> None:
    bent = event("direct_anomaly_alarm")
    bent["alarmData"]["state"]["reasonData"] = {"recentLowerThresholds": junk, "recentUpperThresholds": junk}

    assert detect(bent).band is None


def test_a_composite_alarm_names_each_child_that_changed_once() -> None:
    arns = [f"arn:aws:cloudwatch:eu-central-1:123456789012:alarm:{name}" for name in ("a", "b: c", "a")]
    bent = event("direct_composite_alarm")
    bent["alarmData"]["state"]["reasonData"] = {"triggeringAlarms": [{"arn": arn} for arn in arns] + [None, {}]}

    assert detect(bent).children == ("a", "b: c")


def test_a_contributor_is_a_subject_of_its_own() -> None:
    one, other = event("direct_contributor"), event("direct_contributor")
    other["alarmData"]["alarmContributor"] = {"id": "ffffffffffffffff", "attributes": {"TableName": "users"}}
    whole = event("eventbridge_multi_series_alarm")

    subjects = {detect(received).subject for received in (one, other, whole)}

    assert len(subjects) == 3
    assert detect(one).contributor == Contributor("6d442278dba546f6", {"TableName": "orders"})
    assert detect(one).previous_state is None


def test_a_contributor_with_an_endless_id_still_fits_the_key_of_a_table() -> None:
    bent = event("direct_contributor")
    bent["alarmArn"] = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{'警' * 255}"
    bent["alarmData"]["alarmContributor"]["id"] = "x" * 5000

    assert len(fingerprint(detect(bent)).encode()) < 2000


@pytest.mark.parametrize("spelling", ["scheduledQueryConfiguration", "ScheduledQueryConfiguration"])
def test_a_log_alarm_tells_query_aggregation_and_log_groups(spelling: str) -> None:
    bent = event("direct_log_alarm_from_documentation")
    configuration = bent["alarmData"]["configuration"]
    configuration[spelling] = configuration.pop("scheduledQueryConfiguration")

    query = detect(bent).query

    assert query is not None
    assert query.language is QueryLanguage.LOGS
    assert query.text == "fields @timestamp, @message | filter level = 'ERROR' | stats count(*)"
    assert query.log_groups == ("/ecs/orders", "/ecs/payments")


def test_a_promql_alarm_has_a_query_and_no_reason() -> None:
    signal = detect(event("direct_promql_alarm_from_documentation"))

    assert signal.query is not None
    assert signal.query.language is QueryLanguage.PROMQL
    assert signal.query.text.endswith("> 0.8")
    assert (signal.reason, signal.reason_data, signal.metrics) == ("", {}, ())


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("direct_metric_alarm_ok", AlarmState.ALARM, AlarmState.OK),
        ("direct_metric_alarm_insufficient_data", AlarmState.OK, AlarmState.INSUFFICIENT_DATA),
    ],
)
def test_a_change_to_another_state_than_alarm_is_a_signal_too(
    name: str, before: AlarmState, after: AlarmState
) -> None:
    signal = detect(event(name))

    assert (signal.previous_state, signal.state) == (before, after)


def test_the_least_hand_made_test_event_that_an_error_asks_for_is_a_signal() -> None:
    signal = detect(json.loads(LEAST))

    assert signal == detect(event("hand_made_test"))
    assert (signal.name, signal.state) == ("my-alarm", AlarmState.ALARM)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-isob-east-1", "aws-iso-b"),
    ],
)
def test_a_hand_made_test_event_may_name_the_alarm_without_an_arn(region: str, partition: str) -> None:
    bent = event("hand_made_test_without_arn") | {"region": region}

    assert detect(bent).subject == f"arn:{partition}:cloudwatch:{region}:123456789012:alarm:订单/关键"


@pytest.mark.parametrize("part", ["accountId", "region", "alarmData.alarmName"])
def test_a_hand_made_test_event_that_names_no_alarm_is_told_what_to_send(part: str) -> None:
    bent = event("hand_made_test_without_arn")
    holder = bent["alarmData"] if "." in part else bent
    del holder[part.rpartition(".")[2]]

    with pytest.raises(MalformedEvent, match="alarmArn should be text, found nothing") as caught:
        detect(bent)

    assert LEAST in str(caught.value)


def test_an_event_that_only_smells_of_an_alarm_is_told_what_to_send() -> None:
    with pytest.raises(UnsupportedEvent, match="AlarmName, State") as caught:
        detect({"AlarmName": "my-alarm", "State": "ALARM"})

    assert LEAST in str(caught.value)


def test_half_a_surrogate_pair_is_replaced_because_no_message_could_carry_it() -> None:
    bent = event("direct_metric_alarm")
    bent["alarmData"]["state"]["reason"] = "cut \ud83d"

    assert detect(bent).reason == "cut ?"


def test_endless_texts_and_lists_are_cut() -> None:
    bent = event("direct_metric_alarm")
    bent["alarmData"]["state"]["reason"] = "r" * 1_000_000
    bent["alarmData"]["configuration"]["metrics"] *= 5000

    signal = detect(bent)

    assert (len(signal.reason), len(signal.metrics)) == (10_000, 100)


def nested(levels: int) -> Any:
    """An object in a list in an object, and so on."""
    return {"inner": [nested(levels - 1)]} if levels else {}


@pytest.mark.parametrize(
    "data", [nested(400), {"threshold": 1e999}, {"recentDatapoints": [1.5] * 20_000}, '{"threshold": NaN}']
)
def test_reason_data_that_the_work_queue_could_not_carry_is_left_out(data: Any) -> None:
    bent = event("direct_metric_alarm")
    bent["alarmData"]["state"]["reasonData"] = data

    assert detect(bent).reason_data == {}
