"""Configuration: a missing or malformed variable fails at start, naming itself and what it should hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.domain.budget import Budget
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import ConfigurationError
from triage.domain.signal import AlarmState
from triage.settings import InvestigatorSettings, NoticeSettings, TriageSettings, log_level

TRIAGE = {
    "TABLE_NAME": "tracker",
    "WORK_QUEUE_URL": "https://sqs.us-east-2.amazonaws.com/123456789012/work",
    "SNS_TOPIC_ARN": "arn:aws:sns:us-east-2:123456789012:alarms",
    "INVESTIGATION_WINDOW_HOURS": "1",
    "INVESTIGATE_STATES": '["ALARM"]',
    "AWS_REGION": "us-east-2",
    "REPORTS_BUCKET": "reports",
    "GROUP_WINDOW_MINUTES": "10",
    "NOTIFY_REFIRE": "true",
    "REARM_ON_OK": "false",
}
ONLY_TRIAGE = {"INVESTIGATE_STATES", "NOTIFY_REFIRE", "REARM_ON_OK"}
INVESTIGATOR = {
    **{name: value for name, value in TRIAGE.items() if name not in ONLY_TRIAGE},
    "TOOL_FUNCTION_NAME": "tool-lambda",
    "TOOL_TIMEOUT_SECONDS": "120",
    "BEDROCK_MODEL_ID": "global.anthropic.claude-sonnet-4-6",
    "BEDROCK_FALLBACK_MODEL_IDS": "[]",
    "INVESTIGATION_BUDGET": '{"max_turns": 40, "max_tool_calls": 100, "max_tokens": 600000, "max_usd": 1}',
}


def test_a_complete_environment_is_read() -> None:
    triage = TriageSettings.from_environment(TRIAGE)
    investigator = InvestigatorSettings.from_environment(INVESTIGATOR)

    assert triage.investigate_states == {AlarmState.ALARM}
    assert triage.pipeline.window_s == 3600.0
    assert triage.pipeline.group_window_s == 600.0
    assert (triage.notify_refire, triage.rearm_on_ok) == (True, False)
    assert triage.pipeline.timing == ClaimTiming()
    assert investigator.budget == Budget()
    assert investigator.fallback_model_ids == ()
    assert investigator.tool_timeout_s == 120


@pytest.mark.parametrize("name", sorted(TRIAGE))
def test_triage_names_the_variable_that_is_missing(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} "):
        TriageSettings.from_environment({key: value for key, value in TRIAGE.items() if key != name})


@pytest.mark.parametrize("name", sorted(INVESTIGATOR))
def test_the_investigator_names_the_variable_that_is_missing(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} "):
        InvestigatorSettings.from_environment({key: value for key, value in INVESTIGATOR.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("WORK_QUEUE_URL", "work", "URL"),
        ("SNS_TOPIC_ARN", "alarms", "an ARN"),
        ("INVESTIGATION_WINDOW_HOURS", "soon", "a number from 0 to 720"),
        ("INVESTIGATION_WINDOW_HOURS", "-1", "a number from 0 to 720"),
        ("BEDROCK_FALLBACK_MODEL_IDS", "nova", "a JSON list"),
        ("BEDROCK_FALLBACK_MODEL_IDS", "[1]", "a JSON list"),
        ("INVESTIGATION_BUDGET", "[]", "a JSON object"),
        ("INVESTIGATION_BUDGET", '{"max_turn": 1}', "max_turns"),
        ("INVESTIGATION_BUDGET", '{"max_turns": 0}', "positive"),
        ("INVESTIGATION_BUDGET", '{"max_turns": true}', "positive"),
        ("TOOL_TIMEOUT_SECONDS", "901", "a number from 1 to 900"),
        ("GROUP_WINDOW_MINUTES", "-1", "a number from 0 to 1440"),
        ("LEASE_SECONDS", "0", "a number from 1 to 300"),
    ],
)
def test_a_malformed_variable_says_what_it_should_hold(name: str, value: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}.*{expected}"):
        InvestigatorSettings.from_environment(INVESTIGATOR | {name: value})


@pytest.mark.parametrize("name", ["NOTIFY_REFIRE", "REARM_ON_OK"])
def test_a_flag_is_true_or_false_and_nothing_else(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} should hold true or false"):
        TriageSettings.from_environment(TRIAGE | {name: "yes"})


def test_the_lease_can_be_set_to_scale_time() -> None:
    timing = TriageSettings.from_environment(TRIAGE | {"LEASE_SECONDS": "3"}).pipeline.timing

    assert timing == ClaimTiming(lease_s=3)


@pytest.mark.parametrize("value", ['["BROKEN"]', "[]"])
def test_unknown_or_no_states_are_refused(value: str) -> None:
    with pytest.raises(ConfigurationError, match="INVESTIGATE_STATES"):
        TriageSettings.from_environment(TRIAGE | {"INVESTIGATE_STATES": value})


@pytest.mark.parametrize(
    ("variable", "name", "parse"),
    [
        ("investigation_window_hours", "INVESTIGATION_WINDOW_HOURS", TriageSettings.from_environment),
        ("group_window_minutes", "GROUP_WINDOW_MINUTES", TriageSettings.from_environment),
        ("tool_lambda_timeout", "TOOL_TIMEOUT_SECONDS", InvestigatorSettings.from_environment),
    ],
)
def test_what_terraform_accepts_the_functions_accept(
    variable: str, name: str, parse: Callable[[dict[str, str]], object]
) -> None:
    limits = {"tool_lambda_timeout": [10, 899]}.get(variable) or upper_limit(variable)

    for value in limits:
        assert parse(TRIAGE | INVESTIGATOR | {name: str(value)})


def upper_limit(variable: str) -> list[int]:
    """The largest value the variable's validation in variables.tf lets through."""
    text = (Path(__file__).parents[2] / "variables.tf").read_text(encoding="utf-8")
    found = re.search(rf"var\.{variable} <= (\d+)", text)
    assert found is not None, f"variables.tf has no upper limit of {variable}"
    return [int(found[1])]


def test_the_notice_function_needs_only_its_topic_and_where_to_look() -> None:
    environment = {"SNS_TOPIC_ARN": "arn:aws:sns:x", "TRIAGE_LOG_GROUP": "/t", "INVESTIGATOR_LOG_GROUP": "/i"}

    assert NoticeSettings.from_environment(environment) == NoticeSettings("arn:aws:sns:x", "/t", "/i")


def test_the_log_level_has_a_default_and_is_checked() -> None:
    assert log_level({}) == "INFO"
    assert log_level({"LOG_LEVEL": "debug"}) == "DEBUG"
    with pytest.raises(ConfigurationError, match="LOG_LEVEL"):
        log_level({"LOG_LEVEL": "LOUD"})
