"""Occurrences of log errors in the Tracker (DynamoDB): one item for each error that has to come more than once.

``pk = occurrences#<fingerprint>``, ``sk = occurrences``; ``seen`` is a set of what arrived, so that the same lines
delivered twice count once, and two functions that add at the same time lose nothing. It never holds more entries
than an investigation needs lines: a set that is full holds enough, or something that is too old.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.errors import code_of
from triage.aws.items import tracker_client
from triage.domain.occurrences import MAX_WITHIN, Occurrence, since

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MAX_TRIES = 4


class DynamoOccurrences:
    """The Occurrences port over one table."""

    def __init__(self, table_name: str, dynamodb: Any = None) -> None:
        self._table_name = table_name
        self._dynamodb = dynamodb

    def add(
        self, fingerprint: str, occurrence: Occurrence, from_: datetime, least: int, now: datetime
    ) -> tuple[Occurrence, ...]:
        """Add lines, and learn which arrived since a moment."""
        key = {"pk": {"S": f"occurrences#{fingerprint}"}, "sk": {"S": "occurrences"}}
        recent: tuple[Occurrence, ...] = ()
        for _ in range(MAX_TRIES):
            seen, is_added = self._added(key, occurrence, least, now)
            recent = since(map(Occurrence.read, seen), from_)
            if is_added or len(recent) >= least:
                return recent
            kept = {one.written() for one in recent}
            self._remove(key, [one for one in seen if one not in kept])
        return recent

    def _added(
        self, key: Mapping[str, Any], occurrence: Occurrence, least: int, now: datetime
    ) -> tuple[Sequence[str], bool]:
        """Everything in the set, and whether these lines are among it."""
        written = occurrence.written()
        try:
            answer = self._client().update_item(
                TableName=self._table_name,
                Key=key,
                UpdateExpression="SET expires_at = :expires ADD seen :added",
                ConditionExpression="attribute_not_exists(seen) OR size(seen) < :least OR contains(seen, :one)",
                ExpressionAttributeValues={
                    ":expires": {"N": str(int((now + 2 * MAX_WITHIN).timestamp()))},
                    ":added": {"SS": [written]},
                    ":one": {"S": written},
                    ":least": {"N": str(least)},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]  # not in botocore's type
            return item.get("seen", {}).get("SS", ()), False
        return answer["Attributes"]["seen"]["SS"], True

    def _remove(self, key: Mapping[str, Any], old: list[str]) -> None:
        """Take out what is too old; what is gone already is no error."""
        self._client().update_item(
            TableName=self._table_name,
            Key=key,
            UpdateExpression="DELETE seen :old",
            ExpressionAttributeValues={":old": {"SS": old}},
        )

    def _client(self) -> Any:
        return self._dynamodb or tracker_client()
