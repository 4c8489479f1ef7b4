"""Amazon RDS (API reference, "Actions")."""

from __future__ import annotations

from local_aws.declared.conditions import AtLeast, AtMost, Condition, Contains, Is, Noted, Ref
from local_aws.declared.filters import Filters
from local_aws.declared.rules import Page, Parent, Rule, Service
from local_aws.declared.services.event_window import window

_PAGE = Page(100, most=100, least=20)


def _named(path: str, code: str, what: str) -> Condition:
    return Ref(path, missing=(code, f"{what} {{}} not found."))


def _filters(**paths: str) -> Condition:
    return Filters({name.replace("_", "-"): path for name, path in paths.items()})


def _parameters(operation: str, group: str, code: str) -> Rule:
    return Rule(
        operation,
        "Parameters",
        {group: Ref(group), "Source": Is("Source"), "Filters": _filters(parameter_name="ParameterName")},
        identity=(group, "ParameterName"),
        order="ParameterName",
        page=_PAGE,
        undeclared=(code, "This local AWS knows the parameters of no such group: declare them."),
    )


_PARENT = Parent(
    "DBInstanceIdentifier", "DescribeDBInstances", missing=("DBInstanceNotFound", "DBInstance {} not found.")
)

SERVICE = Service(
    "rds",
    "InvalidParameterValue",
    (
        Rule(
            "DescribeDBInstances",
            "DBInstances",
            {
                "DBInstanceIdentifier": _named(
                    "[DBInstanceIdentifier, DBInstanceArn]", "DBInstanceNotFound", "DBInstance"
                ),
                "Filters": _filters(
                    db_cluster_id="DBClusterIdentifier",
                    db_instance_id="[DBInstanceIdentifier, DBInstanceArn]",
                    dbi_resource_id="DbiResourceId",
                    domain="DomainMemberships[].Domain",
                    engine="Engine",
                ),
            },
            identity=("DBInstanceIdentifier",),
            order="DBInstanceIdentifier",
            page=_PAGE,
        ),
        Rule(
            "DescribeDBClusters",
            "DBClusters",
            {
                "DBClusterIdentifier": _named(
                    "[DBClusterIdentifier, DBClusterArn]", "DBClusterNotFoundFault", "DBCluster"
                ),
                "Filters": _filters(
                    clone_group_id="CloneGroupId",
                    db_cluster_id="[DBClusterIdentifier, DBClusterArn]",
                    db_cluster_resource_id="DbClusterResourceId",
                    domain="DomainMemberships[].Domain",
                    engine="Engine",
                ),
                "IncludeShared": Noted("no other account shares a cluster"),
            },
            identity=("DBClusterIdentifier",),
            order="DBClusterIdentifier",
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
                "EventCategories": Is("EventCategories"),
            },
            prepare=window,
            order="Date",
            page=_PAGE,
        ),
        _parameters("DescribeDBParameters", "DBParameterGroupName", "DBParameterGroupNotFound"),
        _parameters("DescribeDBClusterParameters", "DBClusterParameterGroupName", "DBParameterGroupNotFound"),
        Rule(
            "DescribeDBParameterGroups",
            "DBParameterGroups",
            {
                "DBParameterGroupName": _named(
                    "DBParameterGroupName", "DBParameterGroupNotFound", "DBParameterGroup"
                )
            },
            identity=("DBParameterGroupName",),
            page=_PAGE,
        ),
        Rule(
            "DescribeDBClusterParameterGroups",
            "DBClusterParameterGroups",
            {
                "DBClusterParameterGroupName": _named(
                    "DBClusterParameterGroupName", "DBParameterGroupNotFound", "DBClusterParameterGroup"
                )
            },
            identity=("DBClusterParameterGroupName",),
            page=_PAGE,
        ),
        Rule(
            "DescribeDBSubnetGroups",
            "DBSubnetGroups",
            {"DBSubnetGroupName": _named("DBSubnetGroupName", "DBSubnetGroupNotFoundFault", "DBSubnetGroup")},
            identity=("DBSubnetGroupName",),
            page=_PAGE,
        ),
        Rule(
            "DescribeDBLogFiles",
            "DescribeDBLogFiles",
            {
                "DBInstanceIdentifier": Ref("DBInstanceIdentifier"),
                "FilenameContains": Contains("LogFileName"),
                "FileLastWritten": AtLeast("LastWritten"),
                "FileSize": AtLeast("Size"),
            },
            identity=("DBInstanceIdentifier", "LogFileName"),
            order="LogFileName",
            page=_PAGE,
            emulated=False,
            undeclared=("DBInstanceNotFound", "This local AWS has no log files of that instance: declare them."),
            parent=_PARENT,
        ),
        Rule(
            "DownloadDBLogFilePortion",
            "",
            {"DBInstanceIdentifier": Ref("DBInstanceIdentifier"), "LogFileName": Is("LogFileName")},
            one=True,
            emulated=False,
            missing=("DBLogFileNotFoundFault", "DBLog File: {}, is not found on the DB instance"),
        ),
        Rule(
            "DescribePendingMaintenanceActions",
            "PendingMaintenanceActions",
            {
                "ResourceIdentifier": Is("ResourceIdentifier"),
                "Filters": _filters(db_instance_id="ResourceIdentifier", db_cluster_id="ResourceIdentifier"),
            },
            identity=("ResourceIdentifier",),
            page=_PAGE,
        ),
        Rule(
            "DescribeDBSnapshots",
            "DBSnapshots",
            {
                "DBInstanceIdentifier": Ref("DBInstanceIdentifier"),
                "DBSnapshotIdentifier": _named(
                    "[DBSnapshotIdentifier, DBSnapshotArn]", "DBSnapshotNotFound", "DBSnapshot"
                ),
                "DbiResourceId": Is("DbiResourceId"),
                "SnapshotType": Is("SnapshotType"),
                "Filters": _filters(
                    db_instance_id="DBInstanceIdentifier", engine="Engine", snapshot_type="SnapshotType"
                ),
            },
            identity=("DBSnapshotIdentifier",),
            order="SnapshotCreateTime",
            page=_PAGE,
        ),
        Rule(
            "DescribeDBProxies",
            "DBProxies",
            {"DBProxyName": _named("DBProxyName", "DBProxyNotFoundFault", "DBProxy")},
            identity=("DBProxyName",),
            page=_PAGE,
        ),
    ),
    trusted={"DescribeDBEngineVersions": ("Engine", "EngineVersion", "DefaultOnly")},
)
