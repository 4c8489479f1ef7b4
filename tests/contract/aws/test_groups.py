"""Groups against DynamoDB semantics (moto): claim and group are written together or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import FIRED_AT, a_signal
from triage.aws.claims import DynamoClaimStore
from triage.aws.groups import DynamoGroups
from triage.aws.items import CONFLICT
from triage.domain.claim import Claim, ClaimOutcome, Leader
from triage.domain.fingerprint import fingerprint
from triage.domain.grouping import MAX_LINKED, group_key
from triage.domain.signal import Signal

NOW = FIRED_AT + timedelta(seconds=5)
ERRORS = a_signal()
KEY = group_key(ERRORS) or ""


def alarm(number: int, **overrides: Any) -> Signal:
    """One more alarm on the function."""
    return a_signal(name=f"alarm-{number}", **overrides)


@pytest.fixture
def claims(tracker: Any) -> DynamoClaimStore:
    return DynamoClaimStore("tracker", 3600, tracker, group_window_s=600)


@pytest.fixture
def groups(tracker: Any) -> DynamoGroups:
    return DynamoGroups("tracker", tracker)


def test_the_first_alarm_of_a_resource_leads_and_the_next_is_linked_to_it(
    claims: DynamoClaimStore, groups: DynamoGroups
) -> None:
    first = claims.claim(ERRORS, "inv-1", NOW)
    second = claims.claim(alarm(2), "inv-2", NOW + timedelta(seconds=1))

    assert (first.outcome, first.claim.group) == (ClaimOutcome.WON, KEY)
    assert (second.outcome, second.claim.leader) == (ClaimOutcome.LINKED, Leader(fingerprint(ERRORS), "inv-1"))
    assert [one.name for one in groups.linked(KEY, "inv-1")] == ["alarm-2"]
    assert groups.linked(KEY, "inv-2") == ()
    assert claims.find(fingerprint(alarm(2))) == second.claim


def test_a_redelivery_of_a_linked_alarm_is_linked_once(claims: DynamoClaimStore, groups: DynamoGroups) -> None:
    claims.claim(ERRORS, "inv-1", NOW)
    claims.claim(alarm(2), "inv-2", NOW)

    again = claims.claim(alarm(2), "inv-3", NOW)

    assert (again.outcome, again.claim.investigation_id) == (ClaimOutcome.TAKEN, "inv-2")
    assert len(groups.linked(KEY, "inv-1")) == 1


def test_a_leader_whose_claim_is_taken_does_not_take_the_group_either(
    claims: DynamoClaimStore, groups: DynamoGroups
) -> None:
    claims.claim(ERRORS, "inv-1", NOW)

    refused = claims.claim(ERRORS, "inv-2", NOW + timedelta(minutes=11))

    assert refused.outcome is ClaimOutcome.TAKEN
    assert groups.close(KEY, "inv-1", 0), "it still leads"


def test_a_group_closes_when_its_leader_knows_of_all(claims: DynamoClaimStore, groups: DynamoGroups) -> None:
    claims.claim(ERRORS, "inv-1", NOW)
    claims.claim(alarm(2), "inv-2", NOW)

    assert not groups.close(KEY, "inv-1", known=0)
    assert groups.close(KEY, "inv-1", known=1)

    late = claims.claim(alarm(3), "inv-3", NOW)
    assert late.outcome is ClaimOutcome.WON, "it leads a group of its own"
    assert groups.close(KEY, "inv-1", known=1), "what another leads is no business of the first"


def test_a_group_that_nobody_knows_needs_no_closing(groups: DynamoGroups) -> None:
    assert groups.close("no-such-group", "inv-1", known=0)
    assert groups.linked("no-such-group", "inv-1") == ()


def test_after_the_window_a_new_leader_takes_over(claims: DynamoClaimStore, groups: DynamoGroups) -> None:
    claims.claim(ERRORS, "inv-1", NOW)

    late = claims.claim(alarm(2), "inv-2", NOW + timedelta(seconds=600))

    assert late.outcome is ClaimOutcome.WON
    assert groups.linked(KEY, "inv-1") == ()


def test_a_full_group_sends_further_alarms_their_own_way(claims: DynamoClaimStore, groups: DynamoGroups) -> None:
    claims.claim(ERRORS, "inv-0", NOW)
    for number in range(1, MAX_LINKED + 1):
        assert claims.claim(alarm(number), f"inv-{number}", NOW).outcome is ClaimOutcome.LINKED

    beyond = claims.claim(alarm(99), "inv-99", NOW)

    assert (beyond.outcome, beyond.claim.group) == (ClaimOutcome.WON, None)
    assert len(groups.linked(KEY, "inv-0")) == MAX_LINKED


def test_a_composite_alarm_is_claimed_without_a_group(claims: DynamoClaimStore, tracker: Any) -> None:
    claims.claim(a_signal(alarm_rule="ALARM(a)", metrics=()), "inv-1", NOW)

    assert [item["sk"]["S"] for item in tracker.scan(TableName="tracker")["Items"]] == ["claim"]


class Conflicting:
    """A client whose first calls of one operation meet another transaction."""

    def __init__(self, client: Any, operation: str, response: dict[str, Any], times: int) -> None:
        self._client = client
        self._operation = operation
        self._response = response
        self._left = times

    def __getattr__(self, operation: str) -> Any:
        if operation == self._operation and self._left > 0:
            self._left -= 1
            return self._refuse
        return getattr(self._client, operation)

    def _refuse(self, **_: Any) -> Any:
        raise ClientError(self._response, "Operation")  # type: ignore[arg-type]  # as botocore parses it


CANCELLED = {
    "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
    "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
}


@pytest.mark.parametrize(
    ("operation", "response"),
    [
        ("transact_write_items", CANCELLED),
        ("update_item", {"Error": {"Code": CONFLICT, "Message": "Transaction is ongoing for the item"}}),
    ],
)
def test_a_write_that_meets_a_transaction_is_repeated(
    tracker: Any, operation: str, response: dict[str, Any]
) -> None:
    client = Conflicting(tracker, operation, response, times=3)
    claims = DynamoClaimStore("tracker", 3600, client, group_window_s=600)

    assert claims.claim(ERRORS, "inv-1", NOW).outcome is ClaimOutcome.WON
    claims.mark_sent(fingerprint(ERRORS), "inv-1")

    found = claims.find(fingerprint(ERRORS))
    assert isinstance(found, Claim)
    assert found.sent


def test_a_transaction_that_fails_for_another_reason_is_raised(tracker: Any) -> None:
    reasons = {**CANCELLED, "CancellationReasons": [{"Code": "ThrottlingError"}, {"Code": "None"}]}
    client = Conflicting(tracker, "transact_write_items", reasons, times=1)

    with pytest.raises(ClientError, match="cancelled"):
        DynamoClaimStore("tracker", 3600, client, group_window_s=600).claim(ERRORS, "inv-1", NOW)
