"""Intake of alarm state changes that come through EventBridge."""

from __future__ import annotations

from typing import Any

import pytest

from tests.events import event
from triage.domain.errors import MalformedEvent
from triage.domain.signal import AlarmState
from triage.intake import detect


def test_a_state_change_on_the_bus_becomes_a_signal() -> None:
    signal = detect(event("eventbridge_metric_alarm"))

    assert (signal.name, signal.region, signal.account_id) == (
        "lambda-high-error-rate",
        "us-east-2",
        "123456789012",
    )
    assert (signal.previous_state, signal.state) == (AlarmState.OK, AlarmState.ALARM)
    assert signal.occurred_at.microsecond == 215_000


@pytest.mark.parametrize("missing", ["account", "region", "time", "version", "id"])
def test_what_the_arn_says_as_well_may_be_missing(missing: str) -> None:
    bent = event("eventbridge_metric_alarm")
    del bent[missing]

    assert detect(bent) == detect(event("eventbridge_metric_alarm"))


@pytest.mark.parametrize("resources", [[], None])
def test_an_event_without_resources_names_its_alarm_by_account_region_and_name(
    resources: list[str] | None,
) -> None:
    bent = event("eventbridge_metric_alarm")
    del bent["resources"]
    if resources is not None:
        bent["resources"] = resources

    assert detect(bent) == detect(event("eventbridge_metric_alarm"))


def test_region_and_account_are_those_of_the_alarm_whatever_bus_it_came_over() -> None:
    forwarded = event("eventbridge_metric_alarm") | {"account": "210987654321", "region": "eu-west-1"}

    assert detect(forwarded) == detect(event("eventbridge_metric_alarm"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("eventbridge_composite_alarm_suppressed", "WaitPeriod (deploy-window)"),
        ("eventbridge_composite_alarm", None),
    ],
)
def test_a_change_whose_actions_are_held_back_says_by_what(name: str, shown: str | None) -> None:
    assert detect(event(name)).suppressed_by == shown


def test_a_change_under_a_mute_rule_names_the_rule() -> None:
    bent = event("eventbridge_metric_alarm")
    rule = "arn:aws:cloudwatch:us-east-2:123456789012:alarm-mute-rule:night"
    bent["detail"]["muteDetail"] = {"mutedByArn": rule, "muteWindowStart": "2026-11-21T00:00:00.000+0000"}

    assert detect(bent).suppressed_by == "mute rule night"


@pytest.mark.parametrize(
    ("name", "path", "value", "named"),
    [
        ("eventbridge_metric_alarm", ("detail",), None, "detail"),
        ("eventbridge_metric_alarm", ("detail",), "text", "detail"),
        ("eventbridge_metric_alarm", ("resources",), None, "resources"),
        ("eventbridge_metric_alarm", ("resources",), [None], "resources"),
        ("eventbridge_metric_alarm", ("resources",), ["arn:aws:s3:::bucket"], "resources[0]"),
        ("eventbridge_metric_alarm", ("detail", "state"), [], "detail.state"),
        ("eventbridge_metric_alarm", ("detail", "state", "value"), None, "detail.state.value"),
        ("eventbridge_metric_alarm", ("detail", "state", "timestamp"), 1763694120, "detail.state.timestamp"),
        ("eventbridge_contributor", ("detail", "alarmContributor"), None, "detail.alarmContributor"),
        ("eventbridge_contributor", ("detail", "alarmContributor", "id"), "", "detail.alarmContributor.id"),
    ],
)
def test_an_event_that_cannot_be_read_is_malformed_and_names_the_field(
    name: str, path: tuple[str, ...], value: Any, named: str
) -> None:
    bent = event(name)
    holder = bent
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value

    with pytest.raises(MalformedEvent) as caught:
        detect(bent)

    assert f": {named} should" in str(caught.value)
    assert "detail-type" in caught.value.keys
