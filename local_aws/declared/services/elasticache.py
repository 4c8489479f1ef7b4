"""Amazon ElastiCache (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import AtLeast, AtMost, Is, Noted, Ref, Where
from local_aws.declared.rules import Page, Rule, Service
from local_aws.declared.services.event_window import window

_PAGE = Page(100, least=20)

SERVICE = Service(
    "elasticache",
    "InvalidParameterValue",
    (
        Rule(
            "DescribeCacheClusters",
            "CacheClusters",
            {
                "CacheClusterId": Ref(
                    "CacheClusterId", missing=("CacheClusterNotFound", "CacheCluster not found: {}")
                ),
                "ShowCacheClustersNotInReplicationGroups": Where(
                    lambda asked, one: not asked or not one.get("ReplicationGroupId"),
                    "only those in no replication group",
                ),
                "ShowCacheNodeInfo": Noted("shows CacheNodes as well"),
            },
            identity=("CacheClusterId",),
            hides={"True": "CacheNodes"},
            includes="ShowCacheNodeInfo",
            page=_PAGE,
            tells={"ShowCacheNodeInfo": True},
        ),
        Rule(
            "DescribeReplicationGroups",
            "ReplicationGroups",
            {
                "ReplicationGroupId": Ref(
                    "ReplicationGroupId",
                    missing=("ReplicationGroupNotFoundFault", "ReplicationGroup {} not found."),
                )
            },
            identity=("ReplicationGroupId",),
            page=_PAGE,
        ),
        Rule(
            "DescribeEvents",
            "Events",
            {
                "SourceIdentifier": Is("SourceIdentifier"),
                "SourceType": Is("SourceType"),
                "StartTime": AtLeast("Date"),
                "EndTime": AtMost("Date"),
                "Duration": Noted("minutes from StartTime or to EndTime; 60 without either; 14 days are kept"),
            },
            prepare=window,
            order="Date",
            page=_PAGE,
        ),
        Rule(
            "DescribeCacheParameters",
            "Parameters",
            {"CacheParameterGroupName": Ref("CacheParameterGroupName"), "Source": Is("Source")},
            identity=("CacheParameterGroupName", "ParameterName"),
            page=_PAGE,
            undeclared=(
                "CacheParameterGroupNotFound",
                "This local AWS knows the parameters of no such group: declare them.",
            ),
        ),
        Rule(
            "DescribeCacheSubnetGroups",
            "CacheSubnetGroups",
            {
                "CacheSubnetGroupName": Ref(
                    "CacheSubnetGroupName",
                    missing=("CacheSubnetGroupNotFoundFault", "CacheSubnetGroup {} not found."),
                )
            },
            identity=("CacheSubnetGroupName",),
            page=_PAGE,
        ),
    ),
)
