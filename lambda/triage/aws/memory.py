"""Earlier investigations in the Tracker (DynamoDB).

Items of an investigation, all of them with the same attributes: ``pk = memory#investigation#<id>``,
``sk = memory``, which also lists the others (``found_at``); and one for each of its keys, with the id as ``sk``:
``pk = memory#alarm#<fingerprint>``, ``memory#resource#<account>#<region>#<resource>`` and
``memory#cause#<account>#<region>#<namespace>#<category>``. An id begins with the time, so that a partition is in
order and one Query has the latest.

They are written in one transaction. The keys follow from the investigation alone, so that writing again meets
what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.errors import code_of
from triage.aws.items import from_item, item_of_refusal, to_item, tracker_client
from triage.domain.memory import Remembered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from triage.domain.memory import Feedback, MemoryKey

_REFUSED = "ConditionalCheckFailed"
_IS_THERE = "attribute_exists(pk)"
_IS_NEW = "attribute_not_exists(pk)"


class DynamoMemory:
    """The Memory and Judgements ports over one table."""

    def __init__(self, table_name: str, dynamodb: Any = None) -> None:
        self._table_name = table_name
        self._dynamodb = dynamodb

    def remember(self, record: Remembered, keys: Sequence[MemoryKey], expires_at: datetime) -> bool:
        """Write all items, unless they are there."""
        places = [{"pk": _pk(key), "sk": record.investigation_id} for key in keys]
        values = {**record.to_json(), "expires_at": int(expires_at.timestamp())}
        items = [{**_own_key(record.investigation_id), **values, "found_at": [place["pk"] for place in places]}]
        items += [{**place, **values} for place in places]
        puts = [
            {"Put": {"TableName": self._table_name, "Item": to_item(item), "ConditionExpression": _IS_NEW}}
            for item in items
        ]
        try:
            self._client().transact_write_items(TransactItems=puts)
        except ClientError as error:
            if _REFUSED not in _cancellations(error):
                raise
            return False
        return True

    def newest(self, key: MemoryKey, before: str, limit: int, now: datetime) -> tuple[Remembered, ...]:
        """One Query, whatever the partition holds."""
        answer = self._client().query(
            TableName=self._table_name,
            KeyConditionExpression="pk = :key AND sk < :before",
            FilterExpression="expires_at > :now",
            ExpressionAttributeValues=to_item({":key": _pk(key), ":before": before, ":now": int(now.timestamp())}),
            ScanIndexForward=False,
            Limit=limit,
        )
        return tuple(Remembered.from_json(from_item(item)) for item in answer["Items"])

    def judge(self, investigation_id: str, feedback: Feedback, now: datetime) -> Remembered | None:
        """The item of its id is changed last: while one of the others fails, judging again does all of it."""
        own = _own_key(investigation_id)
        answer = self._client().get_item(TableName=self._table_name, Key=to_item(own), ConsistentRead=True)
        found = from_item(answer.get("Item") or {})
        if not found or found["expires_at"] <= int(now.timestamp()):
            return None
        for pk in found["found_at"]:
            self._note({"pk": pk, "sk": investigation_id}, feedback)
        self._note(own, feedback)
        return Remembered.from_json({**found, "feedback": feedback.to_json()})

    def _note(self, key: Mapping[str, str], feedback: Feedback) -> None:
        """Change an item that is there; the table may have removed it, and then it must not come back in part."""
        try:
            self._client().update_item(
                TableName=self._table_name,
                Key=to_item(key),
                UpdateExpression="SET feedback = :feedback",
                ConditionExpression=_IS_THERE,
                ExpressionAttributeValues=to_item({":feedback": feedback.to_json()}),
            )
        except ClientError as error:
            item_of_refusal(error)

    def _client(self) -> Any:
        return self._dynamodb or tracker_client()


def _pk(key: MemoryKey) -> str:
    return f"memory#{key.found_by.value}#{key.value}"


def _own_key(investigation_id: str) -> dict[str, str]:
    return {"pk": f"memory#investigation#{investigation_id}", "sk": "memory"}


def _cancellations(error: ClientError) -> list[str]:
    """Why each part of a transaction was cancelled; empty for any other error."""
    if code_of(error) != "TransactionCanceledException":
        return []
    reasons: Any = error.response.get("CancellationReasons") or ()
    return [reason.get("Code") or "" for reason in reasons]
