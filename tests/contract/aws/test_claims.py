"""Claims against DynamoDB semantics (moto): each step is one conditional write, and the fakes agree with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import FIRED_AT, a_signal
from tests.fakes import MemoryClaims
from triage.aws.claims import DynamoClaimStore
from triage.domain.claim import ClaimOutcome, ClaimState, StartOutcome
from triage.domain.errors import ClaimLost
from triage.domain.fingerprint import fingerprint
from triage.ports import ClaimStore

NOW = FIRED_AT + timedelta(seconds=5)
HOUR = timedelta(hours=1)
SIGNAL = a_signal()
KEY = fingerprint(SIGNAL)
NEXT_EPISODE = a_signal(occurred_at=FIRED_AT + timedelta(hours=2))


@pytest.fixture(params=["dynamodb", "memory"])
def claims(request: pytest.FixtureRequest) -> ClaimStore:
    if request.param == "memory":
        return MemoryClaims()
    return DynamoClaimStore("tracker", 3600, request.getfixturevalue("tracker"))


def started(claims: ClaimStore, at_seconds: float = 0) -> Any:
    """A claim that an investigator has won."""
    outcome, claim = claims.start(KEY, "inv-1", "message-1", NOW + timedelta(seconds=at_seconds), lease_s=900)
    assert outcome is StartOutcome.STARTED
    return claim


def test_the_first_signal_wins_and_the_second_learns_who_holds_it(claims: ClaimStore) -> None:
    assert claims.claim(SIGNAL, "inv-1", NOW).outcome is ClaimOutcome.WON

    existing = claims.claim(SIGNAL, "inv-2", NOW).claim

    assert existing.investigation_id == "inv-1"
    assert existing.state is ClaimState.QUEUED
    assert not existing.sent
    assert existing.transition_at == SIGNAL.occurred_at


def test_a_sent_message_is_remembered(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.mark_sent(KEY, "inv-1")

    existing = claims.claim(SIGNAL, "inv-2", NOW).claim

    assert existing.sent


def test_marking_an_investigation_that_was_superseded_changes_nothing(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.mark_sent(KEY, "inv-0")

    existing = claims.claim(SIGNAL, "inv-2", NOW).claim

    assert not existing.sent


def test_only_one_investigator_wins(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)

    first, won = claims.start(KEY, "inv-1", "message-1", NOW, lease_s=900)
    second, holder = claims.start(KEY, "inv-1", "message-1", NOW, lease_s=900)

    assert (first, second) == (StartOutcome.STARTED, StartOutcome.HELD)
    assert won is not None
    assert won.attempt == 1
    assert holder is not None
    assert holder.lease_until == NOW + timedelta(seconds=900)


def test_a_second_message_of_a_running_investigation_is_told_from_the_owner_s_own(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    started(claims)

    outcome, _ = claims.start(KEY, "inv-1", "message-2", NOW, lease_s=900)

    assert outcome is StartOutcome.DUPLICATE


def test_a_failed_attempt_is_tried_again_with_the_next_number(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.fail(started(claims))

    assert started(claims, 1).attempt == 2


def test_a_lease_that_is_past_is_taken_over_and_the_old_owner_can_write_nothing(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    paused = started(claims)

    taken_over = started(claims, at_seconds=901)

    assert taken_over.attempt == 2
    with pytest.raises(ClaimLost):
        claims.finish(paused, "reports/x/report.md", NOW + HOUR)
    with pytest.raises(ClaimLost):
        claims.fail(paused)
    claims.finish(taken_over, "reports/x/report.md", NOW + HOUR)


def test_what_is_done_is_not_started_again(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.finish(started(claims), "reports/x/report.md", NOW)

    outcome, _ = claims.start(KEY, "inv-1", "message-1", NOW + 24 * HOUR, lease_s=900)

    assert outcome is StartOutcome.ALREADY_DONE


def test_a_message_of_an_older_investigation_is_superseded(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)

    outcome, _ = claims.start(KEY, "inv-0", "message-1", NOW, lease_s=900)

    assert outcome is StartOutcome.SUPERSEDED


def test_a_message_without_a_claim_is_told_so(claims: ClaimStore) -> None:
    outcome, claim = claims.start(KEY, "inv-1", "message-1", NOW, lease_s=900)

    assert (outcome, claim) == (StartOutcome.GONE, None)


def test_inside_the_window_a_new_episode_does_not_win_and_is_counted(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.finish(started(claims), "reports/x/report.md", NOW)
    refire = a_signal(occurred_at=FIRED_AT + timedelta(minutes=59))

    assert claims.claim(refire, "inv-2", NOW + timedelta(minutes=59)).outcome is ClaimOutcome.TAKEN
    counted, claim = claims.count_refire(KEY, "inv-1", refire.occurred_at, NOW + HOUR)
    assert (counted, claim.refires) == (True, 1)
    counted, claim = claims.count_refire(KEY, "inv-1", refire.occurred_at, NOW + HOUR)
    assert (counted, claim.refires) == (False, 1), "each transition is counted once"


def test_after_the_window_a_new_episode_wins(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.finish(started(claims), "reports/x/report.md", NOW)

    assert claims.claim(NEXT_EPISODE, "inv-2", NOW + 2 * HOUR).outcome is ClaimOutcome.WON


def test_after_the_window_a_redelivery_of_the_same_transition_does_not_win(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    claims.finish(started(claims), "reports/x/report.md", NOW)

    assert claims.claim(SIGNAL, "inv-2", NOW + 2 * HOUR).outcome is ClaimOutcome.TAKEN


def test_a_running_investigation_outlasts_a_short_window(tracker: Any) -> None:
    claims = DynamoClaimStore("tracker", window_s=0, dynamodb=tracker)
    claims.claim(SIGNAL, "inv-1", NOW)
    started(claims)

    assert claims.claim(NEXT_EPISODE, "inv-2", NOW + timedelta(minutes=10)).outcome is ClaimOutcome.TAKEN
    assert claims.claim(NEXT_EPISODE, "inv-2", NOW + timedelta(minutes=16)).outcome is ClaimOutcome.WON


def test_a_renewed_lease_is_not_taken_over(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    owner = started(claims)
    claims.renew(owner, NOW + timedelta(seconds=890), lease_s=60)

    outcome, _ = claims.start(KEY, "inv-1", "message-1", NOW + timedelta(seconds=940), lease_s=60)

    assert outcome is StartOutcome.HELD


def test_a_lost_claim_can_neither_be_renewed_nor_delivered(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    paused = started(claims)
    started(claims, at_seconds=901)

    with pytest.raises(ClaimLost):
        claims.renew(paused, NOW + HOUR, lease_s=60)
    with pytest.raises(ClaimLost):
        claims.begin_delivery(paused, "sns")


def test_what_was_delivered_is_known_to_a_later_attempt_and_not_delivered_again(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    first = started(claims)
    assert claims.begin_delivery(first, "sns")
    claims.end_delivery(first, "sns", "reports/x/report.md")
    claims.fail(first)

    second = started(claims, 1)

    assert second.delivered == {"sns"}
    assert second.report_key == "reports/x/report.md"
    assert not claims.begin_delivery(second, "sns")
    assert claims.begin_delivery(second, "slack")


def test_a_delivery_that_began_and_is_not_known_to_have_ended_is_tried_again(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    first = started(claims)
    assert claims.begin_delivery(first, "sns")
    claims.fail(first)

    assert claims.begin_delivery(started(claims, 1), "sns")


def test_a_delivery_is_noted_even_when_the_claim_was_lost_meanwhile(claims: ClaimStore) -> None:
    claims.claim(SIGNAL, "inv-1", NOW)
    slow = started(claims)
    assert claims.begin_delivery(slow, "sns")
    taken_over = started(claims, at_seconds=901)

    claims.end_delivery(slow, "sns", "reports/x/report.md")

    assert not claims.begin_delivery(taken_over, "sns")


def test_items_expire_by_the_ttl_attribute(tracker: Any) -> None:
    DynamoClaimStore("tracker", 3600, tracker).claim(SIGNAL, "inv-1", NOW)

    item = tracker.scan(TableName="tracker")["Items"][0]

    assert int(item["expires_at"]["N"]) > NOW.timestamp() + 24 * 3600


def test_an_error_that_is_not_a_refusal_is_raised(tracker: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        DynamoClaimStore("no-such-table", 3600, tracker).claim(SIGNAL, "inv-1", NOW)
