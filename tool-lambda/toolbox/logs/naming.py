"""What writes a log group, as far as its name tells, and the metric that tells most about its kind. Pure.

AWS names most log groups after what writes them. The metric stands in for that of an alarm: its dimensions name
the resource, its namespace the recipe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PERIOD_S = 60
#: What is known of a log group when nothing else is (CloudWatch Logs user guide, "Monitoring with metrics").
_UNKNOWN = ("AWS/Logs", "IncomingLogEvents", "Sum")


class Watched(NamedTuple):
    """The telling metric of a kind of resource.

    Attributes:
        dimensions: Names of its dimensions; what names the resource has as many parts, apart by slashes.
    """

    namespace: str
    metric: str
    statistic: str
    dimensions: tuple[str, ...]


#: By kind, as `resources` has it; the last ones have no kind there. Metrics: "Dimensions" in each service's guide.
WATCHED: dict[str, Watched] = {
    "lambda": Watched("AWS/Lambda", "Errors", "Sum", ("FunctionName",)),
    "ecs": Watched("AWS/ECS", "CPUUtilization", "Maximum", ("ClusterName", "ServiceName")),
    "rds": Watched("AWS/RDS", "DatabaseConnections", "Maximum", ("DBInstanceIdentifier",)),
    "rds_cluster": Watched("AWS/RDS", "DatabaseConnections", "Maximum", ("DBClusterIdentifier",)),
    "apigateway": Watched("AWS/ApiGateway", "5XXError", "Sum", ("ApiName", "Stage")),
    "apigateway_http": Watched("AWS/ApiGateway", "5xx", "Sum", ("ApiId", "Stage")),
    "stepfunctions": Watched("AWS/States", "ExecutionsFailed", "Sum", ("StateMachineArn",)),
    "codebuild": Watched("AWS/CodeBuild", "FailedBuilds", "Sum", ("ProjectName",)),
    "beanstalk": Watched("AWS/ElasticBeanstalk", "EnvironmentHealth", "Maximum", ("EnvironmentName",)),
    "eks": Watched("ContainerInsights", "cluster_failed_node_count", "Maximum", ("ClusterName",)),
    "ecs_cluster": Watched("ECS/ContainerInsights", "TaskCount", "Minimum", ("ClusterName",)),
}

_NAMES: tuple[tuple[str, str], ...] = (
    ("lambda", r"/aws/lambda/(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?([^/]+)"),
    ("rds", r"/aws/rds/instance/([^/]+)/.*"),
    ("rds_cluster", r"/aws/rds/cluster/([^/]+)/.*"),
    ("apigateway", r"API-Gateway-Execution-Logs_([^/]+/[^/]+)"),
    ("stepfunctions", r"/aws/(?:vendedlogs/)?states/(.+?)(?:-?[Ll]ogs)?"),
    ("codebuild", r"/aws/codebuild/([^/]+)"),
    ("beanstalk", r"/aws/elasticbeanstalk/([^/]+)/.*"),
    ("eks", r"/aws/eks/([^/]+)/cluster"),
    ("eks", r"/aws/containerinsights/([^/]+)/.*"),
    ("ecs_cluster", r"/aws/ecs/containerinsights/([^/]+)/.*"),
)


def with_writer(signal: Mapping[str, Any]) -> dict[str, Any]:
    """A signal that says what to look at: for an error in a log, what writes it; an alarm's as it is."""
    log = signal.get("log")
    if not isinstance(log, dict) or signal.get("metrics"):
        return dict(signal)
    metric = named(str(log.get("log_group") or ""), signal) or unknown(str(log.get("log_group") or ""))
    return {**signal, "metrics": [metric]}


def named(group: str, signal: Mapping[str, Any]) -> dict[str, Any] | None:
    """The metric of what a log group is named after; None for a name of the customer's own."""
    for kind, form in _NAMES:
        found = re.fullmatch(form, group)
        if found:
            return metric_of(kind, _arn(found[1], signal) if kind == "stepfunctions" else found[1])
    return None


def unknown(group: str) -> dict[str, Any]:
    """The metric of the log itself."""
    namespace, metric, statistic = _UNKNOWN
    return _metric(namespace, metric, statistic, {"LogGroupName": group})


def is_unknown(signal: Mapping[str, Any]) -> bool:
    """Whether nothing but the log itself is known of a signal."""
    return any(each.get("namespace") == _UNKNOWN[0] for each in signal.get("metrics") or ())


def metric_of(kind: str, name: str) -> dict[str, Any] | None:
    """The metric of a resource, as a signal has it; None for kinds without one."""
    watched = WATCHED.get(kind)
    if watched is None:
        return None
    parts = [name] if len(watched.dimensions) == 1 else name.split("/")
    dimensions = dict(zip(watched.dimensions, parts, strict=False))
    return _metric(watched.namespace, watched.metric, watched.statistic, dimensions)


def telling_part(group: str) -> str:
    """The part of a log group's name that people chose, for a group of their own."""
    parts = [part for part in group.split("/") if part and part.lower() not in _GENERAL]
    return parts[-1].rpartition(":")[2] if parts else group


_GENERAL = frozenset({"log", "logs", "app", "application", "stdout", "stderr", "access", "error", "errors"})


def _metric(namespace: str, name: str, statistic: str, dimensions: dict[str, str]) -> dict[str, Any]:
    return {
        "id": "m1",
        "namespace": namespace,
        "name": name,
        "dimensions": dimensions,
        "statistic": statistic,
        "period_s": PERIOD_S,
        "expression": None,
        "returns_data": True,
    }


def _arn(name: str, signal: Mapping[str, Any]) -> str:
    """State machines go by their ARN."""
    place = f"{signal.get('partition') or 'aws'}:states:{signal.get('region')}:{signal.get('account_id')}"
    return f"arn:{place}:stateMachine:{name}"
