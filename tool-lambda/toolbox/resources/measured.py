"""Which metrics of a resource say whether it is well: by its kind, and by the dimensions that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolbox.asking import look as looking
from toolbox.resources import elasticache, rds

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolbox.asking.answer import Asked

Dimensions = list[dict[str, str]]


class Measured(NamedTuple):
    """Telling metrics of a kind of resource.

    Attributes:
        namespace: Of its metrics.
        metrics: Names and statistics, in CloudWatch's words.
        dimensions: How its metrics are named; several where it consists of several.
    """

    namespace: str
    metrics: tuple[tuple[str, str], ...]
    dimensions: Callable[[Asked, str], Dimensions]


def _named(dimension: str) -> Callable[[Asked, str], Dimensions]:
    def named(asked: Asked, name: str) -> Dimensions:
        del asked  # the name says it all
        return [{dimension: name}]

    return named


def _service(asked: Asked, name: str) -> Dimensions:
    del asked
    cluster, _, service = name.partition("/")
    return [{"ClusterName": cluster, "ServiceName": service}]


def _balancer(asked: Asked, name: str) -> Dimensions:
    del asked
    return [{"LoadBalancer": name}] if name.count("/") == 2 and not name.startswith("targetgroup/") else []


def _cache(asked: Asked, name: str) -> Dimensions:
    """A cluster, or the first members of the replication group of that name."""
    kept = looking.current().kept
    members = kept.once(f"members of {name}", lambda: elasticache.members(asked, name))
    return [{"CacheClusterId": member} for member in members[:2]]


def _cluster(asked: Asked, name: str) -> Dimensions:
    """The writer of a cluster, which says more than their average; the cluster where its members are not known."""
    members = looking.current().kept.once(f"writer of {name}", lambda: rds.writer_of(asked, name))
    return [{"DBInstanceIdentifier": members}] if members else [{"DBClusterIdentifier": name}]


_DATABASE = (
    ("ACUUtilization", "Maximum"),
    ("CPUUtilization", "Average"),
    ("DatabaseConnections", "Maximum"),
    ("ReadIOPS", "Average"),
    ("WriteIOPS", "Average"),
    ("FreeableMemory", "Minimum"),
    ("FreeStorageSpace", "Minimum"),
    ("ReplicaLag", "Maximum"),
)

#: By kind, as each service's documentation names its metrics.
MEASURED: dict[str, Measured] = {
    "lambda": Measured(
        "AWS/Lambda",
        (
            ("Invocations", "Sum"),
            ("Errors", "Sum"),
            ("Throttles", "Sum"),
            ("Duration", "Average"),
            ("ConcurrentExecutions", "Maximum"),
        ),
        _named("FunctionName"),
    ),
    "ecs": Measured("AWS/ECS", (("CPUUtilization", "Average"), ("MemoryUtilization", "Maximum")), _service),
    "rds": Measured("AWS/RDS", _DATABASE, _named("DBInstanceIdentifier")),
    "rds_cluster": Measured("AWS/RDS", _DATABASE[:5], _cluster),
    "elasticache": Measured(
        "AWS/ElastiCache",
        (
            ("Evictions", "Sum"),
            ("CacheHitRate", "Average"),
            ("DatabaseMemoryUsagePercentage", "Maximum"),
            ("EngineCPUUtilization", "Maximum"),
            ("CurrConnections", "Maximum"),
        ),
        _cache,
    ),
    "dynamodb": Measured(
        "AWS/DynamoDB",
        (
            ("WriteThrottleEvents", "Sum"),
            ("ReadThrottleEvents", "Sum"),
            ("ConsumedWriteCapacityUnits", "Sum"),
            ("ConsumedReadCapacityUnits", "Sum"),
        ),
        _named("TableName"),
    ),
    "sqs": Measured(
        "AWS/SQS",
        (
            ("NumberOfMessagesSent", "Sum"),
            ("NumberOfMessagesDeleted", "Sum"),
            ("ApproximateNumberOfMessagesVisible", "Maximum"),
            ("ApproximateAgeOfOldestMessage", "Maximum"),
        ),
        _named("QueueName"),
    ),
    "sns": Measured(
        "AWS/SNS",
        (
            ("NumberOfNotificationsFilteredOut", "Sum"),
            ("NumberOfNotificationsFilteredOut-NoMessageAttributes", "Sum"),
            ("NumberOfNotificationsFilteredOut-InvalidAttributes", "Sum"),
            ("NumberOfNotificationsDelivered", "Sum"),
            ("NumberOfNotificationsFailed", "Sum"),
            ("NumberOfMessagesPublished", "Sum"),
        ),
        _named("TopicName"),
    ),
    "kinesis": Measured(
        "AWS/Kinesis",
        (
            ("IncomingRecords", "Sum"),
            ("IncomingBytes", "Sum"),
            ("WriteProvisionedThroughputExceeded", "Sum"),
            ("ReadProvisionedThroughputExceeded", "Sum"),
        ),
        _named("StreamName"),
    ),
    "stepfunctions": Measured(
        "AWS/States",
        (("ExecutionsStarted", "Sum"), ("ExecutionsFailed", "Sum"), ("ExecutionsTimedOut", "Sum")),
        _named("StateMachineArn"),
    ),
    "elb": Measured(
        "AWS/ApplicationELB",
        (
            ("RequestCount", "Sum"),
            ("HTTPCode_Target_5XX_Count", "Sum"),
            ("HTTPCode_ELB_5XX_Count", "Sum"),
            ("TargetResponseTime", "Average"),
        ),
        _balancer,
    ),
    "rule": Measured("AWS/Events", (("TriggeredRules", "Sum"), ("FailedInvocations", "Sum")), _named("RuleName")),
}
