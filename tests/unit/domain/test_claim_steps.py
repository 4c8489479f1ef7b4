"""What no sequence of commands, however timed, can make a claim do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import FIRED_AT, a_signal
from tests.claim_commands import COMMANDS, LOST, WINDOW_S, Command, World
from tests.fakes import MemoryClaims
from tests.unit.domain.test_claim import a_claim
from triage.domain import claim_steps
from triage.domain.claim import Claim, ClaimOutcome, ClaimState, StartOutcome, TriageDecision, decide_on_conflict

SEQUENCES = st.lists(COMMANDS, max_size=60)
QUICK = settings(max_examples=120, deadline=None)
NOW = FIRED_AT + timedelta(seconds=5)
LATER = FIRED_AT + timedelta(minutes=10)


def a_world() -> World:
    """Claims in memory."""
    memory = MemoryClaims(WINDOW_S, group_window_s=600.0)
    return World(memory, memory.groups, "world")


@QUICK
@given(SEQUENCES)
def test_a_start_succeeds_only_when_no_lease_is_live_and_always_with_a_higher_attempt(
    commands: list[Command],
) -> None:
    world = a_world()
    for command in commands:
        before = world.claims()[command.alarm]
        answer = world.apply(command)
        if command.name == "start" and answer[0] is StartOutcome.STARTED:
            after = world.claims()[command.alarm]
            assert before is not None
            assert after is not None
            assert not before.is_held(world.now), "two attempts would work at the same time"
            assert after.attempt == before.attempt + 1
            assert before.state is not ClaimState.DONE


@QUICK
@given(SEQUENCES)
def test_an_attempt_that_was_overtaken_can_write_nothing(commands: list[Command]) -> None:
    world = a_world()
    for command in commands:
        world.apply(command)
        for owner in world.owners:
            now = next(one for one in world.claims() if one and one.fingerprint == owner.fingerprint)
            token = (now.investigation_id, now.attempt, now.state)
            if token == (owner.investigation_id, owner.attempt, ClaimState.RUNNING):
                continue
            assert claim_steps.renewed(now, owner, world.now, 60) is None
            assert claim_steps.delivery_begun(now, owner, "slack") is None
            assert claim_steps.finished(now, owner, "key", world.now) is None
            assert claim_steps.failed(now, owner) is None
            if now.investigation_id != owner.investigation_id:
                assert claim_steps.delivery_ended(now, owner.investigation_id, "sns", "key", ()) is None


@QUICK
@given(SEQUENCES)
def test_within_one_investigation_nothing_that_counts_ever_goes_back(commands: list[Command]) -> None:
    world = a_world()
    for command in commands:
        before = world.claims()
        world.apply(command)
        for old, new in zip(before, world.claims(), strict=True):
            if old is None or new is None or old.investigation_id != new.investigation_id:
                continue
            assert new.attempt >= old.attempt
            assert new.refires >= old.refires
            assert new.delivered >= old.delivered
            assert new.sent >= old.sent
            assert old.refired_at is None or (new.refired_at is not None and new.refired_at >= old.refired_at)
            assert old.state is not ClaimState.DONE or new.state is ClaimState.DONE


@QUICK
@given(SEQUENCES)
def test_what_is_done_is_never_investigated_again_for_the_same_transition(commands: list[Command]) -> None:
    world = a_world()
    for command in commands:
        done = world.claims()[command.alarm]
        answer = world.apply(command)
        if command.name != "claim" or done is None or done.state is not ClaimState.DONE:
            continue
        signal = world.signal(command.alarm, command.transition)
        if signal.occurred_at == done.transition_at:
            assert answer.outcome is ClaimOutcome.TAKEN
            assert decide_on_conflict(answer.claim, signal, world.now) is TriageDecision.DUPLICATE


@QUICK
@given(SEQUENCES)
def test_a_claim_whose_message_may_be_missing_is_sent_again_by_every_delivery_of_its_signal(
    commands: list[Command],
) -> None:
    world = a_world()
    for command in commands:
        queued = world.claims()[command.alarm]
        answer = world.apply(command)
        if command.name != "claim" or queued is None or queued.state is not ClaimState.QUEUED or queued.sent:
            continue
        signal = world.signal(command.alarm, command.transition)
        if answer.outcome is ClaimOutcome.TAKEN:
            again = {TriageDecision.SEND_AGAIN, TriageDecision.DIGEST}
            assert decide_on_conflict(answer.claim, signal, world.now) in again
        else:
            assert signal.occurred_at != queued.transition_at, "the claim of another transition takes over"


@QUICK
@given(SEQUENCES)
def test_each_transition_is_counted_at_most_once(commands: list[Command]) -> None:
    world = a_world()
    counted: set[tuple[str, object]] = set()
    for command in commands:
        answer = world.apply(command)
        if command.name != "count_refire" or answer == LOST or not answer[0]:
            continue
        transition = (answer[1].investigation_id, answer[1].refired_at)
        assert transition not in counted
        counted.add(transition)


RUNNING = a_claim(state=ClaimState.RUNNING, attempt=1, lease_until=LATER)
DONE = a_claim(state=ClaimState.DONE, attempt=1, report_key="reports/x/report.md")


@pytest.mark.parametrize(
    ("claim", "ok_at", "ends"),
    [
        (DONE, LATER, True),
        (RUNNING, LATER, True),
        (a_claim(), LATER, False),
        (a_claim(state=ClaimState.RETRYABLE), LATER, False),
        (DONE, FIRED_AT, False),
        (a_claim(state=ClaimState.DONE, refired_at=LATER), FIRED_AT + timedelta(minutes=9), False),
        (None, LATER, False),
    ],
)
def test_an_alarm_that_is_ok_again_ends_the_window_of_what_was_begun_before(
    claim: Claim | None, ok_at: object, ends: bool
) -> None:
    after = claim_steps.rearmed(claim, ok_at, NOW)  # type: ignore[arg-type]

    assert (after is not None) is ends
    if after:
        assert after.window_until == NOW


def test_a_digest_once_chosen_stays_chosen_and_ends_the_claim_and_its_window() -> None:
    chosen = claim_steps.digest_chosen(a_claim(sent=False), "inv-1", "digest-1")
    assert chosen is not None

    assert claim_steps.digest_chosen(chosen, "inv-1", "digest-1") == chosen
    assert claim_steps.digest_chosen(chosen, "inv-1", "digest-2") is None
    assert decide_on_conflict(chosen, a_signal(), NOW) is TriageDecision.DIGEST
    joined = claim_steps.digest_joined(chosen, "inv-1", NOW)
    assert joined is not None
    assert (joined.state, joined.window_until) == (ClaimState.DONE, NOW)
    assert decide_on_conflict(joined, a_signal(), NOW) is TriageDecision.DUPLICATE


def test_what_is_on_its_way_to_an_investigator_joins_no_digest() -> None:
    assert claim_steps.digest_chosen(a_claim(sent=True), "inv-1", "digest-1") is None
    assert claim_steps.digest_chosen(RUNNING, "inv-1", "digest-1") is None


def test_a_counted_transition_is_told_by_one_caller_at_a_time() -> None:
    counted = claim_steps.refire_counted(DONE, "inv-1", LATER, telling_until=LATER)
    assert counted is not None

    assert claim_steps.refire_resumed(counted, "inv-1", LATER, NOW, LATER) is None, "somebody is at it"
    resumed = claim_steps.refire_resumed(counted, "inv-1", LATER, LATER, LATER + timedelta(seconds=30))
    assert resumed is not None, "that somebody had time enough"
    released = claim_steps.refire_released(counted, "inv-1", LATER)
    assert claim_steps.refire_resumed(released, "inv-1", LATER, NOW, LATER) is not None, "it gave up"
    told = claim_steps.refire_told(resumed, "inv-1", LATER)
    assert claim_steps.refire_resumed(told, "inv-1", LATER, LATER + timedelta(hours=1), LATER) is None
