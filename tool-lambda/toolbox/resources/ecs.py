"""An ECS service: deployments, task definition, why tasks stopped, events. Its name is `cluster/service`."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.asking.window import iso
from toolbox.logs.reading import read
from toolbox.resources.base import change, name_of, picked
from toolbox.resources.scaling import scaling, scaling_activities

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from toolbox.asking.answer import Asked

_SETTINGS = (
    "status",
    "desiredCount",
    "runningCount",
    "pendingCount",
    "launchType",
    "platformVersion",
    "healthCheckGracePeriodSeconds",
    "roleArn",
)
_TASKS = 10
_KEPT = timedelta(days=7)
_MOST_REASONS = 3
_MOST_DIFFERENCES = 5
_LONGEST_VALUE = 60
_SIZES = ("cpu", "memory", "taskRoleArn")
#: A service that was not deployed for so long has had its settings for as long.
_FRESH = timedelta(days=1)
#: Releases and scaling stop tasks all the time.
_BY_DEPLOYMENT = "Scaling activity initiated by"
#: How far services are looked for; DescribeServices takes ten names.
_CLUSTERS = 3
_SERVICES = 30
_AT_ONCE = 10


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration, deployments, stopped tasks and events of a service; without one, of the cluster."""
    cluster, _, service = name.partition("/")
    client = looking.current().client("ecs")
    if not service:
        return _cluster(asked, client, cluster)
    nothing: list[Any] = []
    found = asked.attempt(
        "service", lambda: client.describe_services(cluster=cluster, services=[service])["services"], nothing
    )
    if not found:
        asked.gap("service", f"not found: {name}")
        return {}
    return {
        **picked(found[0], *_SETTINGS),
        "deployment": picked(
            found[0].get("deploymentConfiguration"),
            "minimumHealthyPercent",
            "maximumPercent",
            "deploymentCircuitBreaker",
        ),
        "deployments": [_deployment(each) for each in found[0].get("deployments") or ()],
        "load_balancers": [
            picked(each, "targetGroupArn", "containerName", "containerPort")
            for each in found[0].get("loadBalancers") or ()
        ],
        "unlike_version": _unlike_before(asked, found[0]),
        "task_definition": task_definition(asked, str(found[0].get("taskDefinition") or "")),
        "stopped_tasks": stopped(asked, cluster, service),
        "stopped_before": stopped_before(asked, service),
        **scaling(asked, "ecs", f"service/{name}"),
        "events": [f"{each['createdAt']:%Y-%m-%d %H:%M} {each['message']}" for each in _events(found[0])],
        "changes": [
            change(each.get("createdAt"), f"deployment {each.get('status')} of {name_of(each['taskDefinition'])}")
            for each in found[0].get("deployments") or ()
        ]
        + scaling_activities(asked, "ecs", f"service/{name}"),
    }


def behind(asked: Asked, target_groups: Collection[str]) -> list[str]:
    """Services, as `cluster/service`, whose tasks are registered with one of some target groups, by ARN."""
    client = looking.current().client("ecs")

    def read() -> list[str]:
        found = []
        for cluster in pages(client, "list_clusters", "clusterArns", most=_CLUSTERS):
            arns = list(pages(client, "list_services", "serviceArns", most=_SERVICES, cluster=cluster))
            for start in range(0, len(arns), _AT_ONCE):
                listed = client.describe_services(cluster=cluster, services=arns[start : start + _AT_ONCE])
                found += [
                    f"{name_of(cluster)}/{each['serviceName']}"
                    for each in listed["services"]
                    if {one.get("targetGroupArn") for one in each.get("loadBalancers") or ()} & set(target_groups)
                ]
        return found

    nothing: list[str] = []
    return asked.attempt("services behind the target groups", read, nothing)


def _cluster(asked: Asked, client: Any, cluster: str) -> dict[str, Any]:
    nothing: list[Any] = []
    found = asked.attempt("cluster", lambda: client.describe_clusters(clusters=[cluster])["clusters"], nothing)
    numbers = ("status", "registeredContainerInstancesCount", "runningTasksCount", "pendingTasksCount")
    return picked(found[0], *numbers, "activeServicesCount") if found else {}


def _events(service: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The latest events; that it reached a steady state is told once."""
    shown: list[Mapping[str, Any]] = []
    for event in service.get("events") or ():
        steady = "steady state" in event["message"]
        if not (steady and any("steady state" in each["message"] for each in shown)):
            shown.append(event)
    return shown[:6]


def _deployment(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": each.get("status"),
        "task_definition": name_of(str(each.get("taskDefinition", ""))),
        "created": each.get("createdAt"),
        "counts": f"{each.get('runningCount')}/{each.get('desiredCount')} running, "
        f"{each.get('pendingCount')} pending, {each.get('failedTasks', 0)} failed",
        "rollout": each.get("rolloutState"),
        "reason": each.get("rolloutStateReason"),
    }


def task_definition(asked: Asked, arn: str) -> dict[str, Any]:
    """Sizes, images, health checks, environment and roles of a task definition."""
    if not arn:
        return {}
    client = looking.current().client("ecs")
    nothing: dict[str, Any] = {}
    found = asked.attempt(
        "task definition", lambda: client.describe_task_definition(taskDefinition=arn)["taskDefinition"], nothing
    )
    return {
        "revision": name_of(arn) if ":" not in arn else arn.rpartition("/")[2],
        **picked(found, "cpu", "memory", "taskRoleArn", "executionRoleArn", "networkMode", "registeredAt"),
        "containers": [_container(each) for each in found.get("containerDefinitions") or ()],
    }


def _unlike_before(asked: Asked, service: Mapping[str, Any]) -> list[str]:
    """In what the task definition of a fresh deployment differs from the revision before."""
    family, _, revision = str(service.get("taskDefinition") or "").rpartition(":")
    fresh = looking.current().first_sign - _FRESH
    primary = [each for each in service.get("deployments") or () if each.get("status") == "PRIMARY"]
    is_fresh = any((each.get("createdAt") or fresh) > fresh for each in primary)
    if not revision.isdigit() or int(revision) < 2 or not is_fresh:
        return []
    client = looking.current().client("ecs")
    earlier = int(revision) - 1

    def read(arn: str) -> dict[str, Any]:
        try:
            return dict(client.describe_task_definition(taskDefinition=arn)["taskDefinition"])
        except client.exceptions.ClientException:
            return {}  # it was deregistered and deleted: nothing to compare with

    nothing: dict[str, Any] = {}
    before = asked.attempt("revision before", lambda: read(f"{family}:{earlier}"), nothing)
    now = asked.attempt("task definition", lambda: read(f"{family}:{revision}") if before else {}, nothing)
    if not before or not now:
        return []
    old, new = _settings(before), _settings(now)
    return [
        f"{name}: {_told(old.get(name))} before, {_told(new.get(name))} now"
        for name in sorted({*old, *new}, key=lambda name: (name in _SIZES, name))
        if old.get(name) != new.get(name)
    ][:_MOST_DIFFERENCES]


def _settings(found: Mapping[str, Any]) -> dict[str, str]:
    """What a revision sets: sizes, and the variables and secrets of its containers."""
    told = {name: str(found[name]) for name in _SIZES if found.get(name)}
    for each in found.get("containerDefinitions") or ():
        told |= {pair["name"]: pair["value"] for pair in each.get("environment") or ()}
        told |= {f"secret {pair['name']}": pair["valueFrom"] for pair in each.get("secrets") or ()}
    return told


def _told(value: str | None) -> str:
    return "not there" if value is None else value[:_LONGEST_VALUE]


def _container(each: Mapping[str, Any]) -> dict[str, Any]:
    options = (each.get("logConfiguration") or {}).get("options") or {}
    return {
        **picked(each, "name", "image", "cpu", "memory", "memoryReservation", "essential", "healthCheck"),
        "environment": {pair["name"]: pair["value"] for pair in each.get("environment") or ()},
        "secrets": {pair["name"]: pair["valueFrom"] for pair in each.get("secrets") or ()},
        "log_group": options.get("awslogs-group"),
    }


def stopped(asked: Asked, cluster: str, service: str) -> list[dict[str, Any]]:
    """Why the latest tasks stopped, each way once; ECS remembers them for about an hour."""
    client = looking.current().client("ecs")

    def read() -> list[Any]:
        arns = client.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED", maxResults=_TASKS)[
            "taskArns"
        ]
        return list(client.describe_tasks(cluster=cluster, tasks=arns)["tasks"]) if arns else []

    nothing: list[Any] = []
    told: dict[str, dict[str, Any]] = {}
    for task in asked.attempt("stopped tasks", read, nothing):
        why = _why(task)
        same = told.setdefault(str(why), {"stopped": task.get("stoppedAt"), **why, "count": 0})
        same["count"] += 1
        times = [at for at in (same["stopped"], same.get("first"), task.get("stoppedAt")) if at]
        if times and same["count"] > 1:
            same |= {"stopped": max(times), "first": min(times)}
    return list(told.values())[:_MOST_REASONS]


def _why(task: Mapping[str, Any]) -> dict[str, Any]:
    """What tasks that stopped alike have in common."""
    return {
        "task_definition": name_of(str(task.get("taskDefinitionArn", "")).rpartition("/")[2]),
        "code": task.get("stopCode"),
        "reason": task.get("stoppedReason"),
        "containers": [
            picked(each, "name", "exitCode", "reason")
            for each in task.get("containers") or ()
            if each.get("exitCode") or each.get("reason")
        ],
    }


def stopped_before(asked: Asked, service: str) -> list[str]:
    """Why tasks of a service stopped in the last days, where a rule keeps ECS's events in a log.

    The targets of such rules are log groups below `/aws/events/` (EventBridge user guide, targets).
    """
    look = looking.current()
    window = look.window.between(look.window.onset - _KEPT)
    counted: dict[tuple[str, str], list[str]] = {}
    for group in _event_groups(asked):
        for line in read(asked, group, window, f'"STOPPED" "service:{service}"').lines:
            for reason in _reasons(line.text):
                counted.setdefault(reason, []).append(iso(line.at))
    ordered = sorted(counted.items(), key=lambda each: -len(each[1]))[:_MOST_REASONS]
    return [
        f"{len(times)} x {reason} ({task}), first {min(times)}, last {', '.join(sorted(times)[-3:])}"
        for (task, reason), times in ordered
    ]


def _event_groups(asked: Asked) -> list[str]:
    client = looking.current().client("logs")
    kept = looking.current().kept

    def read_groups() -> list[str]:
        found = pages(client, "describe_log_groups", "logGroups", most=20, logGroupNamePrefix="/aws/events/")
        return [str(each["logGroupName"]) for each in found if "ecs" in str(each["logGroupName"]).lower()]

    nothing: list[str] = []
    return asked.attempt("logs of events", lambda: kept.once("event groups", read_groups), nothing)[:2]


def _reasons(text: str) -> list[tuple[str, str]]:
    """Task definition and reason of a task that stopped, for each container that says why."""
    try:
        detail = json.loads(text).get("detail") or {}
    except (ValueError, AttributeError):
        return []
    task = str(detail.get("taskDefinitionArn", "")).rpartition("/")[2]
    told = [
        f"{each.get('reason') or detail.get('stoppedReason')}, exit code {each.get('exitCode')}"
        for each in detail.get("containers") or ()
        if each.get("reason") or each.get("exitCode")
    ]
    if str(detail.get("stoppedReason", "")).startswith(_BY_DEPLOYMENT):
        return []
    return [(task, reason) for reason in dict.fromkeys(told or [str(detail.get("stoppedReason"))])]
