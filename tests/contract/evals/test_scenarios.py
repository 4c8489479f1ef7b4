"""Every scenario tells the best answer from an empty and a wrong one, under changes too.

Some of the frozen ones are played once, under a change that depends on its name, the others with EVALS=full;
`make eval PERTURB=…` plays all of them under any change.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

import pytest

from evals import suite
from evals.investigators.reference import Lazy, Oracle, Wrong
from evals.matching import any_found
from evals.play import play, this_minute
from evals.scenario import FOLDER, Scenario, find, frozen
from evals.scorer import FORBIDDEN_CAP, Score, score
from evals.suite import Played
from evals.templates import Setting
from local_aws.process import Running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("evals")]

SCENARIOS = find()
EVERY_ONE = os.environ.get("EVALS") == "full"
PLAYED = [one for one in SCENARIOS if EVERY_ONE or one.name in sorted(frozen())[:4]]
CHANGES = ((), ("rename",), ("shift",), ("without",), ("rename", "shift"))


def changes_of(scenario: Scenario) -> tuple[str, ...]:
    return CHANGES[zlib.crc32(scenario.name.encode()) % len(CHANGES)]


@pytest.fixture(scope="module")
def stage() -> Iterator[Running]:
    with suite.local_aws() as running:
        running.take_snapshot("empty")
        yield running


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda scenario: scenario.name)
def test_a_scenario_tells_right_from_empty_and_wrong(scenario: Scenario, stage: Running) -> None:
    kinds = changes_of(scenario)
    stage.restore_snapshot("empty")
    played = Played(play(scenario, stage, kinds, this_minute()), stage)
    incident = played.incident

    def scored(investigator: Oracle | Lazy | Wrong) -> Score:
        answer = investigator(played)
        return score(answer, incident.truth, incident.setting, without_decisive="without" in kinds)

    best, empty, wrong = scored(Oracle()), scored(Lazy()), scored(Wrong())

    assert best.solved, best
    assert best.points > 99
    assert empty.points <= 55
    assert wrong.points <= FORBIDDEN_CAP


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_is_of_the_format(scenario: Scenario) -> None:
    setting = Setting(suite.ACCOUNT, suite.REGION, this_minute())
    truth = scenario.truth(setting, lambda document: document)
    event = scenario.filled("event.json", setting, lambda document: document)
    found = scenario.function("probe.py", "probe")

    assert scenario.function("seed.py", "seed") is not None
    assert found is not None or not truth.decisive
    assert event
    assert all(any_found(fact.any_of, fact.says, setting) for fact in truth.facts)
    assert all(any_found(claim.any_of, claim.says, setting) for claim in truth.forbidden)


def test_the_suite_is_as_broad_as_promised() -> None:
    setting = Setting(suite.ACCOUNT, suite.REGION, this_minute())
    truths = {scenario.name: scenario.truth(setting, lambda document: document) for scenario in SCENARIOS}

    assert len(truths) >= 30
    assert len({service for truth in truths.values() for service in truth.services}) >= 12
    assert sum(truth.difficulty == "hard" for truth in truths.values()) >= 10


def test_the_frozen_scenarios_have_not_changed() -> None:
    assert {name: Scenario(FOLDER / name).digest() for name in frozen()} == dict(frozen())
    assert len(frozen()) == 10
