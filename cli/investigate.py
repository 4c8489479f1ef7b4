"""`investigate`: an alarm of the account, looked at now, with what the investigator function runs."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.archived import read
from cli.arguments import NO_MODEL
from cli.aws.account import local_endpoint, sign_in
from cli.aws.alarms import Alarms, action_event
from cli.aws.capped_session import CappedSession
from cli.dry_run import show_prompt
from cli.errors import CliError, ExitCode
from cli.in_memory.places import ContextFile, FolderArchive
from cli.local_pipeline import LocalPipeline, PipelineOptions
from cli.look_here import LookHere
from cli.sandboxed.tools import SandboxedTools
from cli.screen import ScreenTelemetry
from cli.watched import NotAsked, WatchedModel, WatchedTools
from triage.agent.loop import AgentLoop
from triage.app.investigate import InvestigationFailed
from triage.aws.bedrock import BedrockModel
from triage.aws.runtime import SystemClock
from triage.domain.budget import Budget
from triage.domain.home import Home
from triage.domain.report import Origin
from triage.domain.signal import AlarmState
from untrusted import new_nonce

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from cli.aws.account import Account
    from cli.screen import Screen
    from triage.ports import Clock, Model, ToolRunner

TOOL_TIMEOUT_S = 120
"""Of one call, as the tool function has by default (`tool_lambda_timeout`)."""
HISTORY = timedelta(days=30)


@dataclass(frozen=True)
class UntilThen:
    """The Deadline port over a point of the clock."""

    clock: Clock
    end: float

    def seconds_left(self) -> float:
        """Seconds until the command's own limit."""
        return self.end - self.clock.monotonic()


def run(arguments: argparse.Namespace, screen: Screen) -> ExitCode:
    """Investigate the alarm, write the report and show it."""
    context = _context(arguments.context)
    asks_model = not (arguments.first_look_only or arguments.dry_run or arguments.model == NO_MODEL)
    account = sign_in(arguments.profile, arguments.region)
    screen.phase(f"alarm {arguments.alarm} in {account.region} of {account.account_id}, as {account.arn}")
    event = _event(account, arguments.alarm, screen)
    with _sandbox(account, arguments, screen, asks_model=asks_model) as sandbox:
        model: Model = BedrockModel([arguments.model], SystemClock()) if asks_model else NotAsked()
        agent = AgentLoop(
            model=WatchedModel(model, screen) if asks_model else model,
            tools=WatchedTools(LookHere(account.session), sandbox, screen),
            clock=SystemClock(),
            budget=Budget(max_usd=arguments.max_usd),
            tool_timeout_s=TOOL_TIMEOUT_S,
            new_nonce=new_nonce,
        )
        deadline = UntilThen(agent.clock, agent.clock.monotonic() + 60 * arguments.minutes)
        screen.phase("first look")
        if arguments.dry_run:
            screen.answer(show_prompt(event, agent, deadline, context))
            return ExitCode.OK
        pipeline = _pipeline(account, agent, Path(arguments.out), context, screen)
        return _report(pipeline, event, agent, deadline, screen, asks_model=asks_model)


def _event(account: Account, name: str, screen: Screen) -> dict[str, Any]:
    """What the alarm's action carried when it last went into ALARM; else what it would say now."""
    alarms = Alarms(account)
    alarm = alarms.named(name)
    since = datetime.now(UTC) - HISTORY
    fired = [one for one in alarms.transitions(since, alarm.name) if one.state == AlarmState.ALARM]
    if alarm.state == AlarmState.ALARM and (not fired or fired[-1].contributor is None):
        return action_event(alarm, account, fired[-1] if fired else None)
    if fired:
        if alarm.state != AlarmState.ALARM:
            when = f"{fired[-1].at:%Y-%m-%d %H:%M:%S} UTC"
            screen.note(f"The alarm is {alarm.state} now; its change to ALARM at {when} is investigated.")
        return action_event(alarm, account, fired[-1])
    screen.note(f"The alarm is {alarm.state} now and was not in ALARM before: its state now is investigated.")
    return action_event(alarm, account)


@contextlib.contextmanager
def _sandbox(
    account: Account, arguments: argparse.Namespace, screen: Screen, *, asks_model: bool
) -> Iterator[ToolRunner | None]:
    """The sandbox, tried before anything runs in it; ``None`` where no model is asked."""
    if not asks_model:
        yield None
        return
    session = CappedSession(account, arguments.role_arn, f"cli-{new_nonce()}")
    session.credentials()  # before anything is spent
    tools = SandboxedTools(session.identity, account.region, TOOL_TIMEOUT_S, session.credentials, local_endpoint())
    try:
        screen.phase("sandbox")
        tools.check()
        screen.step(f"model-written code is contained, and works as {session.identity}, capped to reading")
        yield tools
    finally:
        tools.close()


def _context(path: str | None) -> ContextFile:
    """The file that says what the owners of the account wrote for the model.

    Raises:
        CliError: it cannot be read.
    """
    found = ContextFile(Path(path) if path else None)
    try:
        found.read()
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"--context {path} cannot be read: {error}") from error
    return found


def _pipeline(
    account: Account, agent: AgentLoop, out: Path, context: ContextFile, screen: Screen
) -> LocalPipeline:
    states = frozenset(AlarmState)
    return LocalPipeline(
        Home(account.partition, account.account_id, account.region),
        agent.clock,
        PipelineOptions(agent.budget, daily_usd=agent.budget.max_usd, investigate_states=states),
        FolderArchive(out),
        context=context,
        telemetry=ScreenTelemetry(screen),
    )


def _report(
    pipeline: LocalPipeline,
    event: Mapping[str, Any],
    agent: AgentLoop,
    deadline: UntilThen,
    screen: Screen,
    *,
    asks_model: bool,
) -> ExitCode:
    try:
        pipeline.investigated(event, agent, deadline)
    except InvestigationFailed as error:
        raise CliError(f"the investigation failed: {error}", ExitCode.AWS) from error
    for message in pipeline.outbox.messages:
        screen.answer(f"Subject: {message.subject}\n\n{message.body}")
    archive = pipeline.archive
    if archive.stored is None:
        raise CliError(f"the report could not be written to {archive.root}")
    for name in archive.names:
        screen.note(f"{archive.stored / name}")
    found = read(archive.stored).investigation
    if asks_model and found.report.origin is Origin.FIRST_LOOK:
        screen.note(f"No model wrote this report: {found.stopped_by}.")
        return ExitCode.NO_MODEL
    return ExitCode.OK
