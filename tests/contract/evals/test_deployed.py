"""The module as an investigator, in this process or deployed: its own report is scored, and its use told.

Applying the module takes minutes, and is what the end-to-end tests do; here it is done with EVALS=full.
"""

from __future__ import annotations

import os

import pytest

from evals import measures, suite
from evals.investigators.deployed import Deployed
from evals.investigators.in_process import InProcess
from evals.scenario import find
from evals.suite import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("evals")]

# The first look takes most of the time of a run; other tests take it.
INVESTIGATORS = [
    InProcess("scripted", takes_first_look=False),
    *([Deployed("scripted")] if os.environ.get("EVALS") == "full" else []),
]
NAMES = [each.name for each in INVESTIGATORS]


@pytest.fixture(scope="module")
def played() -> dict[str, Outcome]:
    """One incident, under other names, for each."""
    scenarios = find("lambda-role-lost-permission")
    found = suite.run(scenarios, INVESTIGATORS, ["rename"], 1, lambda _: None)
    return {name: outcome for name, (outcome,) in found.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_module_is_scored_by_the_report_it_archives(played: dict[str, Outcome], name: str) -> None:
    outcome = played[name]

    assert outcome.error == ""
    assert outcome.score is not None
    assert outcome.score.category
    assert outcome.score.forbidden == ()
    assert outcome.answer is not None
    assert outcome.answer.origin == "model"
    assert outcome.answer.usage["tool_calls"] >= 1


@pytest.mark.parametrize("name", NAMES)
def test_what_a_stand_in_used_is_told_and_has_no_price(played: dict[str, Outcome], name: str) -> None:
    line = measures.render([played[name]], frozen=()).splitlines()[-1]

    assert measures.UNKNOWN_PRICE in line
    assert played[name].answer.usage["input_tokens"] > 1000  # type: ignore[union-attr] # the test above
