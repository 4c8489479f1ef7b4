"""Claims in the Tracker (DynamoDB): every step is one conditional write.

Items: ``pk = claim#<fingerprint>``, ``sk = claim``; the channels that were reached are kept in the claim, so that
the check of ownership and the note of a delivery are one write. Times are numbers of seconds since the epoch, so
that conditions compare them; ``expires_at`` is the table's TTL attribute.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from triage.aws.clients import client
from triage.aws.errors import code_of
from triage.domain.claim import Claim, ClaimState, StartOutcome, decide_on_refused_start
from triage.domain.errors import ClaimLost
from triage.domain.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal

# Long enough to see what happened to an alarm last month; the archive keeps the reports.
RETENTION_S = 90 * 24 * 3600

OWNS_CLAIM = "investigation_id = :id AND attempt = :attempt AND #state = :running"

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


class DynamoClaimStore:
    """The ClaimStore port over one table.

    Args:
        window_s: seconds after the start of an investigation during which further transitions are suppressed.
    """

    def __init__(self, table_name: str, window_s: float, dynamodb: Any = None) -> None:
        self._table_name = table_name
        self._window_s = window_s
        self._dynamodb = dynamodb

    def claim(self, signal: Signal, investigation_id: str, now: datetime) -> Claim | None:
        """Write a new QUEUED claim; ``None`` when won, else the claim that stands in the way.

        Won when there is no claim, or when its window and lease are over and it is about another transition.
        """
        key = fingerprint(signal)
        seconds = now.timestamp()
        item = {
            "pk": f"claim#{key}",
            "sk": "claim",
            "fingerprint": key,
            "investigation_id": investigation_id,
            "state": ClaimState.QUEUED.value,
            "sent": False,
            "attempt": 0,
            "refires": 0,
            "transition_at": signal.occurred_at.timestamp(),
            "window_until": seconds + self._window_s,
            "lease_until": 0,
            "expires_at": int(seconds + RETENTION_S),
        }
        try:
            self._client().put_item(
                TableName=self._table_name,
                Item=_to_item(item),
                ConditionExpression=(
                    "attribute_not_exists(pk) OR "
                    "(window_until <= :now AND lease_until <= :now AND transition_at <> :transition)"
                ),
                ExpressionAttributeValues=_to_item(
                    {":now": seconds, ":transition": signal.occurred_at.timestamp()}
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            return _claim(_item_of_refusal(error))
        return None

    def mark_sent(self, fingerprint: str, investigation_id: str) -> None:
        """Record that the work queue accepted the message; a claim that has moved on is left alone."""
        try:
            self._update(
                fingerprint,
                "SET sent = :true",
                "investigation_id = :id",
                {":true": True, ":id": investigation_id},
            )
        except ClientError as error:
            _item_of_refusal(error)

    def count_refire(self, fingerprint: str) -> int:
        """Count a suppressed transition; returns how many there are now."""
        answer = self._update(fingerprint, "ADD refires :one", "attribute_exists(pk)", {":one": 1})
        return int(_from_item(answer["Attributes"])["refires"])

    def start(
        self, fingerprint: str, investigation_id: str, message_id: str, now: datetime, lease_s: float
    ) -> tuple[StartOutcome, Claim | None]:
        """Win RUNNING: from QUEUED or RETRYABLE, or from RUNNING when its lease is past. Counts the attempt."""
        seconds = now.timestamp()
        try:
            answer = self._update(
                fingerprint,
                "SET #state = :running, lease_until = :lease, window_until = :window, sent = :true, "
                "message_id = :message ADD attempt :one",
                "investigation_id = :id AND (#state IN (:queued, :retryable) "
                "OR (#state = :running AND lease_until <= :now))",
                {
                    ":id": investigation_id,
                    ":message": message_id,
                    ":running": ClaimState.RUNNING.value,
                    ":queued": ClaimState.QUEUED.value,
                    ":retryable": ClaimState.RETRYABLE.value,
                    ":lease": seconds + lease_s,
                    ":window": seconds + self._window_s,
                    ":now": seconds,
                    ":one": 1,
                    ":true": True,
                },
            )
        except ClientError as error:
            item = _item_of_refusal(error)
            existing = _claim(item) if item else None
            return decide_on_refused_start(existing, investigation_id, message_id), existing
        return StartOutcome.STARTED, _claim(answer["Attributes"])

    def renew(self, claim: Claim, now: datetime, lease_s: float) -> None:
        """Extend the lease of the running attempt.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        self._write_as_owner(claim, "SET lease_until = :lease", {":lease": now.timestamp() + lease_s})

    def begin_delivery(self, claim: Claim, channel: str) -> bool:
        """Note that a delivery begins, if the claim is still ours and the channel was not reached before.

        Returns:
            ``False`` when the channel has the report already.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        values = {":channel": channel, **_owner(claim)}
        try:
            condition = f"{OWNS_CLAIM} AND NOT contains(delivered, :channel)"
            self._update(claim.fingerprint, "SET sending = :channel", condition, values)
        except ClientError as error:
            found = _claim(_item_of_refusal(error))
            if channel in found.delivered and found.investigation_id == claim.investigation_id:
                return False
            raise _lost(claim) from error
        return True

    def end_delivery(self, claim: Claim, channel: str, report_key: str) -> None:
        """Note that the channel accepted the report; whoever owns the claim by now must not send it again."""
        try:
            self._update(
                claim.fingerprint,
                "SET report_key = :key ADD delivered :channels REMOVE sending",
                "investigation_id = :id",
                {":key": report_key, ":channels": {channel}, ":id": claim.investigation_id},
            )
        except ClientError as error:
            _item_of_refusal(error)  # the claim is about a later investigation: nothing will be sent again

    def finish(self, claim: Claim, report_key: str, now: datetime) -> None:
        """Set DONE.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        self._end(claim, ClaimState.DONE, {"report_key": report_key, "finished_at": now.timestamp()})

    def fail(self, claim: Claim) -> None:
        """Set RETRYABLE.

        Raises:
            ClaimLost: another attempt owns the claim.
        """
        self._end(claim, ClaimState.RETRYABLE, {})

    def _end(self, claim: Claim, state: ClaimState, more: Mapping[str, Any]) -> None:
        assignments = "".join(f", {name} = :{name}" for name in more)
        values = {":state": state.value, ":zero": 0, **{f":{name}": value for name, value in more.items()}}
        self._write_as_owner(claim, f"SET #state = :state, lease_until = :zero{assignments}", values)

    def _write_as_owner(self, claim: Claim, update: str, values: Mapping[str, Any]) -> None:
        """Fencing: the write counts only while this attempt runs the claim."""
        try:
            self._update(claim.fingerprint, update, OWNS_CLAIM, {**values, **_owner(claim)})
        except ClientError as error:
            _item_of_refusal(error)
            raise _lost(claim) from error

    def _update(self, fingerprint: str, update: str, condition: str, values: Mapping[str, Any]) -> Any:
        arguments: dict[str, Any] = {
            "TableName": self._table_name,
            "Key": _to_item({"pk": f"claim#{fingerprint}", "sk": "claim"}),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": _to_item(values),
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if "#state" in update + condition:  # STATE is a reserved word
            arguments["ExpressionAttributeNames"] = {"#state": "state"}
        return self._client().update_item(**arguments)

    def _client(self) -> Any:
        return self._dynamodb or client("dynamodb")


def _owner(claim: Claim) -> dict[str, Any]:
    return {
        ":id": claim.investigation_id,
        ":attempt": claim.attempt,
        ":running": ClaimState.RUNNING.value,
    }


def _lost(claim: Claim) -> ClaimLost:
    return ClaimLost(f"attempt {claim.attempt} of {claim.investigation_id} no longer owns its claim")


def _item_of_refusal(error: ClientError) -> Mapping[str, Any]:
    """The item that made a condition fail; any other error is raised again."""
    if code_of(error) != "ConditionalCheckFailedException":
        raise error
    item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]  # not in botocore's type
    return item


def _claim(item: Mapping[str, Any]) -> Claim:
    data = _from_item(item)
    return Claim(
        fingerprint=data["fingerprint"],
        investigation_id=data["investigation_id"],
        state=ClaimState(data["state"]),
        transition_at=_moment(data["transition_at"]),
        window_until=_moment(data["window_until"]),
        sent=data["sent"],
        attempt=int(data["attempt"]),
        lease_until=_moment(data["lease_until"]) if data["lease_until"] else None,
        refires=int(data["refires"]),
        message_id=data.get("message_id"),
        delivered=frozenset(data.get("delivered") or ()),
        report_key=data.get("report_key"),
    )


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(_number(value)) for name, value in values.items()}


def _from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def _number(value: Any) -> Any:
    """boto3 refuses floats; times are kept to the millisecond, as CloudWatch writes them."""
    return Decimal(str(round(value, 3))) if isinstance(value, float) else value
