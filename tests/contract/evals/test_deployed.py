"""The module as an investigator, deployed or in this process: its own report is scored, and what it used is told."""

from __future__ import annotations

import pytest

from evals import measures, suite
from evals.investigators.deployed import Deployed
from evals.investigators.in_process import InProcess
from evals.scenario import find

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("evals")]


def test_the_module_is_scored_by_the_report_it_archives() -> None:
    scenarios = find("lambda-role-lost-permission")
    deployed = Deployed("scripted")

    found = suite.run(scenarios, [deployed], ["rename"], 1, lambda _: None)

    for outcome in found[deployed.name]:
        assert outcome.error == ""
        assert outcome.score is not None
        assert outcome.score.category
        assert outcome.score.forbidden == ()
        assert outcome.answer is not None
        assert outcome.answer.usage["tool_calls"] >= 1


def test_the_agent_in_this_process_asks_the_real_tool_function_and_tells_what_it_used() -> None:
    agent = InProcess("scripted")

    found = suite.run(find("lambda-thumbnails-killed"), [agent], ["rename"], 1, lambda _: None)

    (outcome,) = found[agent.name]
    assert outcome.error == ""
    assert outcome.score is not None
    assert outcome.score.category
    assert outcome.answer is not None
    assert outcome.answer.origin == "model"
    assert outcome.answer.usage["input_tokens"] > 1000
    assert measures.UNKNOWN_PRICE in measures.render([outcome], frozen=()), "a stand-in has no price"
