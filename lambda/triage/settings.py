"""Configuration of the orchestrator's Lambda functions: every environment variable they read, in one place.

| variable | functions | holds |
|---|---|---|
| LOG_LEVEL | all | DEBUG, INFO, WARNING or ERROR; INFO when not set |
| POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE | all | read by Lambda Powertools itself |
| TABLE_NAME | triage, investigator | name of the Tracker table |
| WORK_QUEUE_URL | triage, investigator | URL of the work queue |
| SNS_TOPIC_ARN | all | topic that receives reports and notices |
| INVESTIGATION_WINDOW_HOURS | triage, investigator | hours during which an alarm is investigated once, 0 to 720 |
| GROUP_WINDOW_MINUTES | triage, investigator | minutes during which alarms on one resource are linked, 0 to 1440 |
| LEASE_SECONDS | triage, investigator | lease of a claim, 1 to 300; 60 when not set. Other times follow from it |
| INVESTIGATE_STATES | triage | JSON list of the alarm states to investigate |
| NOTIFY_REFIRE | triage | true or false: tell people of an alarm that fires again inside the window |
| REARM_ON_OK | triage | true or false: investigate again inside the window when the alarm was OK in between |
| REPORTS_BUCKET | triage, investigator | bucket of the Archive |
| AWS_REGION | triage, investigator | set by Lambda; the region of that bucket |
| TOOL_FUNCTION_NAME | investigator | name or ARN of the tool function |
| TOOL_TIMEOUT_SECONDS | investigator | time-out of the tool function |
| BEDROCK_MODEL_ID | investigator | model, inference profile id or ARN |
| BEDROCK_FALLBACK_MODEL_IDS | investigator | JSON list of models asked when the first is unavailable |
| TRIAGE_LOG_GROUP, INVESTIGATOR_LOG_GROUP | notice | log groups of the other functions, named in notices |
| INVESTIGATION_BUDGET | investigator | JSON object with max_turns, max_tool_calls, max_tokens, max_usd |

A missing or malformed variable fails at start with its name and what it should hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from triage.domain.budget import Budget
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import ConfigurationError
from triage.domain.signal import AlarmState

Environment = Mapping[str, str]

MAX_WINDOW_HOURS = 720
MAX_GROUP_WINDOW_MINUTES = 1440
MAX_LEASE_S = 300

_BUDGET_FIELDS: dict[str, Callable[[float], Any]] = {
    "max_turns": int,
    "max_tool_calls": int,
    "max_tokens": int,
    "max_usd": float,
}


def log_level(environment: Environment) -> str:
    """The level of the function's log.

    Raises:
        ConfigurationError: it is not a level.
    """
    level = environment.get("LOG_LEVEL", "INFO").strip().upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ConfigurationError(f"LOG_LEVEL should be DEBUG, INFO, WARNING or ERROR, found {level!r}")
    return level


@dataclass(frozen=True)
class PipelineSettings:
    """What triage and investigator share: Tracker, queue, topic, Archive, and the times of a claim."""

    table_name: str
    work_queue_url: str
    sns_topic_arn: str
    reports_bucket: str
    region: str
    window_hours: float
    group_window_minutes: float
    timing: ClaimTiming

    @property
    def window_s(self) -> float:
        """Seconds during which an alarm is investigated once."""
        return self.window_hours * 3600

    @property
    def group_window_s(self) -> float:
        """Seconds during which further alarms on a resource are linked; 0 for no grouping."""
        return self.group_window_minutes * 60

    @classmethod
    def from_environment(cls, environment: Environment) -> PipelineSettings:
        """Read and check the variables.

        Raises:
            ConfigurationError: names the variable and what it should hold.
        """
        return cls(
            table_name=_text(environment, "TABLE_NAME", "the name of the Tracker table"),
            work_queue_url=_url(environment, "WORK_QUEUE_URL"),
            sns_topic_arn=_arn(environment, "SNS_TOPIC_ARN"),
            reports_bucket=_text(environment, "REPORTS_BUCKET", "the name of the reports bucket"),
            region=_text(environment, "AWS_REGION", "a region; Lambda sets it"),
            window_hours=_number(environment, "INVESTIGATION_WINDOW_HOURS", 0, MAX_WINDOW_HOURS),
            group_window_minutes=_number(environment, "GROUP_WINDOW_MINUTES", 0, MAX_GROUP_WINDOW_MINUTES),
            timing=_timing(environment, "LEASE_SECONDS"),
        )


@dataclass(frozen=True)
class TriageSettings:
    """Configuration of the triage function."""

    pipeline: PipelineSettings
    investigate_states: frozenset[AlarmState]
    notify_refire: bool
    rearm_on_ok: bool

    @classmethod
    def from_environment(cls, environment: Environment) -> TriageSettings:
        """Read and check the variables.

        Raises:
            ConfigurationError: names the variable and what it should hold.
        """
        return cls(
            pipeline=PipelineSettings.from_environment(environment),
            investigate_states=_states(environment, "INVESTIGATE_STATES"),
            notify_refire=_flag(environment, "NOTIFY_REFIRE"),
            rearm_on_ok=_flag(environment, "REARM_ON_OK"),
        )


@dataclass(frozen=True)
class InvestigatorSettings:
    """Configuration of the investigator function."""

    pipeline: PipelineSettings
    tool_function_name: str
    tool_timeout_s: int
    model_id: str
    fallback_model_ids: tuple[str, ...]
    budget: Budget

    @classmethod
    def from_environment(cls, environment: Environment) -> InvestigatorSettings:
        """Read and check the variables.

        Raises:
            ConfigurationError: names the variable and what it should hold.
        """
        return cls(
            pipeline=PipelineSettings.from_environment(environment),
            tool_function_name=_text(environment, "TOOL_FUNCTION_NAME", "the name of the tool function"),
            tool_timeout_s=int(_number(environment, "TOOL_TIMEOUT_SECONDS", 1, 900)),
            model_id=_text(environment, "BEDROCK_MODEL_ID", "a model or inference profile id"),
            fallback_model_ids=_texts(environment, "BEDROCK_FALLBACK_MODEL_IDS"),
            budget=_budget(environment, "INVESTIGATION_BUDGET"),
        )


@dataclass(frozen=True)
class NoticeSettings:
    """Configuration of the notice function: it needs SNS and nothing else."""

    sns_topic_arn: str
    triage_log_group: str
    investigator_log_group: str

    @classmethod
    def from_environment(cls, environment: Environment) -> NoticeSettings:
        """Read and check the variables.

        Raises:
            ConfigurationError: names the variable and what it should hold.
        """
        return cls(
            sns_topic_arn=_arn(environment, "SNS_TOPIC_ARN"),
            triage_log_group=_text(environment, "TRIAGE_LOG_GROUP", "a log group of CloudWatch Logs"),
            investigator_log_group=_text(environment, "INVESTIGATOR_LOG_GROUP", "a log group of CloudWatch Logs"),
        )


def _text(environment: Environment, name: str, expected: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"{name} is not set; it should hold {expected}")
    return value


def _url(environment: Environment, name: str) -> str:
    value = _text(environment, name, "an http(s) URL")
    if not value.startswith(("https://", "http://")):
        raise ConfigurationError(f"{name} should hold an http(s) URL, found {value!r}")
    return value


def _arn(environment: Environment, name: str) -> str:
    value = _text(environment, name, "an ARN")
    if not value.startswith("arn:"):
        raise ConfigurationError(f"{name} should hold an ARN, found {value!r}")
    return value


def _number(environment: Environment, name: str, low: float, high: float) -> float:
    expected = f"a number from {low} to {high}"
    value = _text(environment, name, expected)
    try:
        number = float(value)
    except ValueError:
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}") from None
    if not low <= number <= high:
        raise ConfigurationError(f"{name} should hold {expected}, found {value}")
    return number


def _flag(environment: Environment, name: str) -> bool:
    value = _text(environment, name, "true or false")
    if value not in ("true", "false"):
        raise ConfigurationError(f"{name} should hold true or false, found {value!r}")
    return value == "true"


def _timing(environment: Environment, name: str) -> ClaimTiming:
    """The default unless set: nothing but a test has a reason to change it."""
    return ClaimTiming(_number(environment, name, 1, MAX_LEASE_S)) if environment.get(name) else ClaimTiming()


def _json(environment: Environment, name: str, expected: str) -> Any:
    value = _text(environment, name, expected)
    try:
        return json.loads(value)
    except ValueError:
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}") from None


def _texts(environment: Environment, name: str) -> tuple[str, ...]:
    expected = 'a JSON list of texts such as ["a", "b"]'
    value = _json(environment, name, expected)
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    return tuple(value)


def _states(environment: Environment, name: str) -> frozenset[AlarmState]:
    try:
        states = frozenset(AlarmState(item) for item in _texts(environment, name))
    except ValueError:
        legal = ", ".join(AlarmState)
        raise ConfigurationError(f"{name} should hold a JSON list of: {legal}") from None
    if not states:
        raise ConfigurationError(f'{name} should name at least one state, for example ["ALARM"]')
    return states


def _budget(environment: Environment, name: str) -> Budget:
    expected = f"a JSON object with any of {', '.join(_BUDGET_FIELDS)}, each a positive number"
    value = _json(environment, name, expected)
    if not isinstance(value, dict) or not set(value) <= _BUDGET_FIELDS.keys():
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    if not all(
        isinstance(item, int | float) and not isinstance(item, bool) and item > 0 for item in value.values()
    ):
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    return replace(Budget(), **{key: _BUDGET_FIELDS[key](item) for key, item in value.items()})
