"""What a model costs and how often it is right: rates with their interval, costs only where they are known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import measures
from evals.answer import Answer
from evals.scorer import score
from evals.suite import Outcome
from tests.unit.evals.builders import SETTING, answer, truth

USED = {"turns": 3, "tool_calls": 2, "input_tokens": 20_000, "output_tokens": 4_000, "usd": 0.12}


def an_outcome(name: str = "a", *, right: bool = True, stopped_by: str = "", **usage: float) -> Outcome:
    found = answer(origin="model", **({} if right else {"category": "timeout"}))
    found = Answer(found.report, found.evidence, usage or USED, stopped_by)
    return Outcome(name, (), found, score(found, truth(), SETTING), 2.0)


def a_failure(name: str = "a") -> Outcome:
    return Outcome(name, (), None, None, 4.0, "it broke")


def row(outcomes: list[Outcome], name: str, frozen: tuple[str, ...] = ()) -> dict[str, str]:
    head, _, *rows = measures.render(outcomes, frozen).splitlines()
    names = [cell.strip() for cell in head.split("  ") if cell.strip()]
    (found,) = [line for line in rows if line.split()[0] == name]
    return dict(zip(names, [cell.strip() for cell in found.split("  ") if cell.strip()], strict=True))


def test_runs_of_a_scenario_are_one_line_with_their_rate_and_means() -> None:
    outcomes = [an_outcome(), an_outcome(right=False), an_outcome(turns=6, input_tokens=50_000, usd=0.30)]

    line = row(outcomes, "a")

    assert line["solved"] == "2/3"
    assert line["95 %"] == "21% to 94%"
    assert line["turns"] == "4.0"
    assert line["input"] == "30,000"
    assert line["USD"] == "0.1800"
    assert line["report by"] == "model x 3"


def test_a_cost_that_is_not_known_for_every_run_is_not_told_as_if_it_were() -> None:
    assert row([an_outcome(), an_outcome(turns=2)], "a")["USD"] == measures.UNKNOWN_PRICE


def test_no_model_asked_costs_nothing() -> None:
    assert row([an_outcome(turns=0)], "a")["USD"] == "-"


def test_a_run_that_failed_is_not_solved_and_by_nobody() -> None:
    line = row([an_outcome(), a_failure()], "a")

    assert line["solved"] == "1/2"
    assert line["report by"] == "model x 1, nobody: failed x 1"
    assert line["turns"] == "3.0", "what is not known does not lower the mean"


def test_what_stopped_runs_is_counted_by_its_kind() -> None:
    outcomes = [an_outcome(stopped_by="the model could not be used: x"), an_outcome(stopped_by="time limit")]
    outcomes.append(an_outcome(stopped_by="the model could not be used: y"))

    assert row(outcomes, "a")["stopped by"] == "the model could not be used x 2, time limit x 1"


def test_all_and_frozen_scenarios_have_lines_of_their_own() -> None:
    outcomes = [an_outcome("a"), an_outcome("b", right=False)]

    assert row(outcomes, "all", ("b",))["solved"] == "1/2"
    assert row(outcomes, "frozen", ("b",))["solved"] == "0/1"


def test_only_investigators_with_a_model_get_the_table() -> None:
    assert measures.are_worth_a_table([a_failure(), an_outcome()])
    assert not measures.are_worth_a_table([a_failure(), an_outcome(tokens=7)])


@pytest.mark.parametrize(
    ("passed", "total", "low", "high"), [(0, 10, 0.0, 0.278), (9, 10, 0.596, 0.982), (50, 100, 0.404, 0.596)]
)
def test_the_interval_is_wilson_s(passed: int, total: int, low: float, high: float) -> None:
    assert measures.wilson(passed, total) == pytest.approx((low, high), abs=0.001)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_rate_and_stays_inside_its_bounds(counted: tuple[int, int]) -> None:
    passed, total = counted
    low, high = measures.wilson(passed, total)

    assert 0.0 <= low <= high <= 1.0
    assert low <= passed / total + 1e-12
    assert high >= passed / total - 1e-12
    assert not math.isnan(low + high)
