"""Groups of alarms on one resource, in the Tracker (DynamoDB).

Items: ``pk = group#<account>#<region>#<resource>``, ``sk = group``. They are opened and joined together with a
claim (:mod:`triage.aws.claim_transaction`); here they are read and closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.items import from_item, item_of_refusal, moment, to_item, tracker_client, without_conflict
from triage.domain.claim import Leader
from triage.domain.grouping import Group, LinkedAlarm

if TYPE_CHECKING:
    from collections.abc import Mapping


class DynamoGroups:
    """The Groups port over one table."""

    def __init__(self, table_name: str, dynamodb: Any = None) -> None:
        self._table_name = table_name
        self._dynamodb = dynamodb

    def linked(self, key: str, investigation_id: str) -> tuple[LinkedAlarm, ...]:
        """The alarms linked to an investigation so far, oldest first; none when another one leads the group."""
        answer = self._client().get_item(TableName=self._table_name, Key=group_item_key(key), ConsistentRead=True)
        group = group_of(answer["Item"]) if answer.get("Item") else None
        return group.linked if group and group.leader.investigation_id == investigation_id else ()

    def close(self, key: str, investigation_id: str, known: int) -> bool:
        """Link nothing more, if the investigation leads the group and knows of every alarm in it.

        Returns:
            ``False`` when alarms were linked that it does not know of.
        """
        try:
            without_conflict(
                lambda: self._client().update_item(
                    TableName=self._table_name,
                    Key=group_item_key(key),
                    UpdateExpression="SET closed = :true",
                    ConditionExpression="investigation_id = :id AND size(linked) = :known",
                    ExpressionAttributeValues=to_item({":true": True, ":id": investigation_id, ":known": known}),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            )
        except ClientError as error:
            item = item_of_refusal(error)
            return not item or group_of(item).leader.investigation_id != investigation_id
        return True

    def _client(self) -> Any:
        return self._dynamodb or tracker_client()


def group_item_key(key: str) -> dict[str, Any]:
    """The key of a group's item."""
    return to_item({"pk": f"group#{key}", "sk": "group"})


def group_of(item: Mapping[str, Any]) -> Group:
    """The group that an item holds."""
    data = from_item(item)
    open_until = moment(data["open_until"])
    if open_until is None:
        raise ValueError(f"group {data['key']} has no end")
    return Group(
        data["key"],
        Leader(data["leader"], data["investigation_id"]),
        open_until,
        bool(data["closed"]),
        tuple(LinkedAlarm.from_json(alarm) for alarm in data["linked"]),
    )
