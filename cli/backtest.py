"""`backtest`: what the module would have done with the alarms of the last weeks, and what it would have cost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.aws.account import sign_in
from cli.aws.alarms import Alarm, Alarms, action_event
from cli.backtest_page import page
from cli.errors import ExitCode
from cli.flapping import flappers
from cli.in_memory.places import FolderArchive
from cli.local_pipeline import LocalPipeline, PipelineOptions
from cli.simulated.clock import SimulatedClock
from cli.simulated.run import Assumed, Happened, Simulation
from triage.domain.budget import Budget, TokenUsage, Usage
from triage.domain.home import Home
from triage.domain.prices import price_of
from triage.domain.signal import AlarmState

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from cli.aws.account import Account
    from cli.aws.alarms import Transition
    from cli.screen import Screen

_TURNS = 4


def run(arguments: argparse.Namespace, screen: Screen) -> ExitCode:
    """Read the history, play it, show what came of it."""
    account = sign_in(arguments.profile, arguments.region)
    screen.phase(f"alarm history of {account.account_id} in {account.region}, as {account.arn}")
    known = Alarms(account)
    alarms = known.every(arguments.alarm_prefix)
    since = datetime.now(UTC) - timedelta(days=arguments.days)
    transitions = [one for one in known.transitions(since) if _is_asked_for(one.alarm_name, arguments)]
    screen.step(f"{len(alarms):,} alarms, {len(transitions):,} changes of state")
    result = backtested(arguments, account, alarms, transitions)
    screen.answer(json.dumps(result, indent=2, ensure_ascii=False) if arguments.json else page(result))
    return ExitCode.OK


def backtested(
    arguments: argparse.Namespace, account: Account, alarms: Sequence[Alarm], transitions: Sequence[Transition]
) -> dict[str, Any]:
    """The simulation's result as JSON values: the one document that both forms of output show."""
    budget = Budget(max_usd=arguments.max_usd)
    assumed = Assumed(timedelta(minutes=arguments.minutes), _usage(arguments, budget), arguments.concurrency)
    options = PipelineOptions(
        budget,
        timedelta(hours=arguments.window_hours),
        timedelta(minutes=arguments.group_minutes),
        arguments.per_hour,
        arguments.daily_usd,
        timedelta(minutes=arguments.digest_minutes),
        not arguments.no_refire_notices,
        arguments.rearm_on_ok,
    )
    now = datetime.now(UTC)
    clock = SimulatedClock(transitions[0].at if transitions else now)
    home = Home(account.partition, account.account_id, account.region)
    pipeline = LocalPipeline(home, clock, options, FolderArchive(Path()))
    tally = Simulation(pipeline, clock, assumed).run(_events(account, alarms, transitions))
    priced = assumed.usage.priced
    return {
        "account": account.account_id,
        "region": account.region,
        "asked_since": (now - timedelta(days=arguments.days)).isoformat(timespec="seconds"),
        "oldest": transitions[0].at.isoformat(timespec="seconds") if transitions else None,
        "until": now.isoformat(timespec="seconds"),
        "alarms": len(alarms),
        "alarms_that_rang": len({one.alarm_name for one in transitions if one.state == AlarmState.ALARM}),
        "settings": _settings(arguments),
        "assumed": {
            "model": arguments.model,
            "input_tokens": arguments.input_tokens,
            "output_tokens": arguments.output_tokens,
            "usd_per_investigation": round(assumed.usage.usd, 4) if priced else None,
            "minutes_per_investigation": arguments.minutes,
        },
        "total": tally.total.to_json(),
        "days": {day: counts.to_json() for day, counts in sorted(tally.days.items())},
        "costliest": _costliest(tally.alarms, arguments.top),
        "flapping": [one.to_json() for one in flappers(transitions, alarms, arguments.top)],
    }


def _is_asked_for(name: str, arguments: argparse.Namespace) -> bool:
    excluded = tuple(arguments.exclude_prefix or ())
    return name.startswith(arguments.alarm_prefix or "") and not (excluded and name.startswith(excluded))


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    return {
        "investigation_window_hours": arguments.window_hours,
        "group_window_minutes": arguments.group_minutes,
        "max_investigations_per_hour": arguments.per_hour,
        "daily_budget_usd": arguments.daily_usd,
        "digest_interval_minutes": arguments.digest_minutes,
        "notify_refire": not arguments.no_refire_notices,
        "rearm_on_ok": arguments.rearm_on_ok,
        "max_concurrent_investigations": arguments.concurrency,
        "max_usd": arguments.max_usd,
    }


def _usage(arguments: argparse.Namespace, budget: Budget) -> Usage:
    """What one investigation uses; the budget would have stopped a dearer one."""
    price = price_of(arguments.model)
    tokens = TokenUsage(arguments.input_tokens, arguments.output_tokens)
    usd = min(price.cost(tokens), budget.max_usd) if price else 0.0
    return Usage(_TURNS, 0, tokens, usd, priced=price is not None)


def _events(account: Account, alarms: Sequence[Alarm], transitions: Sequence[Transition]) -> list[Happened]:
    """The events of the transitions; an alarm that was deleted since has its name and little else.

    Reasons and descriptions are left out: nothing is decided by them, and to redact them takes most of the time.
    """
    known = {alarm.name: _without_words(alarm) for alarm in alarms}
    found = []
    for one in transitions:
        alarm = known.get(one.alarm_name) or _deleted(account, one.alarm_name)
        short = replace(one, before=_state_of(one.before), after=_state_of(one.after))
        rings = one.state == AlarmState.ALARM
        found.append(Happened(one.at, action_event(alarm, account, short), one.alarm_name, rings))
    return found


def _without_words(alarm: Alarm) -> Alarm:
    return Alarm({key: value for key, value in alarm.described.items() if key != "AlarmDescription"})


def _state_of(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"stateValue": told.get("stateValue")}


def _deleted(account: Account, name: str) -> Alarm:
    arn = f"arn:{account.partition}:cloudwatch:{account.region}:{account.account_id}:alarm:{name}"
    return Alarm({"AlarmName": name, "AlarmArn": arn, "StateValue": AlarmState.OK})


def _costliest(alarms: dict[str, Any], most: int) -> list[dict[str, Any]]:
    ranked = sorted(alarms.items(), key=lambda item: (-item[1].investigations, -item[1].rings, item[0]))
    return [{"name": name, **counts.to_json()} for name, counts in ranked[:most]]
