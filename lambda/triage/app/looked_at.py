"""What a first look looks at: the signal, and for a log error the resource that writes the log.

The toolbox starts from what an alarm watches: a metric, whose dimensions name the resource, and the log groups of
its query. A log error has a log group instead. AWS names most of them after the resource, and each has metrics.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from triage.domain.signal import Metric, Query, QueryLanguage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal

PERIOD_S = 60

# Log group → namespace, dimension and metric of the resource behind it. Names: the pages about logging of each
# service's guide, and the "Dimensions" sections of their CloudWatch metrics.
_WRITERS: tuple[tuple[str, str, str, str, str], ...] = (
    (r"/aws/lambda/([^/]+)", "AWS/Lambda", "FunctionName", "Errors", "Sum"),
    (r"/aws/rds/instance/([^/]+)/.*", "AWS/RDS", "DBInstanceIdentifier", "DatabaseConnections", "Maximum"),
    (r"/aws/rds/cluster/([^/]+)/.*", "AWS/RDS", "DBClusterIdentifier", "DatabaseConnections", "Maximum"),
    (r"/aws/codebuild/([^/]+)", "AWS/CodeBuild", "ProjectName", "FailedBuilds", "Sum"),
    (
        r"/aws/elasticbeanstalk/([^/]+)/.*",
        "AWS/ElasticBeanstalk",
        "EnvironmentName",
        "EnvironmentHealth",
        "Maximum",
    ),
    (r"/aws/eks/([^/]+)/cluster", "ContainerInsights", "ClusterName", "cluster_failed_node_count", "Maximum"),
    (
        r"/aws/containerinsights/([^/]+)/.*",
        "ContainerInsights",
        "ClusterName",
        "cluster_failed_node_count",
        "Maximum",
    ),
    (r"/aws/ecs/containerinsights/([^/]+)/.*", "ECS/ContainerInsights", "ClusterName", "TaskCount", "Minimum"),
)


def looked_at(signal: Signal) -> Mapping[str, Any]:
    """The signal as the toolbox reads it."""
    written = signal.to_json()
    if signal.log is None:
        return written
    metric = metric_of(signal.log.log_group)
    query = Query(QueryLanguage.LOGS, "fields @timestamp, @message", (signal.log.log_group,))
    return {
        **written,
        "metrics": [{**vars(metric), "dimensions": dict(metric.dimensions)}],
        "query": {"language": query.language.value, "text": query.text, "log_groups": list(query.log_groups)},
        "reason_data": {"startDate": written["log"]["first_at"]},
    }


def metric_of(log_group: str) -> Metric:
    """The metric that tells most about who writes a log: of the resource it is named after, else of the log."""
    for pattern, namespace, dimension, name, statistic in _WRITERS:
        found = re.fullmatch(pattern, log_group)
        if found:
            return _metric(namespace, name, dimension, found[1], statistic)
    return _metric("AWS/Logs", "IncomingLogEvents", "LogGroupName", log_group, "Sum")


def _metric(namespace: str, name: str, dimension: str, value: str, statistic: str) -> Metric:
    return Metric("m1", namespace, name, {dimension: value}, statistic, PERIOD_S)
