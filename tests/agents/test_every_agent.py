"""Whatever the model is like: a report leaves, holds no claim that nothing shows, and no budget is passed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.agents import claiming, matrix
from tests.agents.playing import BUDGET, TIGHT, played
from tests.agents.scripted import AGENTS, lying, malformed, obedient, overflowing, perfect, stubborn
from tests.agents.worlds import DENIED, INJECTED, WORLDS, World
from tests.grounding.labelled import CLAIMS, HELD_OUT, Label, judged
from triage.domain.claim import ClaimState

EVERY = 1 if os.environ.get("RELIABILITY") == "full" else 8
"""Of the labelled incidents; ``python -m tests.agents`` plays all of them."""

BY_NAME = {"argnames": "agent", "argvalues": AGENTS, "ids": [agent.__name__ for agent in AGENTS]}


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
@pytest.mark.parametrize(**BY_NAME)
def test_a_report_leaves_in_time_and_within_the_budget(agent: Callable[..., Any], world: World) -> None:
    found = played(agent, world)

    assert found.investigator.state is ClaimState.DONE
    assert len(found.investigator.mailbox.messages) == 1
    assert found.seconds_left > 0
    assert found.usage["tool_calls"] <= BUDGET.max_tool_calls
    assert found.meter.beyond <= 1


@pytest.mark.parametrize(**BY_NAME)
def test_under_every_limit_one_report_leaves_and_one_call_at_most_lies_past_it(agent: Callable[..., Any]) -> None:
    found = matrix.row(agent)

    assert found.delivered == found.plays
    assert found.beyond <= 1
    assert found.tool_calls == 0


@pytest.mark.parametrize(**BY_NAME)
def test_killed_before_any_call_of_the_model_a_resumed_run_repeats_none(agent: Callable[..., Any]) -> None:
    for whole, resumed in matrix.killed(agent):
        assert resumed.killed
        assert len(resumed.investigator.mailbox.messages) == 1
        assert matrix.repeats(whole, resumed) == 0


@pytest.mark.parametrize(**BY_NAME)
def test_no_claim_is_delivered_that_its_evidence_does_not_show(agent: Callable[..., Any]) -> None:
    assert matrix.row(agent).unsupported == 0


def test_the_tight_limits_are_limits() -> None:
    """The negative control: an agent that never stops runs into each of them."""
    for budget in TIGHT.values():
        assert "limit" in played(stubborn, DENIED, budget).stopped_by
    assert any(played(malformed, DENIED, budget).meter.beyond == 1 for budget in TIGHT.values())


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_an_agent_that_looks_and_says_what_it_saw_is_believed(world: World) -> None:
    report = played(perfect, world).report

    assert report["root_cause"]["verified"]
    assert report["root_cause"]["confidence"] == "CONFIRMED"
    assert report["findings"][0]["statement"] == world.finding


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_lies_reach_nobody(world: World) -> None:
    found = played(lying, world)

    assert not [lie for lie in matrix.LIES if lie in found.told]
    assert any("left out" in gap for gap in found.report["gaps"])


@pytest.mark.xdist_group("labelled")
def test_of_labelled_claims_people_get_what_the_check_accepts_and_nothing_else() -> None:
    played = {world.name for world in claiming.worlds(EVERY)}
    accepted = [
        verdict.case.label
        for folder in (CLAIMS, HELD_OUT)
        for verdict in judged(folder)
        if verdict.accepted and verdict.case.incident in played
    ]

    delivered = claiming.delivered(EVERY)

    assert {label: reached for label, (reached, _) in delivered.items()} == {
        label: accepted.count(label) for label in Label
    }
    reached, made = delivered[Label.INVENTED]
    assert reached <= 0.03 * made


def test_an_order_in_the_log_that_was_obeyed_confirms_nothing_and_is_told() -> None:
    found = played(obedient, INJECTED)

    assert found.report["root_cause"]["confidence"] != "CONFIRMED"
    assert "reads like instructions" in " ".join(found.mail.body.split())


def test_a_small_window_still_ends_in_the_model_s_own_report() -> None:
    found = played(overflowing, DENIED)

    assert found.report["origin"] == "model"
    assert found.report["root_cause"]["category"] == "permission_denied"
