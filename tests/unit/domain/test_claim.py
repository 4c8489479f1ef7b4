"""What a refused conditional write means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.builders import FIRED_AT, a_signal
from triage.domain.claim import (
    MAX_WAITS,
    Claim,
    ClaimState,
    Leader,
    StartOutcome,
    TriageDecision,
    WatchDecision,
    decide_on_conflict,
    decide_on_refused_start,
    decide_on_watch,
)
from triage.domain.signal import SignalSource

LATER = FIRED_AT + timedelta(minutes=10)


def a_claim(**overrides: Any) -> Claim:
    """A claim whose message is on the queue."""
    values: dict[str, Any] = {
        "fingerprint": "fp",
        "investigation_id": "inv-1",
        "state": ClaimState.QUEUED,
        "transition_at": FIRED_AT,
        "window_until": FIRED_AT + timedelta(hours=1),
        "sent": True,
    }
    return Claim(**(values | overrides))


@pytest.mark.parametrize("state", list(ClaimState))
def test_the_same_transition_is_a_duplicate_in_every_state(state: ClaimState) -> None:
    assert decide_on_conflict(a_claim(state=state), a_signal(), FIRED_AT) is TriageDecision.DUPLICATE


@pytest.mark.parametrize(
    ("claim", "decision"),
    [
        (a_claim(state=ClaimState.DONE), TriageDecision.SUPPRESSED),
        (a_claim(state=ClaimState.RUNNING, lease_until=LATER + timedelta(seconds=1)), TriageDecision.SUPPRESSED),
        (a_claim(state=ClaimState.RUNNING, lease_until=LATER), TriageDecision.SEND_AGAIN),
        (a_claim(state=ClaimState.RETRYABLE), TriageDecision.SEND_AGAIN),
        (a_claim(state=ClaimState.QUEUED), TriageDecision.SEND_AGAIN),
    ],
)
def test_another_transition_is_suppressed_only_while_somebody_hears_of_the_first(
    claim: Claim, decision: TriageDecision
) -> None:
    assert decide_on_conflict(claim, a_signal(occurred_at=LATER), LATER) is decision


@pytest.mark.parametrize("state", list(ClaimState))
def test_a_log_error_that_goes_on_sends_nothing_again_whatever_became_of_the_first_batch(
    state: ClaimState,
) -> None:
    signal = a_signal(source=SignalSource.LOG_ERROR, occurred_at=LATER)

    assert decide_on_conflict(a_claim(state=state), signal, LATER) is TriageDecision.SUPPRESSED


@pytest.mark.parametrize("minutes", [0, 10])
def test_a_claim_whose_message_may_be_missing_is_sent_again_whoever_asks(minutes: int) -> None:
    signal = a_signal(occurred_at=FIRED_AT + timedelta(minutes=minutes))

    assert decide_on_conflict(a_claim(sent=False), signal, LATER) is TriageDecision.SEND_AGAIN


@pytest.mark.parametrize(
    ("existing", "outcome"),
    [
        (None, StartOutcome.GONE),
        (a_claim(investigation_id="inv-2"), StartOutcome.SUPERSEDED),
        (a_claim(state=ClaimState.DONE), StartOutcome.ALREADY_DONE),
        (a_claim(state=ClaimState.RUNNING, message_id="message-1"), StartOutcome.HELD),
        (a_claim(state=ClaimState.RUNNING, message_id="message-2"), StartOutcome.DUPLICATE),
    ],
)
def test_a_refused_start_says_why(existing: Claim | None, outcome: StartOutcome) -> None:
    assert decide_on_refused_start(existing, "inv-1", "message-1") is outcome


@pytest.mark.parametrize(
    ("refires", "at", "decision"),
    [
        ({"refired_at": LATER, "refire_told_at": LATER}, LATER, TriageDecision.DUPLICATE),
        ({"refired_at": LATER}, LATER, TriageDecision.SUPPRESSED),
        ({"refired_at": LATER}, LATER - timedelta(minutes=1), TriageDecision.DUPLICATE),
        ({"refired_at": LATER, "refire_told_at": LATER}, LATER + timedelta(minutes=1), TriageDecision.SUPPRESSED),
    ],
)
def test_a_refire_is_a_duplicate_once_it_or_a_later_one_was_counted_and_told(
    refires: dict[str, Any], at: datetime, decision: TriageDecision
) -> None:
    done = a_claim(state=ClaimState.DONE, refires=1, **refires)

    assert decide_on_conflict(done, a_signal(occurred_at=at), at) is decision


LEADER = Leader("fp-leader", "inv-leader")


@pytest.mark.parametrize(
    ("leading", "waited", "decision"),
    [
        ({"state": ClaimState.DONE, "covers": frozenset({"fp"})}, 0, WatchDecision.COVERED),
        ({"state": ClaimState.RETRYABLE, "covers": frozenset({"fp"})}, 0, WatchDecision.COVERED),
        ({"state": ClaimState.DONE, "covers": frozenset({"other"})}, 0, WatchDecision.INVESTIGATE),
        ({"state": ClaimState.RUNNING}, MAX_WAITS - 1, WatchDecision.WAIT),
        ({"state": ClaimState.QUEUED}, 0, WatchDecision.WAIT),
        ({"state": ClaimState.RUNNING}, MAX_WAITS, WatchDecision.INVESTIGATE),
        ({"state": ClaimState.RUNNING, "investigation_id": "inv-later"}, 0, WatchDecision.INVESTIGATE),
        (None, 0, WatchDecision.INVESTIGATE),
    ],
)
def test_a_linked_alarm_is_left_to_its_leader_only_while_that_is_at_work_or_lists_it(
    leading: dict[str, Any] | None, waited: int, decision: WatchDecision
) -> None:
    claim = None if leading is None else a_claim(**({"investigation_id": "inv-leader"} | leading))

    assert decide_on_watch(claim, LEADER, "fp", waited) is decision
