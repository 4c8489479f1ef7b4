"""An investigation that was killed goes on where its checkpoints end, and repeats no call that they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import a_signal
from tests.fakes import FakeTools, says, text, use
from tests.unit.agent.test_loop import LOOK, SUBMIT
from tests.unit.app.test_investigate import ITEM, TIMING, Investigator
from triage.app import journal_records
from triage.app.journal import MAX_REFUSALS
from triage.domain.claim import ClaimState
from triage.domain.errors import ContextOverflow, ToolUnavailable
from triage.ports import ModelRequest, ModelResponse, ToolCall, ToolReply

REASONING = {"reasoningContent": {"redactedContent": b"\x00\xff signed"}}
OTHER_LOOK = use("run_python", "t2", code="other()", purpose="configuration")


class Killed(BaseException):
    """The function ends here: nothing of it runs any more."""


class Mortal:
    """An investigator whose function is killed at chosen calls; counts what really went out."""

    def __init__(self, *turns: Any) -> None:
        self.investigator = Investigator()
        self.turns = list(turns)
        self.asked: list[int] = []
        self.ran: list[str] = []
        self.kill_at_model: int | None = None
        self.kill_at_tool: int | None = None
        self.investigator.model.converse = self.converse  # type: ignore[method-assign]
        tools: FakeTools = self.investigator.use_case.examine.agent.tools  # type: ignore[assignment]
        self._run_tool = tools.run
        tools.run = self.run  # type: ignore[method-assign]

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        number = sum(message["role"] == "assistant" for message in request.messages)
        if self.kill_at_model == len(self.asked):
            raise Killed
        self.asked.append(number)
        return self.turns[number](request)

    def run(self, call: ToolCall) -> ToolReply:
        if self.kill_at_tool == len(self.ran):
            raise Killed
        self.ran.append(call.code)
        return self._run_tool(call)

    def attempt(self) -> None:
        """One invocation, killed or not; afterwards the lease of a killed one is past."""
        try:
            self.investigator.receives()
        except Killed:
            self.investigator.clock.advance(TIMING.lease_s + 1)
            self.investigator.deadline.limit_s += TIMING.lease_s + 1

    def finish(self) -> None:
        """Another invocation that nothing kills."""
        self.kill_at_model = self.kill_at_tool = None
        self.attempt()


STORY = (says(REASONING, LOOK), says(LOOK, OTHER_LOOK), says(SUBMIT), says(SUBMIT))


@pytest.mark.parametrize("kill_at", [0, 1, 2])
def test_a_run_that_is_killed_before_a_model_call_repeats_nothing(kill_at: int) -> None:
    mortal = Mortal(*STORY)
    mortal.kill_at_model = kill_at
    mortal.attempt()
    assert mortal.investigator.state is ClaimState.RUNNING

    mortal.finish()

    assert mortal.investigator.state is ClaimState.DONE
    assert mortal.asked == sorted(set(mortal.asked))
    assert sorted(code for code in mortal.ran if "first_look" not in code) == ["look()", "look()", "other()"]
    assert len(mortal.investigator.mailbox.messages) == 1


@pytest.mark.parametrize("kill_at", [1, 2, 3])
def test_a_run_that_is_killed_in_a_tool_call_repeats_its_turn_at_most(kill_at: int) -> None:
    mortal = Mortal(*STORY)
    mortal.kill_at_tool = kill_at
    mortal.attempt()

    mortal.finish()

    assert mortal.investigator.state is ClaimState.DONE
    assert len(mortal.asked) <= 5
    assert mortal.ran.count("other()") <= 2


def test_a_report_that_could_not_be_delivered_is_not_investigated_again() -> None:
    investigator = Investigator(*STORY)
    investigator.mailbox.failures = 1
    with pytest.raises(Exception, match="did not accept"):
        investigator.receives()

    investigator.receives()

    assert len(investigator.mailbox.messages) == 1
    assert len(investigator.model.requests) == 3


def test_the_report_is_the_same_as_that_of_a_run_that_nothing_killed() -> None:
    def report(kill_at: int | None) -> Any:
        mortal = Mortal(*STORY)
        mortal.kill_at_model = kill_at
        mortal.attempt()
        if kill_at is not None:
            mortal.finish()
        return json.loads(mortal.investigator.archived("report.json"))["report"]

    assert report(2) == report(None)


def test_each_turn_is_one_checkpoint_of_the_attempt_that_made_it() -> None:
    mortal = Mortal(*STORY)
    mortal.kill_at_model = 2
    mortal.attempt()
    mortal.finish()

    kept = sorted(key for _, key in mortal.investigator.checkpoints.entries)
    assert {attempt for attempt, _ in kept} == {1, 2}
    assert sorted(number for _, number in kept) == list(range(len(kept)))


def test_an_archive_that_is_down_costs_the_checkpoints_and_not_the_report() -> None:
    investigator = Investigator(*STORY)
    investigator.checkpoints.is_down = True

    investigator.receives()

    assert investigator.state is ClaimState.DONE
    failed = [what for what, _ in investigator.telemetry.failures]
    assert failed.count("checkpoint not saved") == MAX_REFUSALS, "a third wait would cost the report its time"


def test_checkpoints_that_cannot_be_read_mean_starting_anew() -> None:
    mortal = Mortal(*STORY)
    mortal.kill_at_model = 2
    mortal.attempt()
    entries = mortal.investigator.checkpoints.entries
    entries |= dict.fromkeys(entries, b"not json")

    mortal.finish()

    assert mortal.investigator.state is ClaimState.DONE
    assert mortal.asked.count(0) == 2


def test_an_attempt_that_was_taken_over_neither_writes_nor_asks_any_more() -> None:
    mortal = Mortal(*STORY)
    investigator = mortal.investigator

    def paused(turn: Callable[[ModelRequest], ModelResponse]) -> Callable[[ModelRequest], ModelResponse]:
        def answer(request: ModelRequest) -> ModelResponse:
            investigator.clock.advance(TIMING.lease_s + 1)
            claim = investigator.claims.claims[ITEM.fingerprint]
            now = investigator.clock.now()
            investigator.claims.start(ITEM.fingerprint, ITEM.investigation_id, "message-2", now, TIMING.lease_s)
            assert claim.attempt == 1
            return turn(request)

        return answer

    mortal.turns[1] = paused(mortal.turns[1])
    with pytest.raises(Exception, match="lost its lease"):
        investigator.receives()

    assert mortal.asked == [0, 1]
    assert investigator.mailbox.messages == []


def test_what_is_kept_is_redacted_and_reasoning_comes_back_as_it_was() -> None:
    response = ModelResponse(
        {"role": "assistant", "content": [REASONING, text("password=hunter2-very-secret")]},
        "tool_use",
        says(LOOK)(ModelRequest("", (), (), 1)).tokens,
        "m",
    )
    reply = ToolReply("ok", stdout="AKIAIOSFODNN7EXAMPLE", evidence=({"title": "t", "output": "o"},))

    body = journal_records.written([journal_records.of_response(response), journal_records.of_reply("x", reply)])

    assert b"hunter2" not in body
    assert b"AKIAIOSFODNN7EXAMPLE" not in body
    kept_response, kept_reply = journal_records.read(body)
    assert journal_records.response_of(kept_response).message["content"][0] == REASONING
    assert journal_records.reply_of(kept_reply).evidence == [{"title": "t", "output": "o"}]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"version":99}', b"\xff"])
def test_what_is_no_checkpoint_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(journal_records.UnreadableRecords):
        journal_records.read(body)


def test_a_tool_call_that_may_have_run_is_not_sent_again() -> None:
    mortal = Mortal(*STORY)
    failing = mortal._run_tool

    def unreachable(call: ToolCall) -> ToolReply:
        if call.code == "other()":
            raise ToolUnavailable("no answer")
        return failing(call)

    mortal._run_tool = unreachable
    mortal.kill_at_model = 2
    mortal.attempt()
    mortal.finish()

    assert mortal.ran.count("other()") == 1


def test_an_overflow_is_kept_so_that_the_same_outputs_fold_again() -> None:
    def too_long(_request: ModelRequest) -> ModelResponse:
        raise ContextOverflow("prompt is too long")

    investigator = Investigator(says(LOOK), too_long)
    investigator.receives()

    assert b"overflow" in b"".join(investigator.checkpoints.entries.values())
    assert a_signal().name in investigator.mailbox.messages[0].body


def test_what_an_earlier_attempt_paid_for_is_not_settled_again() -> None:
    investigator = Investigator(*STORY)
    investigator.mailbox.failures = 1
    with pytest.raises(Exception, match="did not accept"):
        investigator.receives()
    spent = sum(investigator.guard.spend.micro_usd.values())

    investigator.receives()

    assert spent > 0
    assert sum(investigator.guard.spend.micro_usd.values()) == spent
