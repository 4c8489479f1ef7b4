"""Configuration: a missing or malformed variable fails at start, naming itself and what it should hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.domain.budget import Budget
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import ConfigurationError
from triage.domain.home import Home
from triage.domain.occurrences import OccurrenceRule
from triage.domain.routes import Routes
from triage.domain.signal import AlarmState
from triage.domain.storm import StormLimits
from triage.settings import InvestigatorSettings, LogErrorSettings, NoticeSettings, TriageSettings, log_level

ROOT = Path(__file__).parents[2]
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
    "INVESTIGATION_BUDGET": '{"max_turns": 40, "max_tool_calls": 100, "max_tokens": 600000, "max_usd": 1}',
    "STORM_GUARD": (
        '{"max_investigations_per_hour": 20, "daily_budget_usd": 20, "daily_token_limit": null, '
        '"digest_interval_minutes": 15}'
    ),
    "LOG_ERRORS": '{"min_occurrences": 5, "occurrence_window_minutes": 3, "notify_refire": true}',
    "OWN_LOG_GROUPS": '["/aws/lambda/triage-handler", "/aws/lambda/tool-lambda"]',
    "MAINTENANCE_WINDOWS": "[]",
    "ALARM_POLICY_TAGS": '{"enabled": true, "prefix": "alarm-triage:"}',
}
ONLY_TRIAGE = {
    "INVESTIGATE_STATES",
    "NOTIFY_REFIRE",
    "REARM_ON_OK",
    "LOG_ERRORS",
    "OWN_LOG_GROUPS",
    "MAINTENANCE_WINDOWS",
    "ALARM_POLICY_TAGS",
}
INVESTIGATOR = {
    **{name: value for name, value in TRIAGE.items() if name not in ONLY_TRIAGE},
    "TOOL_FUNCTION_NAME": "tool-lambda",
    "TOOL_TIMEOUT_SECONDS": "120",
    "BEDROCK_MODEL_ID": "global.anthropic.claude-sonnet-4-6",
    "BEDROCK_FALLBACK_MODEL_IDS": "[]",
}


def test_a_complete_environment_is_read() -> None:
    triage = TriageSettings.from_environment(TRIAGE)
    investigator = InvestigatorSettings.from_environment(INVESTIGATOR)

    assert triage.investigate_states == {AlarmState.ALARM}
    assert triage.pipeline.window_s == 3600.0
    assert triage.pipeline.group_window_s == 600.0
    assert (triage.notify_refire, triage.rearm_on_ok) == (True, False)
    assert triage.pipeline.timing == ClaimTiming()
    assert investigator.pipeline.budget == Budget()
    assert investigator.model_ids == ("global.anthropic.claude-sonnet-4-6",)
    assert investigator.tool_timeout_s == 120


def test_models_are_asked_in_the_order_given_and_none_asks_none() -> None:
    fallback = {"BEDROCK_FALLBACK_MODEL_IDS": '["global.amazon.nova-2-lite-v1:0"]'}

    asks = InvestigatorSettings.from_environment(INVESTIGATOR | fallback)
    asks_none = InvestigatorSettings.from_environment(INVESTIGATOR | fallback | {"BEDROCK_MODEL_ID": "none"})

    assert asks.model_ids == ("global.anthropic.claude-sonnet-4-6", "global.amazon.nova-2-lite-v1:0")
    assert asks_none.model_ids == ()


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
        ("STORM_GUARD", "[]", "a JSON object"),
        ("STORM_GUARD", '{"per_hour": 1}', "max_investigations_per_hour"),
        ("STORM_GUARD", '{"daily_budget_usd": 0}', "positive"),
        ("STORM_GUARD", '{"daily_token_limit": "many"}', "positive"),
        ("STORM_GUARD", '{"digest_interval_minutes": 16}', "from 1 to 15"),
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
    text = (ROOT / "variables.tf").read_text(encoding="utf-8")
    found = re.search(rf"var\.{variable} <= (\d+)", text)
    assert found is not None, f"variables.tf has no upper limit of {variable}"
    return [int(found[1])]


def test_the_notice_function_needs_only_its_topic_the_queue_and_where_to_look() -> None:
    environment = {
        "SNS_TOPIC_ARN": "arn:aws:sns:us-east-2:123456789012:x",
        "WORK_QUEUE_URL": TRIAGE["WORK_QUEUE_URL"],
        "TRIAGE_LOG_GROUP": "/t",
        "INVESTIGATOR_LOG_GROUP": "/i",
    }

    assert NoticeSettings.from_environment(environment) == NoticeSettings(
        "arn:aws:sns:us-east-2:123456789012:x", TRIAGE["WORK_QUEUE_URL"], Routes(), "/t", "/i"
    )


def test_the_log_level_has_a_default_and_is_checked() -> None:
    assert log_level({}) == "INFO"
    assert log_level({"LOG_LEVEL": "debug"}) == "DEBUG"
    with pytest.raises(ConfigurationError, match="LOG_LEVEL"):
        log_level({"LOG_LEVEL": "LOUD"})


def test_the_storm_guard_is_read_and_tokens_follow_from_the_usd() -> None:
    guard = {"max_investigations_per_hour": 5, "daily_budget_usd": 2.5}
    storm = TriageSettings.from_environment(TRIAGE | {"STORM_GUARD": json.dumps(guard)}).pipeline.storm

    assert storm.limits == StormLimits(per_hour=5, daily_micro_usd=2_500_000, daily_tokens=1_500_000)
    assert storm.digest_interval == timedelta(minutes=15)


def test_a_token_limit_of_its_own_replaces_what_the_usd_buy() -> None:
    guard = json.dumps({"daily_token_limit": 9_000_000, "digest_interval_minutes": 5})
    storm = InvestigatorSettings.from_environment(INVESTIGATOR | {"STORM_GUARD": guard}).pipeline.storm

    assert storm.limits == StormLimits(20, 20_000_000, 9_000_000)
    assert storm.digest_interval == timedelta(minutes=5)


def test_maintenance_windows_are_read_with_their_defaults() -> None:
    windows = json.dumps(
        [
            {"name": "nightly", "schedule": "0 22 * * *", "duration_minutes": 90},
            {
                "name": "patching",
                "schedule": "0 2 * * SUN",
                "duration_minutes": 240,
                "timezone": "Europe/Berlin",
                "alarm_name_patterns": ["batch-*"],
                "alarm_tags": {"team": "data"},
            },
        ]
    )
    nightly, patching = TriageSettings.from_environment(
        TRIAGE | {"MAINTENANCE_WINDOWS": windows}
    ).maintenance_windows

    assert (nightly.name, nightly.duration, nightly.alarm_name_patterns) == (
        "nightly",
        timedelta(minutes=90),
        ("*",),
    )
    assert nightly.is_open(datetime(2026, 11, 21, 23, 29, tzinfo=UTC))
    assert patching.is_open(datetime(2026, 11, 22, 1, 0, tzinfo=UTC))  # 02:00 in Berlin
    assert patching.is_about("batch-7", {"team": "data"})
    assert not patching.is_about("batch-7", {})


@pytest.mark.parametrize(
    ("windows", "problem"),
    [
        ("{}", "a JSON list"),
        ("[1]", "a JSON list"),
        ('[{"name": "x"}]', "name, schedule and duration_minutes"),
        ('[{"name": "x", "schedule": "0 2 * *", "duration_minutes": 5}]', "should have five fields"),
        ('[{"name": "x", "schedule": "0 2 * * *", "duration_minutes": 0}]', "duration_minutes of 'x'"),
        ('[{"name": "x", "schedule": "0 2 * * *", "duration_minutes": 10081}]', "duration_minutes of 'x'"),
        (
            '[{"name": "x", "schedule": "0 2 * * *", "duration_minutes": 5, "timezone": "Mars/Base"}]',
            "time zone 'Mars/Base' is not known",
        ),
        ('[{"name": "x", "schedule": "0 2 * * *", "duration_minutes": 5, "zone": "UTC"}]', "a JSON list"),
    ],
)
def test_a_malformed_maintenance_window_says_what_to_write(windows: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(problem)) as caught:
        TriageSettings.from_environment(TRIAGE | {"MAINTENANCE_WINDOWS": windows})

    assert str(caught.value).startswith("MAINTENANCE_WINDOWS")


@pytest.mark.parametrize(
    ("tags", "windows", "prefix", "reads"),
    [
        ("null", [], None, False),
        ('{"enabled": true, "prefix": "a:"}', [], "a:", True),
        ('{"enabled": false, "prefix": "a:"}', [], None, False),
        ("null", [{}], None, False),
        ("null", [{"alarm_tags": {"team": "data"}}], None, True),
    ],
)
def test_tags_are_read_only_where_something_depends_on_them(
    tags: str, windows: list[dict[str, object]], prefix: str | None, reads: bool
) -> None:
    written = [{"name": "x", "schedule": "0 2 * * *", "duration_minutes": 5} | window for window in windows]
    settings = TriageSettings.from_environment(
        TRIAGE | {"ALARM_POLICY_TAGS": tags, "MAINTENANCE_WINDOWS": json.dumps(written)}
    )

    assert settings.policy_prefix == prefix
    assert settings.reads_alarm_tags is reads


def test_without_maintenance_windows_nothing_of_cron_is_imported() -> None:
    program = (
        "import json, sys; from triage.settings import TriageSettings; "
        "TriageSettings.from_environment(json.loads(sys.argv[1])); "
        "assert not {'cronsim', 'zoneinfo', 'tzdata'} & set(sys.modules)"
    )
    finished = subprocess.run(  # noqa: S603 - this interpreter, with the program above
        [sys.executable, "-c", program, json.dumps(TRIAGE)],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": f"{ROOT / 'lambda'}:{ROOT / 'layer'}"},
    )

    assert finished.returncode == 0, finished.stderr


def test_the_rule_of_log_errors_is_read() -> None:
    settings = TriageSettings.from_environment(TRIAGE)

    assert settings.log_errors == LogErrorSettings(OccurrenceRule(5, timedelta(minutes=3)), notify_refire=True)
    assert settings.own_log_groups == {"/aws/lambda/triage-handler", "/aws/lambda/tool-lambda"}
    assert settings.pipeline.home == Home("aws", "123456789012", "us-east-2")


def test_what_the_rule_of_log_errors_leaves_out_keeps_its_default() -> None:
    settings = TriageSettings.from_environment(TRIAGE | {"LOG_ERRORS": "{}"})

    assert settings.log_errors == LogErrorSettings(OccurrenceRule(1, timedelta(minutes=10)), notify_refire=False)


@pytest.mark.parametrize(
    "written",
    [
        "null",
        "[]",
        "5",
        '{"other": 1}',
        '{"min_occurrences": 0}',
        '{"min_occurrences": 1.5}',
        '{"min_occurrences": 1001}',
        '{"min_occurrences": true}',
        '{"occurrence_window_minutes": 0}',
        '{"occurrence_window_minutes": 1441}',
        '{"occurrence_window_minutes": "10"}',
        '{"notify_refire": 1}',
    ],
)
def test_a_rule_of_log_errors_that_cannot_be_meant_is_refused_by_name(written: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^LOG_ERRORS"):
        TriageSettings.from_environment(TRIAGE | {"LOG_ERRORS": written})


def test_investigations_are_remembered_for_as_long_as_the_settings_say() -> None:
    def retention(written: str | None) -> timedelta | None:
        given = {} if written is None else {"MEMORY": written}
        return InvestigatorSettings.from_environment(INVESTIGATOR | given).memory_retention

    assert retention(None) == retention("{}") == timedelta(days=90)
    assert retention('{"retention_days": 30}') == timedelta(days=30)
    assert retention("null") is None


@pytest.mark.parametrize(
    "written",
    [
        "[]",
        "5",
        "true",
        '{"days": 5}',
        '{"retention_days": 0}',
        '{"retention_days": 0.5}',
        '{"retention_days": 3651}',
        '{"retention_days": "90"}',
        '{"retention_days": null}',
        '{"retention_days": true}',
    ],
)
def test_a_memory_that_cannot_be_meant_is_refused_by_name(written: str) -> None:
    with pytest.raises(ConfigurationError, match="MEMORY"):
        InvestigatorSettings.from_environment(INVESTIGATOR | {"MEMORY": written})
