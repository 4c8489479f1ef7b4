"""The deployed module as an investigator: its own report is scored."""

from __future__ import annotations

import pytest

from evals import suite
from evals.investigators.deployed import Deployed
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
