"""Winning a claim: alone, or in one transaction with the group of its resource.

Two alarms of one resource that fire at the same moment must not both lead: the claim and its place in the group
are written together or not at all. The reasons of a cancelled transaction say which of the two was in the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.claim_items import RETENTION_S, claim_item, claim_of
from triage.aws.errors import code_of
from triage.aws.groups import group_item_key, group_of
from triage.aws.items import MAX_CONFLICTS, item_of_refusal, pause, to_item, without_conflict
from triage.domain.claim import Claim, Claimed, ClaimOutcome
from triage.domain.grouping import MAX_LINKED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from triage.domain.claim import Leader
    from triage.domain.grouping import LinkedAlarm

CANCELLED = "TransactionCanceledException"
MAX_ROUNDS = 3

# DynamoDB API reference, ``TransactWriteItems``: reasons of a cancelled transaction.
_REFUSED = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"

_FREE_CLAIM = (
    "attribute_not_exists(pk) OR (window_until <= :now AND lease_until <= :now AND transition_at <> :transition "
    "AND (attribute_not_exists(refired_at) OR refired_at < :transition))"
)
_FREE_GROUP = "attribute_not_exists(pk) OR closed = :true OR open_until <= :now OR leader = :leader"
_OPEN_GROUP = (
    "leader = :leader AND investigation_id = :id AND closed = :false AND open_until > :now AND size(linked) < :max"
)


@dataclass(frozen=True)
class _Cancelled:
    """Which parts of a transaction were refused, with the items that were in the way."""

    claim: Mapping[str, Any] | None = None
    group: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ClaimTransaction:
    """One attempt to win one claim.

    Attributes:
        fresh: the claim to be written.
    """

    dynamodb: Any
    table_name: str
    fresh: Claim
    now: datetime

    def alone(self) -> Claimed:
        """Write the claim without a group: a single conditional write."""
        try:
            without_conflict(lambda: self.dynamodb.put_item(**self._put_claim(self.fresh)))
        except ClientError as error:
            return Claimed(ClaimOutcome.TAKEN, claim_of(item_of_refusal(error)))
        return Claimed(ClaimOutcome.WON, self.fresh)

    def in_group(self, key: str, alarm: LinkedAlarm, open_until: datetime) -> Claimed:
        """Lead the group, or be linked to its leader. A group that changes all the time is left alone at last.

        Args:
            key: of the group.
            alarm: what a leader is told.
            open_until: until when further alarms are linked to a new group.
        """
        for _ in range(MAX_ROUNDS):
            leading = replace(self.fresh, group=key)
            refused = self._write(leading, {"Put": self._put_group(key, open_until)})
            if refused is None:
                return Claimed(ClaimOutcome.WON, leading)
            if refused.claim is not None:
                return Claimed(ClaimOutcome.TAKEN, claim_of(refused.claim))
            if not refused.group:
                continue
            leader = group_of(refused.group).leader
            linked = replace(self.fresh, leader=leader)
            refused = self._write(linked, {"Update": self._join_group(key, leader, alarm)})
            if refused is None:
                return Claimed(ClaimOutcome.LINKED, linked)
            if refused.claim is not None:
                return Claimed(ClaimOutcome.TAKEN, claim_of(refused.claim))
        return self.alone()

    def _write(self, claim: Claim, group_part: Mapping[str, Any]) -> _Cancelled | None:
        """Both parts or none; ``None`` when written."""
        parts = [{"Put": self._put_claim(claim)}, group_part]
        for attempt in range(MAX_CONFLICTS):
            try:
                self.dynamodb.transact_write_items(TransactItems=parts)
            except ClientError as error:
                if code_of(error) != CANCELLED:
                    raise
                reasons = _reasons(error)
                refused = _Cancelled(*(_in_the_way(reason) for reason in reasons))
                if refused != _Cancelled():
                    return refused
                if all(reason.get("Code") != _CONFLICT for reason in reasons):
                    raise
                pause(attempt)
            else:
                return None
        return _Cancelled()

    def _put_claim(self, claim: Claim) -> dict[str, Any]:
        return {
            "TableName": self.table_name,
            "Item": claim_item(claim, self.now),
            "ConditionExpression": _FREE_CLAIM,
            "ExpressionAttributeValues": to_item({":now": self.now, ":transition": claim.transition_at}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _put_group(self, key: str, open_until: datetime) -> dict[str, Any]:
        values = {
            "key": key,
            "leader": self.fresh.fingerprint,
            "investigation_id": self.fresh.investigation_id,
            "open_until": open_until,
            "closed": False,
            "linked": [],
            "expires_at": int(self.now.timestamp() + RETENTION_S),
        }
        return {
            "TableName": self.table_name,
            "Item": {**group_item_key(key), **to_item(values)},
            "ConditionExpression": _FREE_GROUP,
            "ExpressionAttributeValues": to_item(
                {":true": True, ":now": self.now, ":leader": self.fresh.fingerprint}
            ),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _join_group(self, key: str, leader: Leader, alarm: LinkedAlarm) -> dict[str, Any]:
        return {
            "TableName": self.table_name,
            "Key": group_item_key(key),
            "UpdateExpression": "SET linked = list_append(linked, :alarm)",
            "ConditionExpression": _OPEN_GROUP,
            "ExpressionAttributeValues": to_item(
                {
                    ":alarm": [alarm.to_json()],
                    ":leader": leader.fingerprint,
                    ":id": leader.investigation_id,
                    ":false": False,
                    ":now": self.now,
                    ":max": MAX_LINKED,
                }
            ),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _reasons(error: ClientError) -> Sequence[Mapping[str, Any]]:
    reasons: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons", ())
    return reasons


def _in_the_way(reason: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The item that refused its part; empty when the service does not show it."""
    return reason.get("Item", {}) if reason.get("Code") == _REFUSED else None
