"""Configuration of the orchestrator's Lambda functions: every environment variable they read, in one place.

| variable | functions | holds |
|---|---|---|
| LOG_LEVEL | all | DEBUG, INFO, WARNING or ERROR; INFO when not set |
| POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE | all | read by Lambda Powertools itself |
| TABLE_NAME | triage, investigator | name of the Tracker table |
| WORK_QUEUE_URL | triage, investigator, notice | URL of the work queue |
| SNS_TOPIC_ARN | all | topic that receives reports and notices |
| INVESTIGATION_WINDOW_HOURS | triage, investigator | hours during which an alarm is investigated once, 0 to 720 |
| GROUP_WINDOW_MINUTES | triage, investigator | minutes during which alarms on one resource are linked, 0 to 1440 |
| LEASE_SECONDS | triage, investigator | lease of a claim, 1 to 300; 60 when not set. Other times follow from it |
| INVESTIGATE_STATES | triage | JSON list of the alarm states to investigate |
| NOTIFY_REFIRE | triage | true or false: tell people of an alarm that fires again inside the window |
| REARM_ON_OK | triage | true or false: investigate again inside the window when the alarm was OK in between |
| LOG_ERRORS | triage | JSON object about errors in logs (below) |
| OWN_LOG_GROUPS | triage | JSON list of the product's own log groups, whose errors are left alone |
| REPORTS_BUCKET | triage, investigator | bucket of the Archive |
| AWS_REGION | triage, investigator | set by Lambda; the region of that bucket |
| TOOL_FUNCTION_NAME | investigator | name or ARN of the tool function |
| TOOL_TIMEOUT_SECONDS | investigator | time-out of the tool function |
| MEMORY | investigator | JSON object with retention_days, or null to remember nothing; `{}` when not set |
| FIRST_LOOK | investigator | true or false: whether code looks before the model is asked; true when not set |
| OWN_RESOURCES | investigator | JSON list of names: what the module itself is made of; `[]` when not set |
| CONTEXT_KEY | investigator | key of the owners' context in the Archive's bucket; empty for none |
| BEDROCK_MODEL_ID | investigator | model, inference profile id or ARN; `none` asks no model |
| BEDROCK_FALLBACK_MODEL_IDS | investigator | JSON list of models asked when the first is unavailable |
| TRIAGE_LOG_GROUP, INVESTIGATOR_LOG_GROUP | notice | log groups of the other functions, named in notices |
| INVESTIGATION_BUDGET | triage, investigator | JSON object with max_turns, max_tool_calls, max_tokens, max_usd |
| DELIVERY_ROUTES | triage, investigator, notice | JSON list of routes (below); `[]` when not set |
| SLACK_CHANNEL | investigator | JSON object with secret_arn, or null; null when not set |
| EMAIL_CHANNEL | investigator | JSON object about e-mail through SES (below), or null; null when not set |
| STORM_GUARD | triage, investigator | JSON object with the limits of all investigations together (below) |
| MAINTENANCE_WINDOWS | triage | JSON list of maintenance windows (below) |
| ALARM_POLICY_TAGS | triage | JSON object with prefix, or null when tags state no policy |

The storm guard: max_investigations_per_hour, daily_budget_usd, daily_token_limit (null for as many as the USD buy)
and digest_interval_minutes. A maintenance window: name, schedule, duration_minutes, and where they differ from the
defaults timezone, alarm_name_patterns and alarm_tags. Errors in logs: min_occurrences, occurrence_window_minutes
and notify_refire.

A route: channels (of sns, slack and email), and where it does not take every message severities, sources and tags.
E-mail through SES: from, to, identity_arn, and maybe reply_to and configuration_set.

A missing or malformed variable fails at start with its name and what it should hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from triage import channel_settings
from triage.domain.budget import Budget
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import ConfigurationError
from triage.domain.home import Home
from triage.domain.maintenance import MAX_DURATION, MaintenanceWindow
from triage.domain.occurrences import MAX_LEAST, MAX_WITHIN, OccurrenceRule
from triage.domain.routes import ChannelName, Routes
from triage.domain.signal import AlarmState
from triage.domain.storm import StormLimits

if TYPE_CHECKING:
    from triage.channel_settings import EmailSettings, SlackSettings

Environment = Mapping[str, str]
T = TypeVar("T")

MAX_WINDOW_HOURS = 720
MAX_GROUP_WINDOW_MINUTES = 1440
MAX_LEASE_S = 300
DEFAULT_RETENTION_DAYS = 90
MAX_RETENTION_DAYS = 3650
MAX_DIGEST_INTERVAL_MINUTES = 15
"""A digest is a message of the work queue, delayed until it is due; SQS delays for 15 minutes at most."""

_BUDGET_FIELDS: dict[str, Callable[[float], Any]] = {
    "max_turns": int,
    "max_tool_calls": int,
    "max_tokens": int,
    "max_usd": float,
}
_STORM_DEFAULTS: dict[str, Any] = {
    "max_investigations_per_hour": 20,
    "daily_budget_usd": 20,
    "daily_token_limit": None,  # as many as the USD buy
    "digest_interval_minutes": 15,
}
_LOG_ERROR_DEFAULTS: dict[str, Any] = {
    "min_occurrences": 1,
    "occurrence_window_minutes": 10,
    "notify_refire": False,
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


def home_of(topic_arn: str) -> Home:
    """Where the functions run: where the topic is, which the module accepts in its own region only."""
    _, partition, _, region, account_id, *_ = topic_arn.split(":")
    return Home(partition, account_id, region)


@dataclass(frozen=True)
class StormSettings:
    """What bounds all investigations together."""

    limits: StormLimits
    digest_interval: timedelta


@dataclass(frozen=True)
class PipelineSettings:
    """What triage and investigator share: Tracker, queue, topic, Archive, the times of a claim, and the limits."""

    table_name: str
    work_queue_url: str
    sns_topic_arn: str
    reports_bucket: str
    region: str
    window_hours: float
    group_window_minutes: float
    timing: ClaimTiming
    budget: Budget
    storm: StormSettings
    routes: Routes

    @property
    def home(self) -> Home:
        """Where the function runs."""
        return replace(home_of(self.sns_topic_arn), region=self.region)

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
            budget=(budget := _budget(environment, "INVESTIGATION_BUDGET")),
            storm=_storm(environment, "STORM_GUARD", budget),
            routes=_routes(environment),
        )


@dataclass(frozen=True)
class LogErrorSettings:
    """What differs between log errors and alarms."""

    rule: OccurrenceRule
    notify_refire: bool


@dataclass(frozen=True)
class TriageSettings:
    """Configuration of the triage function."""

    pipeline: PipelineSettings
    investigate_states: frozenset[AlarmState]
    notify_refire: bool
    rearm_on_ok: bool
    log_errors: LogErrorSettings
    own_log_groups: frozenset[str]
    maintenance_windows: tuple[MaintenanceWindow, ...]
    policy_prefix: str | None

    @property
    def reads_alarm_tags(self) -> bool:
        """Whether anything depends on the tags of alarms."""
        in_windows = any(window.alarm_tags for window in self.maintenance_windows)
        return self.policy_prefix is not None or in_windows or bool(self.pipeline.routes.tag_keys)

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
            log_errors=_log_errors(environment, "LOG_ERRORS"),
            own_log_groups=frozenset(_texts(environment, "OWN_LOG_GROUPS")),
            maintenance_windows=_windows(environment, "MAINTENANCE_WINDOWS"),
            policy_prefix=_policy_prefix(environment, "ALARM_POLICY_TAGS"),
        )


@dataclass(frozen=True)
class InvestigatorSettings:
    """Configuration of the investigator function."""

    pipeline: PipelineSettings
    tool_function_name: str
    tool_timeout_s: int
    model_ids: tuple[str, ...]
    """Asked in this order; none when the module was told to ask no model."""
    takes_first_look: bool
    memory_retention: timedelta | None
    """How long investigations are remembered; ``None`` when they are not."""
    own_resources: tuple[str, ...]
    """Names of what the module itself is made of; a first look leaves them out."""
    context_key: str
    """Of what the account's owners wrote about it; empty for nothing."""
    slack: SlackSettings | None
    email: EmailSettings | None

    @classmethod
    def from_environment(cls, environment: Environment) -> InvestigatorSettings:
        """Read and check the variables.

        Raises:
            ConfigurationError: names the variable and what it should hold.
        """
        pipeline = PipelineSettings.from_environment(environment)
        slack, email = _channels(environment, pipeline.routes)
        return cls(
            pipeline=pipeline,
            slack=slack,
            email=email,
            tool_function_name=_text(environment, "TOOL_FUNCTION_NAME", "the name of the tool function"),
            tool_timeout_s=int(_number(environment, "TOOL_TIMEOUT_SECONDS", 1, 900)),
            model_ids=_model_ids(environment),
            takes_first_look=_flag({"FIRST_LOOK": "true", **environment}, "FIRST_LOOK"),
            memory_retention=_memory({"MEMORY": "{}", **environment}, "MEMORY"),
            own_resources=_texts({"OWN_RESOURCES": "[]", **environment}, "OWN_RESOURCES"),
            context_key=environment.get("CONTEXT_KEY", ""),
        )


def _model_ids(environment: Environment) -> tuple[str, ...]:
    first = _text(environment, "BEDROCK_MODEL_ID", "a model or inference profile id, or none")
    return () if first == "none" else (first, *_texts(environment, "BEDROCK_FALLBACK_MODEL_IDS"))


@dataclass(frozen=True)
class NoticeSettings:
    """Configuration of the notice function: it needs SNS and nothing else.

    Attributes:
        work_queue_url: by which optional channels get their notices, when the topic has them.
    """

    sns_topic_arn: str
    work_queue_url: str
    routes: Routes
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
            work_queue_url=_url(environment, "WORK_QUEUE_URL"),
            routes=_routes(environment),
            triage_log_group=_text(environment, "TRIAGE_LOG_GROUP", "a log group of CloudWatch Logs"),
            investigator_log_group=_text(environment, "INVESTIGATOR_LOG_GROUP", "a log group of CloudWatch Logs"),
        )


def _routes(environment: Environment) -> Routes:
    return _read({"DELIVERY_ROUTES": "[]", **environment}, "DELIVERY_ROUTES", channel_settings.routes)


def _channels(environment: Environment, routes: Routes) -> tuple[SlackSettings | None, EmailSettings | None]:
    """The optional channels; every one that a route leads to must be there."""
    given = {"SLACK_CHANNEL": "null", "EMAIL_CHANNEL": "null", **environment}
    slack = _read(given, "SLACK_CHANNEL", channel_settings.slack)
    email = _read(given, "EMAIL_CHANNEL", channel_settings.email)
    for name, variable, there in (
        (ChannelName.SLACK, "SLACK_CHANNEL", slack),
        (ChannelName.EMAIL, "EMAIL_CHANNEL", email),
    ):
        if name in routes.used and there is None:
            raise ConfigurationError(f"DELIVERY_ROUTES leads to {name.value}, but {variable} is not set")
    return slack, email


def _read(environment: Environment, name: str, reader: Callable[[Any], T]) -> T:
    value = _json(environment, name, "JSON, see the documentation")
    try:
        return reader(value)
    except ConfigurationError as error:
        raise ConfigurationError(f"{name} {error}") from None


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
    if not value.startswith("arn:") or value.count(":") < 5:
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


def _storm(environment: Environment, name: str, budget: Budget) -> StormSettings:
    expected = f"a JSON object with any of {', '.join(_STORM_DEFAULTS)}, each a positive number"
    value = _json(environment, name, expected)
    if not isinstance(value, dict) or not set(value) <= _STORM_DEFAULTS.keys():
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    given = _STORM_DEFAULTS | value
    tokens = given.pop("daily_token_limit")
    if not all(map(_is_positive, given.values())) or not (tokens is None or _is_positive(tokens)):
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    minutes = given["digest_interval_minutes"]
    if not 1 <= minutes <= MAX_DIGEST_INTERVAL_MINUTES:
        raise ConfigurationError(
            f"{name}: digest_interval_minutes should be from 1 to {MAX_DIGEST_INTERVAL_MINUTES}, found {minutes}"
        )
    per_hour = int(given["max_investigations_per_hour"])
    daily_tokens = None if tokens is None else int(tokens)
    limits = StormLimits.of(per_hour, float(given["daily_budget_usd"]), daily_tokens, budget)
    return StormSettings(limits, timedelta(minutes=minutes))


def _log_errors(environment: Environment, name: str) -> LogErrorSettings:
    expected = f"a JSON object with any of {', '.join(_LOG_ERROR_DEFAULTS)}"
    value = _json(environment, name, expected)
    if not isinstance(value, dict) or not set(value) <= _LOG_ERROR_DEFAULTS.keys():
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    given = _LOG_ERROR_DEFAULTS | value
    least, minutes, tells = given.values()
    if not _is_positive(least) or least != int(least) or least > MAX_LEAST:
        raise ConfigurationError(f"{name}: min_occurrences should be from 1 to {MAX_LEAST}, found {least!r}")
    if not _is_positive(minutes) or timedelta(minutes=minutes) > MAX_WITHIN:
        raise ConfigurationError(f"{name}: occurrence_window_minutes should be from 1 to 1440, found {minutes!r}")
    if not isinstance(tells, bool):
        raise ConfigurationError(f"{name}: notify_refire should be true or false, found {tells!r}")
    return LogErrorSettings(OccurrenceRule(int(least), timedelta(minutes=minutes)), tells)


def _memory(environment: Environment, name: str) -> timedelta | None:
    expected = f'a JSON object such as {{"retention_days": {DEFAULT_RETENTION_DAYS}}}, or null'
    value = _json(environment, name, expected)
    if value is None:
        return None
    if not isinstance(value, dict) or not set(value) <= {"retention_days"}:
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    days = value.get("retention_days", DEFAULT_RETENTION_DAYS)
    if not _is_positive(days) or not 1 <= days <= MAX_RETENTION_DAYS:
        bounds = f"from 1 to {MAX_RETENTION_DAYS}"
        raise ConfigurationError(f"{name}: retention_days should be {bounds}, found {days!r}")
    return timedelta(days=days)


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _windows(environment: Environment, name: str) -> tuple[MaintenanceWindow, ...]:
    expected = "a JSON list of objects with name, schedule and duration_minutes, see the documentation"
    value = _json(environment, name, expected)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    try:
        return tuple(_window(**item) for item in value)
    except TypeError:
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}") from None
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from None


def _window(
    name: str,
    schedule: str,
    duration_minutes: float,
    timezone: str = "UTC",
    alarm_name_patterns: list[str] | None = None,
    alarm_tags: dict[str, str] | None = None,
) -> MaintenanceWindow:
    from triage.cron import CronSchedule  # noqa: PLC0415 - most functions have no windows, and start without it

    duration = timedelta(minutes=duration_minutes)
    if not timedelta(0) < duration <= MAX_DURATION:
        raise ValueError(f"duration_minutes of {name!r} should be from 1 to 10080, found {duration_minutes}")
    return MaintenanceWindow(
        name,
        CronSchedule(schedule, timezone),
        duration,
        tuple(alarm_name_patterns if alarm_name_patterns is not None else ["*"]),
        alarm_tags or {},
    )


def _policy_prefix(environment: Environment, name: str) -> str | None:
    expected = 'a JSON object such as {"prefix": "alarm-triage:"}, or null'
    value = _json(environment, name, expected)
    if value is None:
        return None
    prefix = value.get("prefix") if isinstance(value, dict) else None
    if not isinstance(prefix, str) or not prefix:
        raise ConfigurationError(f"{name} should hold {expected}, found {value!r}")
    return prefix if value.get("enabled", True) else None
