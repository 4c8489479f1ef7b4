"""Channels and routes from the environment: what is accepted, and what is said about the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.test_settings import INVESTIGATOR, TRIAGE
from triage.domain.errors import ConfigurationError
from triage.domain.report import Severity
from triage.domain.routes import ChannelName, Route
from triage.domain.signal import SignalSource
from triage.settings import InvestigatorSettings, TriageSettings

SECRET = "arn:aws:secretsmanager:us-east-2:123456789012:secret:slack-AbC123"
SLACK = {"SLACK_CHANNEL": json.dumps({"secret_arn": SECRET})}
MAIL = {
    "from": "Triage <triage@example.com>",
    "to": ["oncall@example.com"],
    "identity_arn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
}


def routes(*told: dict[str, Any]) -> dict[str, str]:
    """The variable that holds these routes."""
    return {"DELIVERY_ROUTES": json.dumps(told)}


def test_without_channels_there_is_the_topic_alone() -> None:
    settings = InvestigatorSettings.from_environment(INVESTIGATOR)

    assert settings.pipeline.routes.routes == ()
    assert (settings.slack, settings.email) == (None, None)


def test_routes_are_read_in_their_order() -> None:
    told = routes(
        {"channels": ["sns", "slack"], "severities": ["CRITICAL"], "sources": ["cloudwatch_alarm"]},
        {"channels": ["sns"], "tags": {"Team": "payments"}},
    )

    assert TriageSettings.from_environment(TRIAGE | told).pipeline.routes.routes == (
        Route(
            (ChannelName.SNS, ChannelName.SLACK),
            frozenset({Severity.CRITICAL}),
            frozenset({SignalSource.CLOUDWATCH_ALARM}),
        ),
        Route((ChannelName.SNS,), tags={"Team": "payments"}),
    )


def test_a_route_by_tag_needs_the_tags_of_alarms() -> None:
    quiet = TRIAGE | {"ALARM_POLICY_TAGS": "null"}
    by_tag = routes({"channels": ["sns"], "tags": {"Team": "payments"}})

    assert not TriageSettings.from_environment(quiet).reads_alarm_tags
    assert TriageSettings.from_environment(quiet | by_tag).reads_alarm_tags


def test_channels_are_read() -> None:
    told = SLACK | {"EMAIL_CHANNEL": json.dumps(MAIL | {"configuration_set": "incidents"})}
    settings = InvestigatorSettings.from_environment(
        INVESTIGATOR | told | routes({"channels": ["slack", "email"]})
    )

    assert settings.slack is not None
    assert settings.slack.secret_arn == SECRET
    assert settings.email is not None
    assert (settings.email.region, settings.email.configuration_set) == ("eu-west-1", "incidents")


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("DELIVERY_ROUTES", "{}", "a JSON list of routes"),
        ("DELIVERY_ROUTES", '[{"channel": "sns"}]', "route 1 should be an object with channels"),
        (
            "DELIVERY_ROUTES",
            '[{"channels": ["sns"]}, {"channels": ["teams"]}]',
            "channels of route 2 should list any",
        ),
        ("DELIVERY_ROUTES", '[{"channels": []}]', "at least one"),
        ("DELIVERY_ROUTES", '[{"channels": ["sns", "sns"]}]', "each channel once"),
        ("DELIVERY_ROUTES", '[{"channels": "sns"}]', "channels of route 1 should list"),
        ("DELIVERY_ROUTES", '[{"channels": ["sns"], "severities": ["SEVERE"]}]', "CRITICAL"),
        ("DELIVERY_ROUTES", '[{"channels": ["sns"], "tags": {"Team": 1}}]', "an object of texts"),
        ("DELIVERY_ROUTES", '[{"channels": ["slack"]}]', "leads to slack, but SLACK_CHANNEL is not set"),
        ("SLACK_CHANNEL", '{"secret_arn": "https://hooks.slack.com/services/x"}', "an object with secret_arn"),
        ("SLACK_CHANNEL", '"x"', "an object with secret_arn"),
        ("EMAIL_CHANNEL", "[]", "an object with from, to"),
        ("EMAIL_CHANNEL", json.dumps(MAIL | {"to": []}), "an object with from, to"),
        ("EMAIL_CHANNEL", json.dumps(MAIL | {"identity_arn": "example.com"}), "identity_arn is an ARN of SES"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_should_be(variable: str, value: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"{variable}.*{expected}"):
        InvestigatorSettings.from_environment(INVESTIGATOR | {variable: value})
