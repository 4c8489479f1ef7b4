"""What an alarm is about, and how that is configured: one module for each kind of resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.figures import compact
from toolbox.logs.groups import filters_of_signal
from toolbox.resources import (
    apigateway,
    cloudformation,
    dynamodb,
    ec2,
    ecs,
    elasticache,
    elb,
    eventbridge,
    kinesis,
    kms,
    lambda_function,
    rds,
    s3,
    secretsmanager,
    sns,
    sqs,
    stepfunctions,
    synthetics,
)
from toolbox.resources.base import Resource, recent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: By kind: who describes it.
KINDS: dict[str, Callable[[Asked, str], dict[str, Any]]] = {
    "lambda": lambda_function.describe,
    "ecs": ecs.describe,
    "rds": rds.describe,
    "rds_cluster": rds.describe_cluster,
    "elb": elb.describe,
    "ec2": ec2.describe,
    "asg": ec2.describe_group,
    "dynamodb": dynamodb.describe,
    "sqs": sqs.describe,
    "sns": sns.describe,
    "kinesis": kinesis.describe,
    "stepfunctions": stepfunctions.describe,
    "elasticache": elasticache.describe,
    "elasticache_group": elasticache.describe_group,
    "apigateway": apigateway.describe,
    "apigateway_http": apigateway.describe_http,
    "canary": synthetics.describe,
    "rule": eventbridge.describe_rule,
    "schedule": eventbridge.describe_schedule,
    "stack": cloudformation.describe,
    "bucket": s3.describe,
    "key": kms.describe,
    "secret": secretsmanager.describe,
}

#: Dimensions that name a resource, the most telling first; further ones follow its name after a slash.
_DIMENSIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lambda", ("FunctionName",)),
    ("ecs", ("ClusterName", "ServiceName")),
    ("ecs", ("ClusterName",)),
    ("rds", ("DBInstanceIdentifier",)),
    ("rds_cluster", ("DBClusterIdentifier",)),
    ("elb", ("TargetGroup",)),
    ("elb", ("LoadBalancer",)),
    ("asg", ("AutoScalingGroupName",)),
    ("ec2", ("InstanceId",)),
    ("dynamodb", ("TableName",)),
    ("sqs", ("QueueName",)),
    ("sns", ("TopicName",)),
    ("kinesis", ("StreamName",)),
    ("stepfunctions", ("StateMachineArn",)),
    ("elasticache", ("CacheClusterId",)),
    ("elasticache_group", ("ReplicationGroupId",)),
    ("apigateway", ("ApiName", "Stage")),
    ("apigateway", ("ApiName",)),
    ("apigateway_http", ("ApiId", "Stage")),
    ("apigateway_http", ("ApiId",)),
    ("canary", ("CanaryName",)),
    ("rule", ("RuleName",)),
    ("bucket", ("BucketName",)),
)
_LAMBDA_GROUP = "/aws/lambda/"


def of_dimensions(dimensions: Mapping[str, str]) -> list[Resource]:
    """The resources that dimensions name, each once and by its fullest name."""
    found: dict[str, Resource] = {}
    for kind, names in _DIMENSIONS:
        if all(name in dimensions for name in names):
            name = "/".join(dimensions[each] for each in names)
            found.setdefault(names[0], Resource(kind, name.partition(":")[0] if kind == "lambda" else name))
    return list(found.values())


def of_signal(signal: Mapping[str, Any], groups: Iterable[str] = ()) -> list[Resource]:
    """The resources an alarm is about, each metric's in turn, and functions whose log groups are given."""
    found: dict[Resource, None] = {}
    for metric in signal.get("metrics") or ():
        found |= dict.fromkeys(of_dimensions(metric.get("dimensions") or {}))
    found |= dict.fromkeys(of_dimensions((signal.get("contributor") or {}).get("attributes") or {}))
    for group in groups:
        if group.startswith(_LAMBDA_GROUP):
            found[Resource("lambda", group.removeprefix(_LAMBDA_GROUP))] = None
    return list(found)


def configuration(kind: str | None = None, name: str | None = None) -> Answer:
    """How a resource is configured, its state, and its own fresh changes (versions, deployments, events).

    Args:
        kind: One of KINDS: lambda, ecs, rds, elb, ec2, asg, dynamodb, sqs, sns, kinesis, stepfunctions, …; the
            alarm's resource unless given.
        name: Its name; for ecs `cluster/service`, for stepfunctions the ARN.
    """
    asked, resource = chosen(kind, name)
    return asked.answer(**described(asked, resource)) if resource else asked.answer()


def chosen(kind: str | None, name: str | None) -> tuple[Asked, Resource | None]:
    """The resource a caller named, else the alarm's; without one the answer has the gap already."""
    asked = Asked()
    resource = Resource(kind, name) if kind and name else main_resource(asked)
    if resource is None:
        asked.gap("resource", "the alarm names none of a known kind; give kind and name")
    else:
        asked.about(resource=f"{resource.kind} {resource.name}")
    return asked, resource


def main_resource(asked: Asked) -> Resource | None:
    """What the alarm is about: by its dimensions, else by the log group its metric is made from."""
    look = looking.current()
    found = of_signal(look.signal)
    if not found:
        found = of_signal(look.signal, (each["group"] for each in filters_of_signal(asked, look)))
    return next(iter(found), None)


def once(asked: Asked, resource: Resource) -> dict[str, Any]:
    """What describes a resource, read once a look; its gaps are told wherever it is used."""

    def read() -> tuple[dict[str, Any], Asked]:
        inner = Asked()
        return KINDS[resource.kind](inner, resource.name), inner

    question = f"configuration {resource.kind} {resource.name}"
    found, inner = looking.current().kept.once(question, read)
    asked.take_over(inner)
    return found


def described(asked: Asked, resource: Resource) -> dict[str, Any]:
    """The description of a resource, its changes the latest first.

    Raises:
        ValueError: Its kind is not known.
    """
    describe = KINDS.get(resource.kind)
    if describe is None:
        raise ValueError(f"no resource kind {resource.kind!r}; there are {', '.join(sorted(KINDS))}")
    found = once(asked, resource)
    if not compact(found) and not asked.gaps:
        asked.gap(resource.kind, f"not found: {resource.name}")
    return found | {"changes": recent(found.get("changes") or (), looking.current().window)}
