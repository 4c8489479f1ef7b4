"""Intake of the event CloudWatch sends to a Lambda alarm action."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.events import event
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.signal import AlarmState, Signal
from triage.intake import detect


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


@pytest.mark.parametrize(
    "foreign",
    [
        {},
        [],
        None,
        "ALARM",
        {"Records": [{"eventSource": "aws:s3"}]},
        {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm Configuration Change", "detail": {}},
    ],
)
def test_what_is_not_ours_is_unsupported(foreign: Any) -> None:
    with pytest.raises(UnsupportedEvent):
        detect(foreign)


def test_an_unsupported_event_is_described_by_its_keys_alone() -> None:
    with pytest.raises(UnsupportedEvent) as caught:
        detect({"password": "hunter2"})

    assert "password" in str(caught.value)
    assert "hunter2" not in str(caught.value)


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


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def bent_alarms(draw: st.DrawFn) -> dict[str, Any]:
    """A real alarm event in which some places hold junk."""
    bent = event("direct_metric_alarm")
    for _ in range(draw(st.integers(1, 4))):
        _bend(draw, bent)
    return bent


def _bend(draw: st.DrawFn, value: Any) -> None:
    while True:
        if isinstance(value, dict) and value:
            key = draw(st.sampled_from(sorted(value)))
        elif isinstance(value, list) and value:
            key = draw(st.integers(0, len(value) - 1))
        else:
            return
        if not isinstance(value[key], dict | list) or draw(st.booleans()):
            value[key] = draw(JSON)
            return
        value = value[key]


@given(bent_alarms())
def test_junk_gives_a_signal_or_one_clear_error(bent: dict[str, Any]) -> None:
    before = deepcopy(bent)
    try:
        signal = detect(bent)
    except (MalformedEvent, UnsupportedEvent) as error:
        assert str(error)
    else:
        assert Signal.from_json(signal.to_json()) == signal
    assert bent == before
