"""Spend in the Tracker (DynamoDB): counters that only conditional writes touch.

Items: ``pk = storm#hour#2026-11-21T03``, ``sk = count`` with ``started``; ``pk = storm#day#2026-11-21``,
``sk = spend`` with ``micro_usd`` and ``tokens``, spent or set aside. Each also holds the ids it counted and has
not given back (``ids``): a write that is sent twice, because its answer was lost or its caller was tried again,
counts once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.errors import code_of
from triage.aws.items import tracker_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.storm import Reservation, StormLimits

# The counters of last month tell how close the limits were; older ones are of no use.
RETENTION = timedelta(days=35)


class DynamoSpend:
    """The Spend port over one table."""

    def __init__(self, table_name: str, dynamodb: Any = None) -> None:
        self._table_name = table_name
        self._dynamodb = dynamodb

    def count_start(self, hour: str, investigation_id: str, limits: StormLimits) -> bool:
        """Count an investigation in its hour, unless the hour is full."""
        return self._counted(
            _hour(hour),
            investigation_id,
            "SET expires_at = :expires ADD started :one, ids :ids",
            "attribute_not_exists(started) OR started < :limit",
            {":expires": _expiry(f"{hour}:00"), ":one": 1, ":limit": limits.per_hour},
        )

    def uncount_start(self, hour: str, investigation_id: str) -> None:
        """Take an investigation that did not start out of its hour again."""
        self._given_back(_hour(hour), investigation_id, "ADD started :minus", {":minus": -1})

    def reserve(self, reservation: Reservation, limits: StormLimits) -> bool:
        """Set spend aside, unless the day's USD or tokens do not suffice."""
        room_usd = limits.daily_micro_usd - reservation.micro_usd
        room_tokens = limits.daily_tokens - reservation.tokens
        if room_usd < 0 or room_tokens < 0:
            return False
        return self._counted(
            _day(reservation.day),
            reservation.id,
            "SET expires_at = :expires ADD micro_usd :usd, tokens :tokens, ids :ids",
            "attribute_not_exists(micro_usd) OR (micro_usd <= :room_usd AND tokens <= :room_tokens)",
            {
                ":expires": _expiry(reservation.day),
                ":usd": reservation.micro_usd,
                ":tokens": reservation.tokens,
                ":room_usd": room_usd,
                ":room_tokens": room_tokens,
            },
        )

    def give_back(self, reservation: Reservation, micro_usd: int, tokens: int) -> None:
        """End a reservation; what was not used goes back."""
        self._given_back(
            _day(reservation.day),
            reservation.id,
            "ADD micro_usd :usd, tokens :tokens",
            {":usd": -micro_usd, ":tokens": -tokens},
        )

    def _counted(
        self, key: Mapping[str, Any], counted_id: str, update: str, room: str, numbers: Mapping[str, int]
    ) -> bool:
        """Whether the id is counted now: by this write, or by an earlier one under the same id."""
        values = {**_numbers(numbers), ":id": {"S": counted_id}, ":ids": {"SS": [counted_id]}}
        refused_by = self._update(key, update, f"NOT contains(ids, :id) AND ({room})", values)
        return refused_by is None or counted_id in refused_by.get("ids", {}).get("SS", ())

    def _given_back(
        self, key: Mapping[str, Any], counted_id: str, update: str, numbers: Mapping[str, int]
    ) -> None:
        """Only what is counted can be given back, and only once."""
        values = {**_numbers(numbers), ":id": {"S": counted_id}, ":ids": {"SS": [counted_id]}}
        self._update(key, f"{update} DELETE ids :ids", "contains(ids, :id)", values)

    def _update(
        self, key: Mapping[str, Any], update: str, condition: str, values: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """``None`` when written, else the item that the condition did not hold for."""
        try:
            self._client().update_item(
                TableName=self._table_name,
                Key=key,
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]  # not in botocore's type
            return item
        return None

    def _client(self) -> Any:
        return self._dynamodb or tracker_client()


def _hour(hour: str) -> dict[str, Any]:
    return {"pk": {"S": f"storm#hour#{hour}"}, "sk": {"S": "count"}}


def _day(day: str) -> dict[str, Any]:
    return {"pk": {"S": f"storm#day#{day}"}, "sk": {"S": "spend"}}


def _numbers(values: Mapping[str, int]) -> dict[str, Any]:
    return {name: {"N": str(value)} for name, value in values.items()}


def _expiry(moment: str) -> int:
    """When the item may go, for the table's TTL, from the ISO form of its hour or day."""
    return int((datetime.fromisoformat(moment).replace(tzinfo=UTC) + RETENTION).timestamp())
