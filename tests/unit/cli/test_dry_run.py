"""`investigate --dry-run`: the very request a model would get first, and no model."""

from __future__ import annotations

from itertools import count

from cli.aws.alarms import action_event
from cli.dry_run import show_prompt
from tests.fakes import FakeClock, FakeDeadline, FakeTools, MemoryContext, ScriptedModel
from tests.unit.cli.histories import a_change, an_account, an_alarm
from triage.agent.loop import AgentLoop
from triage.agent.prompt import system_prompt
from triage.domain.budget import Budget


def shown(minutes_left: float = 15) -> tuple[str, FakeTools, ScriptedModel]:
    clock, nonces, tools, model = FakeClock(), count(), FakeTools(), ScriptedModel([])
    agent = AgentLoop(model, tools, clock, Budget(), 120, lambda: f"{next(nonces):016x}")
    event = action_event(an_alarm(), an_account(), a_change("orders-errors", 0, "ALARM"))
    deadline = FakeDeadline(clock, minutes_left * 60)
    return show_prompt(event, agent, deadline, MemoryContext("Orders belong to team blue.")), tools, model


def test_it_shows_prompt_first_message_and_tools_with_their_size() -> None:
    text, tools, model = shown()

    assert system_prompt("Orders belong to team blue.").strip() in text
    assert '"name":"orders-errors"' in text
    assert '"submit_report"' in text
    assert text.startswith("About ")
    assert "characters each" in text.splitlines()[0]
    assert [call.purpose for call in tools.calls] == ["First look"]
    assert model.requests == []
