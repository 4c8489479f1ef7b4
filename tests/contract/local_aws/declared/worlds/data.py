"""RDS, ElastiCache, DynamoDB, Kinesis, SQS."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.local_aws.declared.worlds.world import World, ago, arn, ask, keyed, moment, named


def _log(name: str, size: int, hours: int) -> dict[str, Any]:
    return {"LogFileName": name, "Size": size, "LastWritten": int(moment(hours=hours).timestamp() * 1000)}


def _parameters(prefix: str) -> dict[str, Any]:
    return {
        "Parameters": [
            {"ParameterName": f"{prefix}max_connections", "Source": "user"},
            {"ParameterName": f"{prefix}work_mem", "Source": "engine-default"},
        ]
    }


_EVENTS = [
    {"SourceIdentifier": "orders", "SourceType": "db-instance", "Message": "old", "Date": ago(days=20)},
    {
        "SourceIdentifier": "orders",
        "SourceType": "db-instance",
        "EventCategories": ["failover"],
        "Message": "failover",
        "Date": ago(hours=5),
    },
    {"SourceIdentifier": "orders", "SourceType": "db-instance", "Message": "restart", "Date": ago(minutes=28)},
    {"SourceIdentifier": "main", "SourceType": "db-cluster", "Message": "scaled", "Date": ago(minutes=1)},
]

RDS = World(
    "rds",
    {
        "DescribeDBInstances": {
            "DBInstances": [
                {"DBInstanceIdentifier": "orders", "Engine": "postgres", "DBInstanceArn": arn("rds", "db:orders")},
                {"DBInstanceIdentifier": "blog", "Engine": "mysql", "DBClusterIdentifier": "main"},
            ]
        },
        "DescribeDBClusters": {
            "DBClusters": [
                {"DBClusterIdentifier": "main", "Engine": "aurora-mysql"},
                {"DBClusterIdentifier": "side", "Engine": "aurora-postgresql"},
            ]
        },
        "DescribeEvents": {"Events": _EVENTS},
        "DescribeDBParameters": keyed(
            ({"DBParameterGroupName": "pg"}, _parameters("")),
            ({"DBParameterGroupName": "pg2"}, _parameters("two_")),
        ),
        "DescribeDBClusterParameters": keyed(
            ({"DBClusterParameterGroupName": "pg"}, _parameters("")),
            ({"DBClusterParameterGroupName": "pg2"}, _parameters("two_")),
        ),
        "DescribeDBParameterGroups": {
            "DBParameterGroups": [{"DBParameterGroupName": "g1"}, {"DBParameterGroupName": "g2"}]
        },
        "DescribeDBClusterParameterGroups": {
            "DBClusterParameterGroups": [
                {"DBClusterParameterGroupName": "g1"},
                {"DBClusterParameterGroupName": "g2"},
            ]
        },
        "DescribeDBSubnetGroups": {"DBSubnetGroups": [{"DBSubnetGroupName": "g1"}, {"DBSubnetGroupName": "g2"}]},
        "DescribeDBLogFiles": keyed(
            (
                {"DBInstanceIdentifier": "orders"},
                {
                    "DescribeDBLogFiles": [
                        _log("error/postgresql.1", 900, 5),
                        _log("error/postgresql.2", 100, 1),
                        _log("slow.log", 5000, 1),
                    ]
                },
            ),
            ({"DBInstanceIdentifier": "blog"}, {"DescribeDBLogFiles": [_log("mysql.log", 10, 1)]}),
        ),
        "DownloadDBLogFilePortion": keyed(
            ({"DBInstanceIdentifier": "orders", "LogFileName": "slow.log"}, {"LogFileData": "slow-query"}),
            ({"DBInstanceIdentifier": "orders", "LogFileName": "error.log"}, {"LogFileData": "FATAL"}),
        ),
        "DescribePendingMaintenanceActions": {
            "PendingMaintenanceActions": [
                {"ResourceIdentifier": arn("rds", "db:orders")},
                {"ResourceIdentifier": arn("rds", "db:blog")},
            ]
        },
        "DescribeDBSnapshots": {
            "DBSnapshots": [
                {
                    "DBSnapshotIdentifier": "s1",
                    "DBInstanceIdentifier": "orders",
                    "SnapshotType": "manual",
                    "DbiResourceId": "db-1",
                },
                {
                    "DBSnapshotIdentifier": "s2",
                    "DBInstanceIdentifier": "blog",
                    "SnapshotType": "automated",
                    "DbiResourceId": "db-2",
                },
            ]
        },
        "DescribeDBProxies": {"DBProxies": [{"DBProxyName": "p1"}, {"DBProxyName": "p2"}]},
    },
    (
        ask(
            "DescribeDBInstances",
            "DBInstances[].DBInstanceIdentifier",
            "blog orders",
            DBInstanceIdentifier=("orders", "orders"),
            Filters=(named("engine", "mysql"), "blog"),
            more=(
                ({"DBInstanceIdentifier": "gone"}, "!DBInstanceNotFound"),
                ({"DBInstanceIdentifier": arn("rds", "db:orders")}, "orders"),
                ({"Filters": named("db-cluster-id", "main")}, "blog"),
                ({"Filters": named("colour", "red")}, "!InvalidParameterValue"),
            ),
        ),
        ask(
            "DescribeDBClusters",
            "DBClusters[].DBClusterIdentifier",
            "main side",
            DBClusterIdentifier=("side", "side"),
            Filters=(named("engine", "aurora-mysql"), "main"),
            more=(
                ({"DBClusterIdentifier": "gone"}, "!DBClusterNotFoundFault"),
                ({"IncludeShared": True}, "main side"),
            ),
        ),
        ask(
            "DescribeEvents",
            "Events[].Message",
            "restart scaled",
            SourceType=("db-cluster", "scaled"),
            StartTime=(moment(hours=6), "failover restart scaled"),
            EndTime=(moment(hours=4, minutes=30), "failover"),
            Duration=(27, "scaled"),
            more=(
                ({"SourceIdentifier": "orders"}, "!InvalidParameterCombination"),
                ({"StartTime": moment(days=30)}, "failover restart scaled"),
                ({"StartTime": moment(hours=6), "Duration": 120}, "failover"),
                ({"StartTime": moment(hours=1), "EndTime": moment(hours=2)}, "!InvalidParameterCombination"),
            ),
        ),
        ask(
            "DescribeEvents",
            "Events[].Message",
            "failover restart",
            {"StartTime": moment(hours=6), "SourceType": "db-instance"},
            SourceIdentifier=("main", ""),
            EventCategories=(["failover"], "failover"),
        ),
        *(
            ask(
                operation,
                "Parameters[].ParameterName",
                "max_connections work_mem",
                {group: "pg"},
                **{group: ("pg2", "two_max_connections two_work_mem")},
                Source=("user", "max_connections"),
                Filters=(named("parameter-name", "work_mem"), "work_mem"),
                more=(({group: "gone"}, "!DBParameterGroupNotFound"),),
            )
            for operation, group in (
                ("DescribeDBParameters", "DBParameterGroupName"),
                ("DescribeDBClusterParameters", "DBClusterParameterGroupName"),
            )
        ),
        ask(
            "DescribeDBParameterGroups",
            "DBParameterGroups[].DBParameterGroupName",
            "g1 g2",
            DBParameterGroupName=("g2", "g2"),
        ),
        ask(
            "DescribeDBClusterParameterGroups",
            "DBClusterParameterGroups[].DBClusterParameterGroupName",
            "g1 g2",
            DBClusterParameterGroupName=("g2", "g2"),
        ),
        ask(
            "DescribeDBSubnetGroups", "DBSubnetGroups[].DBSubnetGroupName", "g1 g2", DBSubnetGroupName=("g2", "g2")
        ),
        ask(
            "DescribeDBLogFiles",
            "DescribeDBLogFiles[].LogFileName",
            "postgresql.1 postgresql.2 slow.log",
            {"DBInstanceIdentifier": "orders"},
            DBInstanceIdentifier=("blog", "mysql.log"),
            FilenameContains=("slow", "slow.log"),
            FileSize=(900, "postgresql.1 slow.log"),
            FileLastWritten=(int(moment(hours=2).timestamp() * 1000), "postgresql.2 slow.log"),
        ),
        ask(
            "DownloadDBLogFilePortion",
            "[LogFileData]",
            "slow-query",
            {"DBInstanceIdentifier": "orders", "LogFileName": "slow.log"},
            LogFileName=("error.log", "FATAL"),
            DBInstanceIdentifier=("blog", "!DBLogFileNotFoundFault"),
        ),
        ask(
            "DescribePendingMaintenanceActions",
            "PendingMaintenanceActions[].ResourceIdentifier",
            f"{arn('rds', 'db:orders')} {arn('rds', 'db:blog')}",
            ResourceIdentifier=(arn("rds", "db:blog"), arn("rds", "db:blog")),
            Filters=(named("db-instance-id", arn("rds", "db:orders")), arn("rds", "db:orders")),
        ),
        ask(
            "DescribeDBSnapshots",
            "DBSnapshots[].DBSnapshotIdentifier",
            "s1 s2",
            DBInstanceIdentifier=("blog", "s2"),
            DBSnapshotIdentifier=("s1", "s1"),
            DbiResourceId=("db-2", "s2"),
            SnapshotType=("manual", "s1"),
            Filters=(named("snapshot-type", "automated"), "s2"),
        ),
        ask("DescribeDBProxies", "DBProxies[].DBProxyName", "p1 p2", DBProxyName=("p2", "p2")),
    ),
)

ELASTICACHE = World(
    "elasticache",
    {
        "DescribeCacheClusters": {
            "CacheClusters": [
                {"CacheClusterId": "c1", "ReplicationGroupId": "rg", "CacheNodes": [{"CacheNodeId": "0001"}]},
                {"CacheClusterId": "c2"},
            ]
        },
        "DescribeReplicationGroups": {
            "ReplicationGroups": [{"ReplicationGroupId": "rg"}, {"ReplicationGroupId": "rg2"}]
        },
        "DescribeEvents": {
            "Events": [
                {
                    "SourceIdentifier": "c1",
                    "SourceType": "cache-cluster",
                    "Message": "failover",
                    "Date": ago(hours=5),
                },
                {
                    "SourceIdentifier": "c2",
                    "SourceType": "cache-cluster",
                    "Message": "snapshot",
                    "Date": ago(minutes=28),
                },
                {
                    "SourceIdentifier": "pg",
                    "SourceType": "cache-parameter-group",
                    "Message": "changed",
                    "Date": ago(minutes=1),
                },
            ]
        },
        "DescribeCacheParameters": keyed(
            (
                {"CacheParameterGroupName": "pg"},
                {
                    "Parameters": [
                        {"ParameterName": "maxmemory-policy", "Source": "user"},
                        {"ParameterName": "timeout", "Source": "system"},
                    ]
                },
            ),
            ({"CacheParameterGroupName": "pg2"}, {"Parameters": [{"ParameterName": "other", "Source": "user"}]}),
        ),
        "DescribeCacheSubnetGroups": {
            "CacheSubnetGroups": [{"CacheSubnetGroupName": "g1"}, {"CacheSubnetGroupName": "g2"}]
        },
    },
    (
        ask(
            "DescribeCacheClusters",
            "CacheClusters[].CacheClusterId",
            "c1 c2",
            CacheClusterId=("c2", "c2"),
            ShowCacheClustersNotInReplicationGroups=(True, "c2"),
            more=(({"CacheClusterId": "gone"}, "!CacheClusterNotFound"),),
        ),
        ask(
            "DescribeCacheClusters",
            "CacheClusters[].CacheNodes[].CacheNodeId",
            "",
            ShowCacheNodeInfo=(True, "0001"),
        ),
        ask(
            "DescribeReplicationGroups",
            "ReplicationGroups[].ReplicationGroupId",
            "rg rg2",
            ReplicationGroupId=("rg2", "rg2"),
        ),
        ask(
            "DescribeEvents",
            "Events[].Message",
            "snapshot changed",
            SourceType=("cache-cluster", "snapshot"),
            StartTime=(moment(hours=6), "failover snapshot changed"),
            EndTime=(moment(hours=4, minutes=30), "failover"),
            Duration=(27, "changed"),
        ),
        ask(
            "DescribeEvents",
            "Events[].Message",
            "failover snapshot",
            {"StartTime": moment(hours=6), "SourceType": "cache-cluster"},
            SourceIdentifier=("c1", "failover"),
        ),
        ask(
            "DescribeCacheParameters",
            "Parameters[].ParameterName",
            "maxmemory-policy timeout",
            {"CacheParameterGroupName": "pg"},
            CacheParameterGroupName=("pg2", "other"),
            Source=("system", "timeout"),
        ),
        ask(
            "DescribeCacheSubnetGroups",
            "CacheSubnetGroups[].CacheSubnetGroupName",
            "g1 g2",
            CacheSubnetGroupName=("g2", "g2"),
        ),
    ),
)

DYNAMODB = World(
    "dynamodb",
    {
        "DescribeTable": keyed(
            *(
                ({"TableName": name}, {"Table": {"TableName": name, "TableStatus": status}})
                for name, status in (("orders", "ACTIVE"), ("carts", "UPDATING"))
            )
        ),
        "DescribeLimits": {"AccountMaxReadCapacityUnits": 7},
        "DescribeTimeToLive": keyed(
            *(
                ({"TableName": name}, {"TimeToLiveDescription": {"TimeToLiveStatus": status}})
                for name, status in (("orders", "ENABLED"), ("carts", "DISABLED"))
            )
        ),
        "DescribeContinuousBackups": keyed(
            *(
                ({"TableName": name}, {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": status}})
                for name, status in (("orders", "ENABLED"), ("carts", "DISABLED"))
            )
        ),
        "ListBackups": {
            "BackupSummaries": [
                {
                    "TableName": "orders",
                    "BackupArn": arn("dynamodb", "table/orders/backup/1"),
                    "BackupType": "USER",
                    "BackupCreationDateTime": ago(hours=5),
                },
                {
                    "TableName": "carts",
                    "BackupArn": arn("dynamodb", "table/orders/backup/2"),
                    "BackupType": "SYSTEM",
                    "BackupCreationDateTime": ago(hours=1),
                },
            ]
        },
    },
    (
        ask(
            "DescribeTable",
            "Table.[TableStatus]",
            "ACTIVE",
            {"TableName": "orders"},
            TableName=("carts", "UPDATING"),
            more=(
                ({"TableName": "gone"}, "!ResourceNotFoundException"),
                ({"TableName": arn("dynamodb", "table/carts")}, "UPDATING"),
            ),
        ),
        ask("ListTables", "TableNames", "carts orders"),
        ask("DescribeLimits", "[AccountMaxReadCapacityUnits]", "7"),
        ask(
            "DescribeTimeToLive",
            "TimeToLiveDescription.[TimeToLiveStatus]",
            "ENABLED",
            {"TableName": "orders"},
            TableName=("carts", "DISABLED"),
        ),
        ask(
            "DescribeContinuousBackups",
            "ContinuousBackupsDescription.[ContinuousBackupsStatus]",
            "ENABLED",
            {"TableName": "orders"},
            TableName=("carts", "DISABLED"),
        ),
        ask(
            "ListBackups",
            "BackupSummaries[].BackupArn",
            "1 2",
            TableName=("carts", "2"),
            BackupType=("USER", "1"),
            TimeRangeLowerBound=(moment(hours=2), "2"),
            TimeRangeUpperBound=(moment(hours=2), "1"),
        ),
    ),
)

_STREAMS = {name: arn("kinesis", f"stream/{name}") for name in ("clicks", "orders")}

KINESIS = World(
    "kinesis",
    {
        "DescribeStreamSummary": keyed(
            *(
                (
                    {"StreamName": name},
                    {
                        "StreamDescriptionSummary": {
                            "StreamName": name,
                            "StreamARN": stream,
                            "StreamStatus": "ACTIVE",
                            "OpenShardCount": number,
                        }
                    },
                )
                for number, (name, stream) in enumerate(_STREAMS.items(), 1)
            )
        ),
        "ListShards": keyed(
            ({"StreamName": "clicks"}, {"Shards": [{"ShardId": "s-1"}, {"ShardId": "s-2"}]}),
            ({"StreamName": "orders"}, {"Shards": [{"ShardId": "s-9"}]}),
        ),
        "ListStreamConsumers": keyed(
            *(
                ({"StreamARN": stream}, {"Consumers": [{"ConsumerName": name, "ConsumerARN": name}]})
                for name, stream in _STREAMS.items()
            )
        ),
        "DescribeLimits": {"ShardLimit": 9, "OpenShardCount": 9},
    },
    (
        ask(
            "DescribeStreamSummary",
            "StreamDescriptionSummary.[OpenShardCount]",
            "1",
            {"StreamName": "clicks"},
            StreamName=("orders", "2"),
            more=(({"StreamName": "gone"}, "!ResourceNotFoundException"),),
        ),
        ask(
            "DescribeStreamSummary",
            "StreamDescriptionSummary.[OpenShardCount]",
            "1",
            {"StreamARN": _STREAMS["clicks"]},
            StreamARN=(_STREAMS["orders"], "2"),
        ),
        ask(
            "DescribeStream",
            "StreamDescription.[StreamName]",
            "clicks",
            {"StreamName": "clicks"},
            StreamName=("orders", "orders"),
        ),
        ask(
            "DescribeStream",
            "StreamDescription.[StreamName]",
            "clicks",
            {"StreamARN": _STREAMS["clicks"]},
            StreamARN=(_STREAMS["orders"], "orders"),
        ),
        ask("ListStreams", "StreamNames", "clicks orders", ExclusiveStartStreamName=("clicks", "orders")),
        ask(
            "ListStreams",
            "StreamSummaries[].StreamARN",
            "clicks orders",
            ExclusiveStartStreamName=("clicks", "orders"),
        ),
        ask(
            "ListShards",
            "Shards[].ShardId",
            "s-1 s-2",
            {"StreamName": "clicks"},
            StreamName=("orders", "s-9"),
            ExclusiveStartShardId=("s-1", "s-2"),
        ),
        ask(
            "ListShards",
            "Shards[].ShardId",
            "s-1 s-2",
            {"StreamARN": _STREAMS["clicks"]},
            StreamARN=(_STREAMS["orders"], "s-9"),
        ),
        ask(
            "ListStreamConsumers",
            "Consumers[].ConsumerName",
            "clicks",
            {"StreamARN": _STREAMS["clicks"]},
            StreamARN=(_STREAMS["orders"], "orders"),
        ),
        ask("DescribeLimits", "[ShardLimit]", "9"),
    ),
)


def _url(name: str) -> str:
    return f"https://sqs.ap-south-1.amazonaws.com/210987654321/{name}"


_REDRIVE = json.dumps({"deadLetterTargetArn": arn("sqs", "dead"), "maxReceiveCount": 3})

SQS = World(
    "sqs",
    {
        "GetQueueAttributes": keyed(
            (
                {"QueueUrl": _url("work")},
                {"Attributes": {"VisibilityTimeout": "30", "DelaySeconds": "0", "RedrivePolicy": _REDRIVE}},
            ),
            ({"QueueUrl": _url("dead")}, {"Attributes": {"VisibilityTimeout": "60"}}),
        ),
        "ListMessageMoveTasks": {
            "Results": [
                {"TaskHandle": "m1", "SourceArn": arn("sqs", "dead"), "StartedTimestamp": 1},
                {"TaskHandle": "m2", "SourceArn": arn("sqs", "work"), "StartedTimestamp": 2},
            ]
        },
    },
    (
        ask(
            "GetQueueAttributes",
            "Attributes.[VisibilityTimeout]",
            "30",
            {"QueueUrl": _url("work"), "AttributeNames": ["All"]},
            QueueUrl=(_url("dead"), "60"),
            AttributeNames=(["DelaySeconds"], ""),
            more=(({"QueueUrl": _url("gone")}, "!AWS.SimpleQueueService.NonExistentQueue"),),
        ),
        ask(
            "GetQueueUrl",
            "[QueueUrl]",
            "work",
            {"QueueName": "work"},
            QueueName=("dead", "dead"),
            more=(({"QueueName": "gone"}, "!AWS.SimpleQueueService.NonExistentQueue"),),
        ),
        ask("ListQueues", "QueueUrls", "work dead", QueueNamePrefix=("de", "dead")),
        ask(
            "ListDeadLetterSourceQueues",
            "queueUrls",
            "",
            {"QueueUrl": _url("work")},
            QueueUrl=(_url("dead"), "work"),
        ),
        ask(
            "ListMessageMoveTasks",
            "Results[].TaskHandle",
            "m1",
            {"SourceArn": arn("sqs", "dead")},
            SourceArn=(arn("sqs", "work"), "m2"),
        ),
    ),
)

WORLDS = (RDS, ELASTICACHE, DYNAMODB, KINESIS, SQS)
