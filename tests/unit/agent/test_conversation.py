"""Older outputs fold in batches; what the model has not seen, and what started it all, never does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeTools, fails_with, printed, says, use
from tests.unit.agent.test_loop import SUBMIT, Harness
from triage.agent.conversation import FOLD_CHARACTERS, Conversation
from triage.domain.errors import ContextOverflow
from triage.ports import Message, ModelRequest, ModelResponse

OPENING = "This event started the investigation."


def a_turn(conversation: Conversation, number: int, output: str, use_id: str = "t") -> None:
    """The model asks, a tool answers."""
    conversation.add_assistant(
        {"role": "assistant", "content": [use("run_python", use_id, code="x", purpose="p")]}
    )
    conversation.may_fold(use_id, f"digest {number}")
    conversation.add_user([{"toolResult": {"toolUseId": use_id, "content": [{"text": output}]}}])


def outputs(messages: Sequence[Message]) -> list[str]:
    """The text of every tool result, in order."""
    return [
        block["toolResult"]["content"][0]["text"]
        for message in messages
        for block in message["content"]
        if "toolResult" in block
    ]


def test_nothing_folds_before_what_was_seen_grows_too_long() -> None:
    conversation = Conversation(OPENING)
    for number in range(3):
        a_turn(conversation, number, "x" * (FOLD_CHARACTERS // 2))

    assert not conversation.fold_if_long()
    assert "digest" not in " ".join(outputs(conversation.messages))


def test_what_was_seen_folds_at_once_and_the_newest_answer_stays() -> None:
    conversation = Conversation(OPENING)
    for number in range(4):
        a_turn(conversation, number, "x" * (FOLD_CHARACTERS // 2))

    assert conversation.fold_if_long()
    assert outputs(conversation.messages) == ["digest 0", "digest 1", "digest 2", "x" * (FOLD_CHARACTERS // 2)]


def test_each_answer_folds_into_its_own_line_although_models_repeat_their_ids() -> None:
    conversation = Conversation(OPENING)
    for number in range(3):
        a_turn(conversation, number, f"{number}" * 1000, use_id="t1")

    conversation.fold()

    assert outputs(conversation.messages)[:2] == ["digest 0", "digest 1"]


def test_what_was_sent_stays_as_it_was_sent() -> None:
    conversation = Conversation(OPENING)
    a_turn(conversation, 0, "x" * 1000)
    sent = conversation.messages
    a_turn(conversation, 1, "y" * 1000)

    conversation.fold()

    assert outputs(sent) == ["x" * 1000]


def test_a_cache_is_marked_at_the_part_that_was_sent_before_at_what_folded_and_at_the_end() -> None:
    conversation = Conversation(OPENING)
    marks = [conversation.next_stable()]
    for number in range(3):
        a_turn(conversation, number, "x" * 1000)
        marks.append(conversation.next_stable())
    conversation.fold()
    marks.append(conversation.next_stable())
    a_turn(conversation, 3, "x" * 1000)
    marks.append(conversation.next_stable())

    # Two messages a turn; the fold reaches message 4 and leaves nothing unchanged but the opening.
    assert marks == [(0,), (0, 2), (0, 2, 4), (0, 4, 6), (0, 4, 6), (4, 6, 8)]


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), max_size=25))
def test_whatever_folds_the_form_converse_wants_is_kept(turns: list[tuple[int, bool]]) -> None:
    conversation = Conversation(OPENING)
    for number, (length, overflows) in enumerate(turns):
        a_turn(conversation, number, "x" * length, use_id=f"t{number}")
        conversation.fold() if overflows else conversation.fold_if_long()
        places = conversation.next_stable()
        assert len(places) <= 3
        assert all(conversation.messages[place]["role"] == "user" for place in places)

    messages = conversation.messages
    assert messages[0] == {"role": "user", "content": [{"text": OPENING}]}
    assert all(one["role"] != other["role"] for one, other in pairwise(messages))
    ids = [
        block["toolResult"]["toolUseId"]
        for message in messages
        for block in message["content"]
        if "toolResult" in block
    ]
    assert ids == [f"t{number}" for number in range(len(turns))]
    if turns:
        assert outputs(messages)[-1] == "x" * turns[-1][0]


LONG = "\n".join(f"line {number} of the log" for number in range(400))
SWEEPS = [says(use("run_python", code=f"sweep({number})", purpose="the log")) for number in range(8)]
SWEEP = use("run_python", code="sweep(0)", purpose="the log")


def sweeping(*turns: Any) -> Harness:
    """A model whose calls all return a long output."""
    return Harness(*turns, tools=FakeTools({f"sweep({n})": printed(LONG) for n in range(8)}))


def test_a_conversation_that_is_too_long_is_folded_and_sent_once_more() -> None:
    harness = sweeping(
        says(SWEEP), says(SWEEP), fails_with(ContextOverflow("too long")), says(SUBMIT), says(SUBMIT)
    )

    outcome = harness.run()

    assert outcome.report is not None
    before, after = harness.model.requests[2:4]
    assert "line 3 of the log" in outputs(before.messages)[0]
    assert outputs(after.messages)[0].startswith("[E2] status=ok")
    assert "line 3 of the log" in outputs(after.messages)[1]
    assert before.messages[0] == after.messages[0]


def test_answers_that_do_not_fit_together_fold_before_they_are_seen_and_can_be_recalled() -> None:
    recall = use("recall", evidence_id="E3", grep="line 300 ")

    def small(request: ModelRequest) -> ModelResponse:
        if sum(map(len, outputs(request.messages))) > 12_000:
            raise ContextOverflow("too long")
        asked = sum(message["role"] == "assistant" for message in request.messages)
        return says([recall, SUBMIT, SUBMIT][asked - 1])(request)

    sweeps = [use("run_python", f"t{n}", code=f"sweep({n})", purpose="the log") for n in range(3)]
    harness = sweeping(says(*sweeps), *[small] * 6)

    outcome = harness.run()

    assert outcome.report is not None
    shown = outputs(harness.model.requests[-1].messages)
    assert all("folded: " in each for each in shown[:3])
    assert "line 300 of the log" in shown[3]


def test_the_window_that_is_full_at_the_end_of_an_answer_is_folded_too() -> None:
    full = says(SWEEP, stop_reason="model_context_window_exceeded")
    harness = sweeping(says(SWEEP), says(SWEEP), full, says(SUBMIT), says(SUBMIT))

    outcome = harness.run()

    assert outcome.report is not None
    assert len(harness.tools.calls) == 2
    assert outcome.usage.turns == 5


def test_what_is_too_long_when_folded_ends_the_loop_with_the_evidence() -> None:
    too_long = fails_with(ContextOverflow("too long"))
    harness = sweeping(says(SWEEP), says(SWEEP), too_long, too_long, too_long)

    outcome = harness.run()

    assert outcome.report is None
    assert "context window" in (outcome.stopped_by or "")
    assert len(outcome.evidence) == 3


def test_recall_reaches_what_was_folded() -> None:
    recall = use("recall", evidence_id="E2", grep="line 300 ")
    harness = sweeping(*SWEEPS, says(recall), says(SUBMIT), says(SUBMIT))

    harness.run()

    shown = outputs(harness.model.requests[9].messages)
    assert "folded: " in shown[0]
    assert "line 300 of the log" in shown[-1]


def test_a_digest_says_what_it_stood_for_and_fences_what_it_repeats() -> None:
    harness = sweeping(*SWEEPS, says(SUBMIT), says(SUBMIT))

    harness.run()

    digest = outputs(harness.model.requests[8].messages)[0]
    assert f"{len(LONG):,} characters on 'the log'" in digest
    assert digest.index("[untrusted data") < digest.index("line 0 of the log")
