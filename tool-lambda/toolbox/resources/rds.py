"""An RDS instance or Aurora cluster: state, storage, settings in force, events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import change, picked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.answer import Asked

_INSTANCE = (
    "DBInstanceStatus",
    "DBInstanceClass",
    "Engine",
    "EngineVersion",
    "AllocatedStorage",
    "MaxAllocatedStorage",
    "StorageType",
    "Iops",
    "MultiAZ",
    "DBClusterIdentifier",
    "ReadReplicaSourceDBInstanceIdentifier",
    "PubliclyAccessible",
    "CACertificateIdentifier",
    "PreferredMaintenanceWindow",
    "PreferredBackupWindow",
    "PendingModifiedValues",
    "PerformanceInsightsEnabled",
)
_CLUSTER = (
    "Status",
    "Engine",
    "EngineVersion",
    "EngineMode",
    "ServerlessV2ScalingConfiguration",
    "MultiAZ",
    "Endpoint",
    "PreferredMaintenanceWindow",
    "PendingModifiedValues",
)
#: RDS keeps events for 14 days.
_EVENTS_BACK = timedelta(days=2)


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration and events of an instance."""
    client = looking.current().client("rds")
    nothing: list[Any] = []
    found = asked.attempt(
        "instance",
        lambda: client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"],
        nothing,
    )
    instance: Mapping[str, Any] = found[0] if found else {}
    events = _events(asked, name, "db-instance")
    return {
        **picked(instance, *_INSTANCE),
        "endpoint": (instance.get("Endpoint") or {}).get("Address"),
        "certificate_valid_till": (instance.get("CertificateDetails") or {}).get("ValidTill"),
        "parameter_groups": [
            f"{each['DBParameterGroupName']} ({each['ParameterApplyStatus']})"
            for each in instance.get("DBParameterGroups") or ()
        ],
        "max_connections": _max_connections(asked, client, instance),
        "security_groups": [each["VpcSecurityGroupId"] for each in instance.get("VpcSecurityGroups") or ()],
        "replicas": instance.get("ReadReplicaDBInstanceIdentifiers"),
        "maintenance": _maintenance(asked, client, str(instance.get("DBInstanceArn") or "")),
        "changes": [change(each["Date"], each["Message"]) for each in events],
    }


def describe_cluster(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration, members and events of an Aurora cluster."""
    client = looking.current().client("rds")
    nothing: list[Any] = []
    found = asked.attempt(
        "cluster", lambda: client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"], nothing
    )
    cluster: Mapping[str, Any] = found[0] if found else {}
    return {
        **picked(cluster, *_CLUSTER),
        "members": [
            f"{each['DBInstanceIdentifier']} ({'writer' if each.get('IsClusterWriter') else 'reader'})"
            for each in cluster.get("DBClusterMembers") or ()
        ],
        "changes": [change(each["Date"], each["Message"]) for each in _events(asked, name, "db-cluster")],
    }


def writer_of(asked: Asked, name: str) -> str:
    """The instance of a cluster that writes; "" where it is not known."""
    client = looking.current().client("rds")
    nothing: list[Any] = []
    found = asked.attempt(
        "cluster", lambda: client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"], nothing
    )
    members = [each for cluster in found for each in cluster.get("DBClusterMembers") or ()]
    writers = [str(each["DBInstanceIdentifier"]) for each in members if each.get("IsClusterWriter")]
    return next(iter(writers), "")


def _events(asked: Asked, name: str, kind: str) -> list[Mapping[str, Any]]:
    look = looking.current()
    request = {
        "SourceIdentifier": name,
        "SourceType": kind,
        "StartTime": look.window.start - _EVENTS_BACK,
        "EndTime": look.window.now,
    }
    nothing: list[Any] = []
    return asked.attempt(
        "events",
        lambda: list(pages(look.client("rds"), "describe_events", "Events", most=100, **request)),
        nothing,
    )


def _max_connections(asked: Asked, client: Any, instance: Mapping[str, Any]) -> str | None:
    """The limit as the parameter group sets it; the default depends on the class's memory."""
    groups = [str(each["DBParameterGroupName"]) for each in instance.get("DBParameterGroups") or ()]
    if not groups:
        return None
    nothing: list[Any] = []
    found = asked.attempt(
        "changed parameters",
        lambda: list(
            pages(client, "describe_db_parameters", "Parameters", DBParameterGroupName=groups[0], Source="user")
        ),
        nothing,
    )
    return next((each.get("ParameterValue") for each in found if each["ParameterName"] == "max_connections"), None)


def _maintenance(asked: Asked, client: Any, arn: str) -> list[dict[str, Any]]:
    if not arn:
        return []
    nothing: list[Any] = []
    found = asked.attempt(
        "pending maintenance",
        lambda: client.describe_pending_maintenance_actions(ResourceIdentifier=arn)["PendingMaintenanceActions"],
        nothing,
    )
    details = [detail for each in found for detail in each.get("PendingMaintenanceActionDetails") or ()]
    return [picked(each, "Action", "Description", "AutoAppliedAfterDate", "CurrentApplyDate") for each in details]
