"""A model that runs in circles is told once, then loses its tools, and still reports."""

from __future__ import annotations

import pytest

from tests.fakes import FakeTools, printed, says, use
from tests.unit.agent.test_loop import SUBMIT, Harness
from triage.agent.ladder import ERROR_STREAK, LIMIT, Ladder, Rung
from triage.agent.tools import ToolUse
from triage.ports import ToolReply


def judged(*turns: list[tuple[str, bool]]) -> list[Rung]:
    """The rung after each turn; a call is its code and whether it failed."""
    ladder = Ladder()
    return [
        ladder.after_turn(
            (ToolUse("t", "run_python", {"code": code, "purpose": str(n)}), failed) for code, failed in turn
        )
        for n, turn in enumerate(turns)
    ]


def test_new_questions_go_on_for_ever() -> None:
    assert set(judged(*[[(f"ask({n})", False)] for n in range(30)])) == {Rung.GO_ON}


def test_the_same_call_again_is_told_and_then_ends_it_whatever_its_purpose_says() -> None:
    assert judged(*[[("ask()", False)]] * 3) == [Rung.GO_ON, Rung.TELL, Rung.WITHDRAW]


def test_two_calls_in_turns_are_circles_too() -> None:
    a, b = [("a()", False)], [("b()", False)]
    assert judged(a, b, a, b) == [Rung.GO_ON, Rung.GO_ON, Rung.TELL, Rung.WITHDRAW]


def test_a_turn_that_asks_one_new_thing_beside_an_old_one_goes_on() -> None:
    assert judged([("a()", False)], [("a()", False), ("b()", False)]) == [Rung.GO_ON, Rung.GO_ON]


def test_a_streak_of_failed_turns_is_told_and_then_ends_it() -> None:
    turns = [[(f"ask({n})", True)] for n in range(ERROR_STREAK + 1)]
    assert judged(*turns) == [Rung.GO_ON, Rung.GO_ON, Rung.TELL, Rung.WITHDRAW]


def test_one_answer_ends_a_streak() -> None:
    failed, answered = [("x", True)], [("y", True), ("z", False)]
    assert judged(failed, [("x2", True)], answered, [("x3", True)], [("x4", True)])[-1] is Rung.GO_ON


def test_a_turn_without_calls_is_none_of_its_business() -> None:
    assert judged([], [], []) == [Rung.GO_ON] * 3


@pytest.mark.parametrize("reply", [printed("0 errors"), ToolReply("error", error="NameError: x")])
def test_a_looping_model_loses_its_tools_and_reports(reply: ToolReply) -> None:
    ask = use("run_python", code="ask()", purpose="again")
    harness = Harness(*[says(ask)] * 3, says(SUBMIT), tools=FakeTools({"ask()": reply}))

    outcome = harness.run()

    assert outcome.report is not None
    assert outcome.stopped_by == LIMIT
    assert len(harness.tools.calls) == 3
    told = harness.model.requests[2].messages[-1]["content"][-1]["text"]
    assert "You asked this before" in told
    assert [tool.name for tool in harness.model.requests[3].tools] == ["submit_report"]


def test_a_call_that_failed_is_marked_as_failed_for_the_model() -> None:
    ask = use("run_python", code="ask()", purpose="p")
    harness = Harness(says(ask), says(SUBMIT), says(SUBMIT), tools=FakeTools({"ask()": ToolReply("timeout")}))

    harness.run()

    assert harness.model.requests[1].messages[-1]["content"][0]["toolResult"]["status"] == "error"
