"""What a refused conditional write means."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import FIRED_AT, a_signal
from triage.domain.claim import (
    Claim,
    ClaimState,
    StartOutcome,
    TriageDecision,
    decide_on_conflict,
    decide_on_refused_start,
)

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
