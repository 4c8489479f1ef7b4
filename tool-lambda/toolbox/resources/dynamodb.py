"""A DynamoDB table: status, capacity, indexes, scaling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources import sqs
from toolbox.resources.base import change, picked
from toolbox.resources.scaling import scaling, scaling_activities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.answer import Asked


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration, scaling targets and their latest activities."""
    look = looking.current()
    nothing: dict[str, Any] = {}
    table = asked.attempt(
        "table", lambda: look.client("dynamodb").describe_table(TableName=name)["Table"], nothing
    )
    throughput = table.get("ProvisionedThroughput") or {}
    mode = (table.get("BillingModeSummary") or {}).get("BillingMode") or ("PROVISIONED" if table else None)
    stream = table.get("StreamSpecification") or {}
    read_from = sqs.read_by(sqs.consumers(asked, str(table.get("LatestStreamArn") or "")))
    return {
        **picked(table, "TableStatus", "ItemCount", "TableSizeBytes", "CreationDateTime", "OnDemandThroughput"),
        "capacity_mode": mode,
        **(_units(throughput) if mode == "PROVISIONED" else {}),
        "keys": [f"{each['AttributeName']} ({each['KeyType']})" for each in table.get("KeySchema") or ()],
        "indexes": [
            {
                "name": each["IndexName"],
                "status": each.get("IndexStatus"),
                **(_units(each.get("ProvisionedThroughput") or {}) if mode == "PROVISIONED" else {}),
            }
            for each in table.get("GlobalSecondaryIndexes") or ()
        ],
        "stream": stream.get("StreamViewType"),
        **read_from,
        "encryption": picked(table.get("SSEDescription"), "Status", "SSEType", "KMSMasterKeyArn"),
        "replicas": [
            f"{each.get('RegionName')} {each.get('ReplicaStatus')}" for each in table.get("Replicas") or ()
        ],
        **scaling(asked, "dynamodb", f"table/{name}"),
        "changes": [
            *_throughput_changes(throughput),
            *scaling_activities(asked, "dynamodb", f"table/{name}"),
        ],
    }


def _units(throughput: Mapping[str, Any]) -> dict[str, Any]:
    return {"read_units": throughput.get("ReadCapacityUnits"), "write_units": throughput.get("WriteCapacityUnits")}


def _throughput_changes(throughput: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = {"LastIncreaseDateTime": "capacity increased", "LastDecreaseDateTime": "capacity decreased"}
    return [change(throughput.get(key), what) for key, what in names.items() if throughput.get(key)]
