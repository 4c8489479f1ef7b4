"""A run is kept and compared with the one before."""

from __future__ import annotations

import json
from pathlib import Path

from evals import results, table
from evals.scorer import score
from evals.suite import Outcome
from tests.unit.evals.builders import SETTING, answer, truth


def outcome(name: str, **changes: str) -> Outcome:
    given = answer(**changes)
    return Outcome(name, (), given, score(given, truth(), SETTING), 1.25)


def test_a_kept_run_is_found_again_as_the_last_one_of_its_investigator(tmp_path: Path) -> None:
    run = results.document("lambda-http://127.0.0.1:9000", [outcome("one")])

    path = results.write(run, tmp_path)

    assert path.parent == tmp_path
    assert results.last("lambda-http://127.0.0.1:9000", tmp_path) == json.loads(json.dumps(run))
    assert results.last("oracle", tmp_path) is None


def test_what_became_better_or_worse_is_told_and_nothing_else() -> None:
    before = results.document("x", [outcome("one"), outcome("two", category="timeout"), outcome("three")])
    now = results.document(
        "x", [outcome("one", category="timeout"), outcome("two"), outcome("three"), outcome("new")]
    )

    assert results.changes(before, now) == ["one: 100 -> 61 NO LONGER SOLVED", "two: 61 -> 100 now solved"]


def test_the_table_has_a_line_per_scenario_and_says_what_failed() -> None:
    outcomes = [outcome("one"), Outcome("two", ("rename",), None, None, 0.5, "KeyError: 'x'")]

    lines = table.render(outcomes).splitlines()

    assert len(lines) == 4
    assert "yes" in lines[2]
    assert "FAILED" in lines[3]
    assert "two [rename]" in lines[3]


def test_the_frozen_are_summed_up_apart() -> None:
    lines = table.summary([outcome("one"), outcome("two", category="timeout")], {"one"}).splitlines()

    assert lines[0].startswith("all:      2 scenarios, points 80%, solved 50%")
    assert lines[1].startswith("frozen:   1 scenarios, points 100%, solved 100%")
