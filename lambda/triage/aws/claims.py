"""Claims in the Tracker (DynamoDB): every step is one conditional write.

The conditions and updates say in DynamoDB's words what :mod:`triage.domain.claim_steps` says in Python's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.claim_items import claim_key, claim_of
from triage.aws.claim_transaction import ClaimTransaction
from triage.aws.items import item_of_refusal, to_item, tracker_client, without_conflict
from triage.domain.claim import Claim, Claimed, ClaimState, StartOutcome, decide_on_refused_start
from triage.domain.errors import ClaimLost
from triage.domain.fingerprint import fingerprint
from triage.domain.grouping import LinkedAlarm, group_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from triage.domain.signal import Signal

SAME = "investigation_id = :id"
OWNS_CLAIM = f"{SAME} AND attempt = :attempt AND #state = :running"


class DynamoClaimStore:
    """The ClaimStore port over one table.

    Args:
        window_s: seconds after the start of an investigation during which further transitions are suppressed.
        group_window_s: seconds during which further alarms on the resource are linked; 0 for no grouping.
    """

    def __init__(
        self, table_name: str, window_s: float, dynamodb: Any = None, *, group_window_s: float = 0.0
    ) -> None:
        self._table_name = table_name
        self._window_s = window_s
        self._group_window_s = group_window_s
        self._dynamodb = dynamodb

    def claim(
        self, signal: Signal, investigation_id: str, now: datetime, window_s: float | None = None
    ) -> Claimed:
        """Write a new QUEUED claim, as the leader of its resource's group or linked to the one there is."""
        fresh = Claim(
            fingerprint(signal),
            investigation_id,
            ClaimState.QUEUED,
            signal.occurred_at,
            self._window_end(now, window_s),
        )
        transaction = ClaimTransaction(self._client(), self._table_name, fresh, now)
        key = group_key(signal) if self._group_window_s > 0 else None
        if key is None:
            return transaction.alone()
        return transaction.in_group(key, LinkedAlarm.of(signal), now + timedelta(seconds=self._group_window_s))

    def _window_end(self, now: datetime, window_s: float | None) -> datetime:
        """When a window ends that begins now: the alarm's own one, else everybody's."""
        return now + timedelta(seconds=self._window_s if window_s is None else window_s)

    def find(self, fingerprint: str) -> Claim | None:
        """The claim as it is now."""
        answer = self._client().get_item(
            TableName=self._table_name, Key=claim_key(fingerprint), ConsistentRead=True
        )
        return claim_of(answer["Item"]) if answer.get("Item") else None

    def mark_sent(self, fingerprint: str, investigation_id: str) -> None:
        """Record that the work queue accepted the message; a claim that has moved on is left alone."""
        self._step(fingerprint, "SET sent = :true", SAME, {":id": investigation_id, ":true": True})

    def choose_digest(self, fingerprint: str, investigation_id: str, digest: str) -> bool:
        """Note the digest that will tell the signal."""
        written, _ = self._step(
            fingerprint,
            "SET digest = :digest",
            f"{SAME} AND #state = :queued AND sent = :false "
            "AND (attribute_not_exists(digest) OR digest = :digest)",
            {":id": investigation_id, ":digest": digest, ":queued": ClaimState.QUEUED.value, ":false": False},
        )
        return written

    def join_digest(self, fingerprint: str, investigation_id: str, now: datetime) -> bool:
        """Set DONE for a signal that a digest holds."""
        written, _ = self._step(
            fingerprint,
            "SET #state = :done, finished_at = :now, window_until = :now",
            f"{SAME} AND #state = :queued AND attribute_exists(digest)",
            {
                ":id": investigation_id,
                ":queued": ClaimState.QUEUED.value,
                ":done": ClaimState.DONE.value,
                ":now": now,
            },
        )
        return written

    def count_refire(
        self, fingerprint: str, investigation_id: str, transition_at: datetime, telling_until: datetime
    ) -> tuple[bool, Claim]:
        """Count a suppressed transition.

        Raises:
            ClaimLost: the fingerprint is claimed for another investigation by now.
        """
        counted, claim = self._step(
            fingerprint,
            "SET refired_at = :at, telling_until = :until ADD refires :one",
            f"{SAME} AND (attribute_not_exists(refired_at) OR refired_at < :at)",
            {":id": investigation_id, ":at": transition_at, ":until": telling_until, ":one": 1},
        )
        if claim is None or claim.investigation_id != investigation_id:
            raise ClaimLost(f"the claim of {investigation_id} was replaced while its alarm fired again")
        return counted, claim

    def resume_refire(
        self,
        fingerprint: str,
        investigation_id: str,
        transition_at: datetime,
        now: datetime,
        telling_until: datetime,
    ) -> bool:
        """Take over the telling of a counted transition."""
        written, _ = self._step(
            fingerprint,
            "SET telling_until = :until",
            f"{SAME} AND refired_at = :at AND (attribute_not_exists(refire_told_at) OR refire_told_at <> :at) "
            "AND (attribute_not_exists(telling_until) OR telling_until <= :now)",
            {":id": investigation_id, ":at": transition_at, ":now": now, ":until": telling_until},
        )
        return written

    def mark_refire_told(self, fingerprint: str, investigation_id: str, transition_at: datetime) -> None:
        """Note that people were told of a transition."""
        self._step(
            fingerprint,
            "SET refire_told_at = :at",
            f"{SAME} AND refired_at = :at",
            {":id": investigation_id, ":at": transition_at},
        )

    def release_refire(self, fingerprint: str, investigation_id: str, transition_at: datetime) -> None:
        """Let a retry tell at once what could not be told."""
        self._step(
            fingerprint,
            "REMOVE telling_until",
            f"{SAME} AND refired_at = :at",
            {":id": investigation_id, ":at": transition_at},
        )

    def rearm(self, fingerprint: str, occurred_at: datetime, now: datetime) -> bool:
        """End the window of a claim whose alarm is OK again."""
        written, _ = self._step(
            fingerprint,
            "SET window_until = :now",
            "#state IN (:running, :done) AND transition_at < :at AND window_until > :now "
            "AND (attribute_not_exists(refired_at) OR refired_at < :at)",
            {
                ":at": occurred_at,
                ":now": now,
                ":running": ClaimState.RUNNING.value,
                ":done": ClaimState.DONE.value,
            },
        )
        return written

    def start(
        self,
        fingerprint: str,
        investigation_id: str,
        message_id: str,
        now: datetime,
        lease_s: float,
        window_s: float | None = None,
    ) -> tuple[StartOutcome, Claim | None]:
        """Win RUNNING: from QUEUED or RETRYABLE, or from RUNNING when its lease is past. Counts the attempt."""
        written, claim = self._step(
            fingerprint,
            "SET #state = :running, lease_until = :lease, window_until = :window, sent = :true, "
            "message_id = :message, started_at = if_not_exists(started_at, :now) ADD attempt :one",
            f"{SAME} AND (#state IN (:queued, :retryable) OR (#state = :running AND lease_until <= :now))",
            {
                ":id": investigation_id,
                ":message": message_id,
                ":running": ClaimState.RUNNING.value,
                ":queued": ClaimState.QUEUED.value,
                ":retryable": ClaimState.RETRYABLE.value,
                ":lease": now + timedelta(seconds=lease_s),
                ":window": self._window_end(now, window_s),
                ":now": now,
                ":one": 1,
                ":true": True,
            },
        )
        if not written:
            return decide_on_refused_start(claim, investigation_id, message_id), claim
        return StartOutcome.STARTED, claim

    def renew(self, claim: Claim, now: datetime, lease_s: float) -> None:
        """Extend the lease of the running attempt.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        self._step_of_owner(claim, "SET lease_until = :lease", {":lease": now + timedelta(seconds=lease_s)})

    def begin_delivery(self, claim: Claim, channel: str) -> bool:
        """Note that a delivery begins, if the claim is still ours and the channel was not reached before.

        Returns:
            ``False`` when the channel has the report already.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        condition = f"{OWNS_CLAIM} AND NOT contains(delivered, :channel)"
        values = {":channel": channel, **_owner(claim)}
        written, found = self._step(claim.fingerprint, "SET sending = :channel", condition, values)
        if written:
            return True
        if found and channel in found.delivered and found.investigation_id == claim.investigation_id:
            return False
        raise _lost(claim)

    def end_delivery(self, claim: Claim, channel: str, report_key: str, covers: Iterable[str] = ()) -> None:
        """Note that the channel accepted the report; whoever owns the claim by now must not send it again."""
        values = {":key": report_key, ":channels": {channel}, ":id": claim.investigation_id}
        listed = set(covers)  # DynamoDB has no empty sets
        self._step(
            claim.fingerprint,
            f"SET report_key = :key{', covers = :covers' if listed else ''} ADD delivered :channels "
            f"REMOVE sending{'' if listed else ', covers'}",
            SAME,
            {**values, ":covers": listed} if listed else values,
        )

    def finish(self, claim: Claim, report_key: str, now: datetime) -> None:
        """Set DONE.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        self._step_of_owner(
            claim,
            "SET #state = :done, lease_until = :zero, report_key = :key, finished_at = :now",
            {":done": ClaimState.DONE.value, ":zero": 0, ":key": report_key, ":now": now},
        )

    def fail(self, claim: Claim) -> None:
        """Set RETRYABLE.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        self._step_of_owner(
            claim,
            "SET #state = :retryable, lease_until = :zero",
            {":retryable": ClaimState.RETRYABLE.value, ":zero": 0},
        )

    def cover(self, fingerprint: str, investigation_id: str, report_key: str, now: datetime) -> bool:
        """Set DONE for a linked alarm that the report of its leader lists."""
        written, _ = self._step(
            fingerprint,
            "SET #state = :done, report_key = :key, finished_at = :now",
            f"{SAME} AND #state = :queued",
            {
                ":id": investigation_id,
                ":queued": ClaimState.QUEUED.value,
                ":done": ClaimState.DONE.value,
                ":key": report_key,
                ":now": now,
            },
        )
        return written

    def _step_of_owner(self, claim: Claim, update: str, values: Mapping[str, Any]) -> None:
        """Fencing: the write counts only while this attempt runs the claim."""
        written, _ = self._step(claim.fingerprint, update, OWNS_CLAIM, {**values, **_owner(claim)})
        if not written:
            raise _lost(claim)

    def _step(
        self, fingerprint: str, update: str, condition: str, values: Mapping[str, Any]
    ) -> tuple[bool, Claim | None]:
        """One conditional write: whether it was accepted, and the claim as it is now."""
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "Key": claim_key(fingerprint),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": to_item(values),
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if "#state" in update + condition:  # STATE is a reserved word
            arguments["ExpressionAttributeNames"] = {"#state": "state"}
        try:
            answer = without_conflict(lambda: self._client().update_item(**arguments))
        except ClientError as error:
            item = item_of_refusal(error)
            return False, claim_of(item) if item else None
        return True, claim_of(answer["Attributes"])

    def _client(self) -> Any:
        return self._dynamodb or tracker_client()


def _owner(claim: Claim) -> dict[str, Any]:
    return {
        ":id": claim.investigation_id,
        ":attempt": claim.attempt,
        ":running": ClaimState.RUNNING.value,
    }


def _lost(claim: Claim) -> ClaimLost:
    return ClaimLost(f"attempt {claim.attempt} of {claim.investigation_id} no longer owns its claim")
