"""An ElastiCache cluster or replication group: nodes, engine, settings, events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.resources.base import change, picked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolbox.asking.answer import Asked

_EVENTS_BACK = timedelta(days=2)
_MOST_NODES = 2


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration and events of a cluster, and of the replication group it belongs to, or of a group's name."""
    client = looking.current().client("elasticache")
    of_group = members(asked, name)
    if of_group and of_group != [name]:
        return describe_group(asked, name) | {
            "security_groups": _security_groups(asked, client, of_group[0]) if of_group else [],
            "changes": _events_of_group(asked, client, name, of_group),
        }
    nothing: list[Any] = []
    found = asked.attempt(
        "cluster", lambda: client.describe_cache_clusters(CacheClusterId=name)["CacheClusters"], nothing
    )
    cluster: Mapping[str, Any] = found[0] if found else {}
    group = str(cluster.get("ReplicationGroupId") or "")
    parameters = cluster.get("CacheParameterGroup") or {}
    return {
        **picked(
            cluster,
            "CacheClusterStatus",
            "CacheNodeType",
            "Engine",
            "EngineVersion",
            "NumCacheNodes",
            "PreferredMaintenanceWindow",
            "PendingModifiedValues",
            "ReplicationGroupId",
        ),
        "parameters": parameters.get("CacheParameterGroupName"),
        "security_groups": [each["SecurityGroupId"] for each in cluster.get("SecurityGroups") or ()],
        "slow_log": _slow_log(cluster),
        "replication_group": describe_group(asked, group) if group else None,
        "changes": _events_of_group(asked, client, group, [name]),
    }


def _slow_log(cluster: Mapping[str, Any]) -> str | None:
    """The log group a node writes slow commands to (ElastiCache user guide, "Log delivery")."""
    logs = [each for each in cluster.get("LogDeliveryConfigurations") or () if each.get("LogType") == "slow-log"]
    details = [(each.get("DestinationDetails") or {}).get("CloudWatchLogsDetails") or {} for each in logs]
    return next((str(each["LogGroup"]) for each in details if each.get("LogGroup")), None)


def describe_group(asked: Asked, name: str) -> dict[str, Any]:
    """State and members of a replication group."""
    client = looking.current().client("elasticache")
    nothing: list[Any] = []
    found = asked.attempt(
        "replication group",
        lambda: client.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"],
        nothing,
    )
    group: Mapping[str, Any] = found[0] if found else {}
    return {
        **picked(group, "Status", "AutomaticFailover", "MultiAZ", "ClusterEnabled", "CacheNodeType"),
        "pending": group.get("PendingModifiedValues"),
        "members": group.get("MemberClusters"),
        "shards": [
            picked(each, "NodeGroupId", "Status", "Slots") for each in list(group.get("NodeGroups") or ())[:6]
        ],
    }


def members(asked: Asked, name: str) -> list[str]:
    """The clusters of the replication group of a name; the name itself where there is no such group."""
    client = looking.current().client("elasticache")

    def read() -> list[str]:
        try:
            found = client.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
        except client.exceptions.ReplicationGroupNotFoundFault:
            return [name]
        return [str(each) for group in found for each in group.get("MemberClusters") or ()]

    nothing: list[str] = []
    return asked.attempt(f"members of {name}", read, nothing)


def _security_groups(asked: Asked, client: Any, name: str) -> list[str]:
    """Those of a member are those of its group."""
    nothing: list[Any] = []
    found = asked.attempt(
        "security groups", lambda: client.describe_cache_clusters(CacheClusterId=name)["CacheClusters"], nothing
    )
    return [str(each["SecurityGroupId"]) for one in found for each in one.get("SecurityGroups") or ()]


def _events_of_group(asked: Asked, client: Any, group: str, nodes: Sequence[str]) -> list[dict[str, Any]]:
    """Those of a replication group, which tell of failovers and updates, and of the first of its nodes."""
    of_group = _events(asked, client, group, "replication-group") if group else []
    return of_group + [each for node in nodes[:_MOST_NODES] for each in _events(asked, client, node)]


def _events(asked: Asked, client: Any, name: str, kind: str = "cache-cluster") -> list[dict[str, Any]]:
    window = looking.current().window
    request = {
        "SourceIdentifier": name,
        "SourceType": kind,
        "StartTime": window.start - _EVENTS_BACK,
        "EndTime": window.now,
    }
    nothing: list[Any] = []
    found = asked.attempt(
        "events", lambda: list(pages(client, "describe_events", "Events", most=50, **request)), nothing
    )
    return [change(each["Date"], each["Message"]) for each in found]
