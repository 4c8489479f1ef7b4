"""Whatever the model is like: a report leaves, holds no claim that nothing shows, and no budget is passed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.agents.scripted import AGENTS, lying, obedient, overflowing, perfect
from tests.agents.worlds import DENIED, INJECTED, WORLDS, World, WorldTools
from tests.unit.app.test_investigate import Investigator
from triage.domain.budget import Budget
from triage.domain.claim import ClaimState

BUDGET = Budget(max_turns=12, max_tool_calls=16, max_tokens=60_000, max_usd=0.5)
LIES = ("8,731", "payments-db-7", "no space left", "01:23")
BY_NAME = {"argnames": "agent", "argvalues": AGENTS, "ids": [agent.__name__ for agent in AGENTS]}


class Played:
    """One agent let loose on one world, as the investigator function would."""

    def __init__(self, agent: Callable[..., Any], world: World) -> None:
        self.tools = WorldTools(world.answers)
        self.investigator = Investigator(tools=self.tools, budget=BUDGET)
        self.investigator.model.converse = agent(world, self.investigator.clock)
        self.investigator.receives()
        self.mail = self.investigator.mailbox.messages[-1]
        document = json.loads(self.investigator.archived("report.json"))
        self.report, self.usage = document["report"], document["usage"]


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
@pytest.mark.parametrize(**BY_NAME)
def test_a_report_leaves_in_time_and_within_the_budget(agent: Callable[..., Any], world: World) -> None:
    played = Played(agent, world)

    assert played.investigator.state is ClaimState.DONE
    assert len(played.investigator.mailbox.messages) == 1
    assert played.investigator.deadline.seconds_left() > 0
    assert played.usage["tool_calls"] <= BUDGET.max_tool_calls
    assert played.usage["turns"] <= BUDGET.max_turns + 2, "one turn to report, one to mend its form"
    assert played.usage["tokens"]["total"] <= BUDGET.max_tokens + 2_500


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
@pytest.mark.parametrize(**BY_NAME)
def test_no_claim_is_delivered_that_its_evidence_does_not_show(agent: Callable[..., Any], world: World) -> None:
    report = Played(agent, world).report

    if report["origin"] == "model":
        assert all(claim["verified"] for claim in (*report["findings"], *report["timeline"]))
        cause = report["root_cause"]
        assert cause["verified"] or cause["confidence"] != "CONFIRMED"


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_an_agent_that_looks_and_says_what_it_saw_is_believed(world: World) -> None:
    report = Played(perfect, world).report

    assert report["root_cause"]["verified"]
    assert report["root_cause"]["confidence"] == "CONFIRMED"
    assert report["findings"][0]["statement"] == world.finding


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_lies_reach_nobody(world: World) -> None:
    played = Played(lying, world)

    told = f"{played.mail.subject} {played.mail.body}"
    assert not [lie for lie in LIES if lie in told]
    assert any("left out" in gap for gap in played.report["gaps"])


def test_an_order_in_the_log_that_was_obeyed_confirms_nothing_and_is_told() -> None:
    played = Played(obedient, INJECTED)

    assert played.report["root_cause"]["confidence"] != "CONFIRMED"
    assert "reads like instructions" in " ".join(played.mail.body.split())


def test_a_small_window_still_ends_in_the_model_s_own_report() -> None:
    played = Played(overflowing, DENIED)

    assert played.report["origin"] == "model"
    assert played.report["root_cause"]["category"] == "permission_denied"
