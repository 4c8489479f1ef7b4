"""A scenario played on a local AWS: seeded, its state declared, its event and truth filled in."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from evals import perturbation as perturbations
from evals import seeding
from evals.perturbation import Perturbation
from evals.scenario import Scenario, ScenarioError
from evals.templates import Setting, offset
from local_aws.control import NOW_HEADER, TOKEN_HEADER
from local_aws.process import ADMINISTRATOR, LocalAwsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import boto3.session

    from evals.truth import Truth
    from local_aws.process import Running

_EXISTED = timedelta(days=-30)
"""What seed.py makes counts as made this long ago; state.json says it of what is younger."""


@dataclass(frozen=True)
class Incident:
    """A scenario that has happened.

    Attributes:
        scenario: Which one.
        setting: Account, region and now.
        perturbation: What was changed about it.
        event: As CloudWatch sends it.
        truth: What is right, in this setting.
        denied: What this account's administrators deny to the agent besides, as access.json has it.
    """

    scenario: Scenario
    setting: Setting
    perturbation: Perturbation
    event: Mapping[str, Any]
    truth: Truth
    denied: tuple[str | Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.scenario.name


def this_minute() -> datetime:
    """Now, to the whole minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def play(scenario: Scenario, running: Running, kinds: Sequence[str], now: datetime) -> Incident:
    """Make the account what it was when the alarm went off.

    Args:
        scenario: What happened.
        running: A local AWS with nothing of another scenario in it.
        kinds: Perturbations: rename, shift, without.
        now: The moment the investigator starts, before `shift`.

    Raises:
        ScenarioError: The scenario is not of the format, or its state is refused.
    """
    plain = Setting(running.account, running.region, now)
    as_written = scenario.truth(plain, lambda document: document)
    changed = perturbations.make(kinds, as_written.names, ())
    setting = Setting(running.account, running.region, now + changed.shift)
    truth = scenario.truth(setting, changed.rename)
    changed = perturbations.make(kinds, as_written.names, truth.decisive)
    _seed(scenario, running, setting, changed)
    _declare(scenario, running, setting, changed)
    access = scenario.filled("access.json", setting, changed.rename) or {}
    event = as_sent(scenario.filled("event.json", setting, changed.rename))
    return Incident(scenario, setting, changed, event, truth, tuple(access.get("deny", ())))


def as_sent(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event as it reaches a function: that of a log subscription is packed, its times are numbers."""
    if event.get("messageType") != "DATA_MESSAGE":
        return event
    events = [{**each, "timestamp": int(each["timestamp"])} for each in event["logEvents"]]
    packed = gzip.compress(json.dumps({**event, "logEvents": events}).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}


def administrator(running: Running, at: datetime, changed: Perturbation) -> boto3.session.Session:
    """Whoever set the account up, at some time in the past."""
    headers = {NOW_HEADER: f"{at.timestamp():.0f}", TOKEN_HEADER: running.token}
    return seeding.session(running.endpoint, running.region, ADMINISTRATOR, changed, headers)


def long_ago(running: Running) -> boto3.session.Session:
    """Whoever made what is no part of an incident: long before it, so that it is no recent change."""
    return administrator(running, this_minute() + _EXISTED, Perturbation())


def _seed(scenario: Scenario, running: Running, setting: Setting, changed: Perturbation) -> None:
    seed = scenario.function("seed.py", "seed")
    assert seed is not None  # noqa: S101 - a scenario without one is refused when it is found
    session = administrator(running, setting.now + _EXISTED, changed)
    dice = random.Random(zlib.crc32(scenario.name.encode()))  # noqa: S311 - the same every time
    seed(session, setting.now, dice)


def _declare(scenario: Scenario, running: Running, setting: Setting, changed: Perturbation) -> None:
    state = scenario.filled("state.json", setting, changed.rename)
    if state is None:
        return
    state = changed.kept(_absolute(state, setting))
    for number, entry in enumerate(state.pop("alarm_states", ())):
        _set_alarm_state(running, entry, f"{scenario.folder / 'state.json'}: alarm_states[{number}]")
    try:
        running.declare(state)
    except LocalAwsError as error:
        raise ScenarioError(f"{scenario.folder / 'state.json'}: {error}") from error


def _set_alarm_state(running: Running, entry: Mapping[str, str], where: str) -> None:
    """An alarm that changed its state at some time in the past."""
    if missing := {"name", "state", "reason", "at"} - set(entry):
        raise ScenarioError(f"{where}: {', '.join(sorted(missing))} missing.")
    at = datetime.fromisoformat(entry["at"])
    cloudwatch: Any = administrator(running, at, Perturbation()).client("cloudwatch")
    data = {"StateReasonData": entry["reason_data"]} if "reason_data" in entry else {}
    try:
        cloudwatch.set_alarm_state(
            AlarmName=entry["name"], StateValue=entry["state"], StateReason=entry["reason"], **data
        )
    except ClientError as error:
        raise ScenarioError(f"{where}: {error}") from error


def _absolute(document: Any, setting: Setting) -> Any:
    """Whole values that are relative times become ISO 8601."""
    if isinstance(document, str):
        is_relative = document.startswith(("-", "+")) and offset(document) is not None
        return setting.fill("{{" + document + "}}") if is_relative else document
    if isinstance(document, list):
        return [_absolute(item, setting) for item in document]
    if isinstance(document, dict):
        return {key: _absolute(item, setting) for key, item in document.items()}
    return document
