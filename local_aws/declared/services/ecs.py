"""Amazon ECS (API reference, "Actions")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Noted, Record, Ref, Where, listed, tail
from local_aws.declared.filters import Span
from local_aws.declared.rules import Page, Parent, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CLUSTER = Ref("clusterArn || cluster", default="default", forwarded=True)
_INCLUDE = Noted("shows the named parts as well")
_PAGE = Page(100)


def _failures(member: str, path: str) -> Callable[[Mapping[str, Any], list[Record]], Mapping[str, Any]]:
    """The names that were asked for and do not exist (ECS developer guide, "API failure reasons")."""

    def told(asked: Mapping[str, Any], kept: list[Record]) -> Mapping[str, Any]:
        condition = Ref(path)
        missing = [
            one for one in listed(asked[member]) if not any(condition.keeps(one, record) for record in kept)
        ]
        return {"failures": [{"arn": str(one), "reason": "MISSING"} for one in missing]}

    return told


def _family(definition: Any) -> str:
    """The family of a task definition's name, ARN or `family:revision`."""
    return str(definition).rpartition("/")[2].partition(":")[0]


def _same_definition(asked: Any, record: Record) -> bool:
    """A family stands for its latest active revision (DescribeTaskDefinition)."""
    arn = str(record.get("taskDefinitionArn", ""))
    wanted = str(asked).rpartition("/")[2]
    if ":" in wanted:
        return arn.rpartition("/")[2] == wanted
    return _family(arn) == wanted and record.get("status", "ACTIVE") == "ACTIVE"


def _hosted_by(asked: Any, record: Record) -> bool:
    """An instance says its cluster in its ARN alone: container-instance/CLUSTER/ID."""
    named = str(record.get("containerInstanceArn", "")).split("/")
    return tail(asked) in {tail(record.get("cluster")), named[-2] if len(named) > 2 else None}


_HOSTED = Where(_hosted_by, "the cluster in its ARN, by name or ARN", default="default", forwarded=True)

_SERVICES = ("ListServices", "DescribeServices", "services")
_TASKS = ("ListTasks", "DescribeTasks", "tasks")
_DEFINITIONS = ("ListTaskDefinitions", "DescribeTaskDefinition", "taskDefinition")

_PARENT = Parent("cluster", "DescribeClusters", "clusters", ("ClusterNotFoundException", "Cluster not found."))

SERVICE = Service(
    "ecs",
    "InvalidParameterException",
    (
        Rule(
            "DescribeClusters",
            "clusters",
            {"clusters": Ref("clusterArn", default=["default"], forwarded=True), "include": _INCLUDE},
            identity=("clusterArn",),
            hides={
                "ATTACHMENTS": "attachments",
                "CONFIGURATIONS": "configuration",
                "SETTINGS": "settings",
                "STATISTICS": "statistics",
                "TAGS": "tags",
            },
            finish=_failures("clusters", "clusterArn"),
        ),
        Rule(
            "ListClusters",
            "clusterArns",
            of="DescribeClusters",
            identity=("clusterArn",),
            reads="{clusterArn: @}",
            shows="clusterArn",
            page=_PAGE,
        ),
        Rule(
            "DescribeServices",
            "services",
            {"cluster": _CLUSTER, "services": Ref("serviceArn"), "include": _INCLUDE},
            identity=("serviceArn",),
            hides={"TAGS": "tags"},
            finish=_failures("services", "serviceArn"),
            parent=_PARENT,
        ),
        Rule(
            "ListServices",
            "serviceArns",
            {
                "cluster": _CLUSTER,
                "launchType": Is("launchType"),
                "schedulingStrategy": Is("schedulingStrategy || 'REPLICA'"),
            },
            of="DescribeServices",
            identity=("serviceArn",),
            reads="{serviceArn: @}",
            shows="serviceArn",
            hydrate=_SERVICES,
            page=Page(10, most=100),
            parent=_PARENT,
        ),
        Rule(
            "DescribeTasks",
            "tasks",
            {"cluster": _CLUSTER, "tasks": Ref("taskArn"), "include": _INCLUDE},
            identity=("taskArn",),
            hides={"TAGS": "tags"},
            finish=_failures("tasks", "taskArn"),
            parent=_PARENT,
        ),
        Rule(
            "ListTasks",
            "taskArns",
            {
                "cluster": _CLUSTER,
                "containerInstance": Ref("containerInstanceArn"),
                "desiredStatus": Is("desiredStatus", default="RUNNING"),
                "family": Where(
                    lambda asked, one: _family(one.get("taskDefinitionArn")) == asked,
                    "family of the task definition",
                ),
                "launchType": Is("launchType"),
                "serviceName": Where(
                    lambda asked, one: one.get("group") == f"service:{tail(asked)}", "`group` is the service's"
                ),
                "startedBy": Is("startedBy"),
            },
            of="DescribeTasks",
            identity=("taskArn",),
            reads="{taskArn: @}",
            shows="taskArn",
            hydrate=_TASKS,
            page=_PAGE,
            parent=_PARENT,
        ),
        Rule(
            "DescribeTaskDefinition",
            "taskDefinition",
            {
                "taskDefinition": Where(
                    _same_definition, "ARN, family:revision, or family for the latest active one"
                ),
                "include": _INCLUDE,
            },
            identity=("taskDefinitionArn",),
            hides={"TAGS": "tags"},
            one=True,
            order="revision",
            missing=("ClientException", "Unable to describe task definition."),
        ),
        Rule(
            "ListTaskDefinitions",
            "taskDefinitionArns",
            {
                "familyPrefix": Is("family"),
                "sort": Noted("DESC turns the order by revision round"),
                "status": Is("status || 'ACTIVE'", default="ACTIVE", forwarded=True),
            },
            of="DescribeTaskDefinition",
            identity=("taskDefinitionArn",),
            reads="{taskDefinitionArn: @}",
            shows="taskDefinitionArn",
            hydrate=_DEFINITIONS,
            order="revision",
            reverse=("sort", "DESC"),
            page=_PAGE,
        ),
        Rule(
            "ListTaskDefinitionFamilies",
            "families",
            {
                "familyPrefix": Where(
                    lambda asked, one: str(one.get("family", "")).startswith(asked), "`family` starts with it"
                ),
                "status": Where(
                    lambda asked, one: asked in {"ALL", one.get("status", "ACTIVE")},
                    "`status` of one of its definitions",
                    default="ACTIVE",
                ),
            },
            of="DescribeTaskDefinition",
            identity=("taskDefinitionArn",),
            reads="{family: @}",
            shows="family",
            hydrate=_DEFINITIONS,
            order="family",
            page=_PAGE,
        ),
        Rule(
            "DescribeContainerInstances",
            "containerInstances",
            {"cluster": _HOSTED, "containerInstances": Ref("containerInstanceArn"), "include": _INCLUDE},
            identity=("containerInstanceArn",),
            hides={"TAGS": "tags", "CONTAINER_INSTANCE_HEALTH": "healthStatus"},
            finish=_failures("containerInstances", "containerInstanceArn"),
            parent=_PARENT,
        ),
        Rule(
            "ListContainerInstances",
            "containerInstanceArns",
            {"cluster": _HOSTED, "status": Is("status", default="ACTIVE")},
            of="DescribeContainerInstances",
            identity=("containerInstanceArn",),
            reads="{containerInstanceArn: @}",
            shows="containerInstanceArn",
            hydrate=("ListContainerInstances", "DescribeContainerInstances", "containerInstances"),
            page=_PAGE,
            parent=_PARENT,
        ),
        Rule(
            "DescribeServiceDeployments",
            "serviceDeployments",
            {"serviceDeploymentArns": Is("serviceDeploymentArn")},
            identity=("serviceDeploymentArn",),
            finish=_failures("serviceDeploymentArns", "serviceDeploymentArn"),
        ),
        Rule(
            "ListServiceDeployments",
            "serviceDeployments",
            {
                "cluster": _CLUSTER,
                "service": Ref("serviceArn || service"),
                "status": Is("status"),
                "createdAt": Span("createdAt"),
            },
            of="DescribeServiceDeployments",
            identity=("serviceDeploymentArn",),
            order="-createdAt",
            page=Page(20, most=100, limit="maxResults", cursor="nextToken", following="nextToken"),
            parent=_PARENT,
        ),
    ),
    trusted={"DescribeCapacityProviders": ("capacityProviders", "include")},
)
