"""What people read of a run: a line for every scenario, what it took, and totals."""

from __future__ import annotations

from typing import Any

from evals import table
from evals.answer import Answer
from evals.scorer import score
from evals.suite import Outcome
from tests.unit.evals.builders import SETTING, answer, truth


def an_outcome(name: str, **usage: float) -> Outcome:
    given = answer()
    taken = Answer(given.report, given.evidence, usage)
    return Outcome(name, (), taken, score(taken, truth(), SETTING), 1.5)


def a_failure(name: str) -> Outcome:
    return Outcome(name, (), None, None, 2.0, "KeyError: 'x'")


def columns(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()]


def test_what_an_investigator_took_has_columns_of_its_own() -> None:
    head, _, first, second = columns(table.render([an_outcome("a", api_calls=1234), an_outcome("b")]))

    assert head[-1] == "API calls"
    assert first[-1] == "1,234"
    assert len(second) == len(head) - 1


def test_nobody_who_says_nothing_gets_empty_columns() -> None:
    assert columns(table.render([an_outcome("a")]))[0][-1] == "s"


def test_a_failure_is_a_line_and_counts_as_nothing() -> None:
    outcomes: list[Any] = [an_outcome("a", api_calls=7), a_failure("b")]

    assert "FAILED" in table.render(outcomes)
    assert "failed 1" in table.summary(outcomes, frozen=())


def test_totals_tell_frozen_scenarios_apart_with_median_and_most() -> None:
    outcomes = [an_outcome("a", tokens=1000), an_outcome("b", tokens=3000), an_outcome("c", tokens=1400)]

    everything, taken, frozen, frozen_taken = table.summary(outcomes, frozen=("b",)).splitlines()

    assert everything.startswith("all:      3 scenarios")
    assert "cause named" in everything
    assert taken.strip() == "median (most): tokens 1,400 (3,000)"
    assert frozen.startswith("frozen:   1 scenarios")
    assert frozen_taken.strip() == "median (most): tokens 3,000 (3,000)"
