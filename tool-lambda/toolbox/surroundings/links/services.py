"""Links of ECS services: what their containers' environment and secrets name, what stands before them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.asking.side_by_side import side_by_side
from toolbox.logs.groups import telling_name
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings.links.base import Links, add_named, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.asking.answer import Asked

#: DescribeServices takes ten names.
_AT_ONCE = 10
_MOST_CLUSTERS = 6
_MOST_SERVICES = 50


def read(asked: Asked) -> Links:
    """The services of the first clusters, and the task definitions they run."""
    found = Links()
    services = listed(asked)
    arns = list(dict.fromkeys(str(each.get("taskDefinition") or "") for each in services))
    definitions = side_by_side([partial(definition, asked, arn) for arn in arns if arn])
    by_arn = dict(zip((arn for arn in arns if arn), definitions, strict=True))
    for each in services:
        _add(found, each, by_arn.get(str(each.get("taskDefinition")), {}))
    return found


def listed(asked: Asked) -> list[dict[str, Any]]:
    """The services themselves, once a look."""
    look = looking.current()
    nothing: list[Any] = []
    return asked.attempt(
        "list of services", lambda: look.kept.once("ecs services", lambda: _listed(asked)), nothing
    )


def _listed(asked: Asked) -> list[dict[str, Any]]:
    client = looking.current().client("ecs")
    clusters = list(pages(client, "list_clusters", "clusterArns", most=_MOST_CLUSTERS))
    found: list[dict[str, Any]] = []
    for cluster in clusters:
        left = _MOST_SERVICES - len(found)
        arns = list(pages(client, "list_services", "serviceArns", most=left, cluster=cluster)) if left > 0 else []
        for start in range(0, len(arns), _AT_ONCE):
            some = arns[start : start + _AT_ONCE]
            found += client.describe_services(cluster=cluster, services=some)["services"]
    if len(found) >= _MOST_SERVICES:
        asked.cut(f"services beyond the first {_MOST_SERVICES}")
    return found


def definition(asked: Asked, arn: str) -> dict[str, Any]:
    """A task definition, once a look."""
    look = looking.current()
    client = look.client("ecs")

    def read() -> dict[str, Any]:
        return dict(client.describe_task_definition(taskDefinition=arn)["taskDefinition"])

    nothing: dict[str, Any] = {}
    return asked.attempt(f"task definition {name_of(arn)}", lambda: look.kept.once(f"task {arn}", read), nothing)


def resource_of(service: Mapping[str, Any]) -> Resource:
    """A service by the name it has here: `cluster/service`."""
    return Resource("ecs", f"{name_of(str(service.get('clusterArn') or ''))}/{service['serviceName']}")


def _add(found: Links, service: Mapping[str, Any], task: Mapping[str, Any]) -> None:
    own = resource_of(service)
    title = str(service["serviceName"])
    running, desired = service.get("runningCount"), service.get("desiredCount")
    found.notes[own] = "" if running == desired else f"{running} of {desired} tasks run"
    for container in task.get("containerDefinitions") or ():
        plain = {pair["name"]: pair.get("value", "") for pair in container.get("environment") or ()}
        secret = {pair["name"]: pair.get("valueFrom", "") for pair in container.get("secrets") or ()}
        add_named(found, own, plain | secret, title)
        group = ((container.get("logConfiguration") or {}).get("options") or {}).get("awslogs-group")
        if group:
            found.add(own, Resource("log_group", str(group)), f"log of {title}")
    for balancer in service.get("loadBalancers") or ():
        name = str(balancer.get("targetGroupArn") or "").rpartition(":")[2]
        if name:
            found.add(canonical("elb", name), own, f"targets of {telling_name(name)}")
    for arn in _roles(task):
        found.add(own, Resource("role", name_of(arn)), f"role of {title}")


def _roles(task: Mapping[str, Any]) -> Iterable[str]:
    return [str(task[key]) for key in ("taskRoleArn", "executionRoleArn") if task.get(key)]
