"""What surrounds a resource: what feeds it, where failures go, and what its configuration depends on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolbox import resources
from toolbox.asking import look as looking
from toolbox.resources import sqs
from toolbox.resources.base import Resource, name_of, picked
from toolbox.surroundings.functions_behind import functions_told
from toolbox.surroundings.links.base import canonical
from toolbox.surroundings.references import Reference, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolbox.asking.answer import Answer, Asked

_MOST_LOOKED_AT = 5
_MOST_SERVICES = 2
_OF_SERVICE = (
    "desiredCount",
    "runningCount",
    "deployments",
    "unlike_version",
    "stopped_tasks",
    "events",
    "task_definition",
    "changes",
)
#: Members of a description that say whether a dependency is well.
_TELLING = (
    "State",
    "StateReason",
    "LastUpdateStatus",
    "reserved_concurrency",
    "TableStatus",
    "capacity_mode",
    "read_units",
    "write_units",
    "waiting",
    "in_flight",
    "DBInstanceStatus",
    "DBInstanceClass",
    "Status",
    "CacheClusterStatus",
    "StreamStatus",
    "OpenShardCount",
    "status",
    "targets",
    "failures",
    "KeyState",
    "changed",
    "rotated",
    "rotates",
    "deleted",
    "changes",
)


def surroundings(kind: str | None = None, name: str | None = None) -> Answer:
    """Event sources, dead letters, functions and services behind a resource, the state of what it depends on.

    Args:
        kind: As in `configuration`; the alarm's resource unless given.
        name: Its name.
    """
    asked, resource = resources.chosen(kind, name)
    if resource is None:
        return asked.answer()
    if resource.kind == "lambda":
        return asked.answer(**_of_function(asked, resource.name))
    if resource.kind == "ecs":
        return asked.answer(depends_on=_of_service(asked, resource))
    found = resources.once(asked, resource)
    if resource.kind == "elb":
        return asked.answer(services=_services(asked, found.get("target_groups") or ()))
    return asked.answer(functions=functions_told(asked, found.get("functions") or ()))


def _services(asked: Asked, groups: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The services behind a load balancer: how many tasks run, what was deployed, why tasks stopped."""
    found = resources.ecs.behind(asked, [str(group["arn"]) for group in groups])
    if len(found) > _MOST_SERVICES:
        asked.cut(f"{len(found) - _MOST_SERVICES} services")
    return [
        {"service": name, **picked(resources.described(asked, Resource("ecs", name)), *_OF_SERVICE)}
        for name in found[:_MOST_SERVICES]
    ]


def _of_function(asked: Asked, name: str) -> dict[str, Any]:
    client = looking.current().client("lambda")
    nothing: list[Any] = []
    mappings = asked.attempt(
        "event sources",
        lambda: client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"],
        nothing,
    )
    empty: dict[str, Any] = {}
    found = asked.attempt("function", lambda: client.get_function_configuration(FunctionName=name), empty)
    variables = (found.get("Environment") or {}).get("Variables") or {}
    return {
        "event_sources": [_source(asked, each) for each in mappings[:6]],
        "may_be_invoked_by": _invokers(asked, client, name),
        "dead_letters": _dead_letters(asked, (found.get("DeadLetterConfig") or {}).get("TargetArn")),
        "depends_on": dependencies(asked, variables),
    }


def _source(asked: Asked, each: dict[str, Any]) -> dict[str, Any]:
    told = sqs.mapping(each)
    arn = str(each.get("EventSourceArn", ""))
    if ":sqs:" not in arn:
        return told
    found = sqs.attributes(asked, arn)
    return told | {"queue": sqs.depth(found), "redrive": found.get("RedrivePolicy")}


def _invokers(asked: Asked, client: Any, name: str) -> list[str]:
    """Principals the function's own policy lets call it; without a policy nobody is."""

    def read() -> str:
        try:
            return str(client.get_policy(FunctionName=name)["Policy"])
        except client.exceptions.ResourceNotFoundException:
            return "{}"

    document = json.loads(asked.attempt("resource policy", read, "{}"))
    return [_invoker(each) for each in document.get("Statement") or ()][:6]


def _invoker(statement: Mapping[str, Any]) -> str:
    principal = statement.get("Principal")
    named = ", ".join(map(str, principal.values())) if isinstance(principal, dict) else str(principal)
    condition = (statement.get("Condition") or {}).get("ArnLike") or {}
    source = next((name_of(str(value)) for value in condition.values()), "")
    return f"{named} {source}".strip()


def _dead_letters(asked: Asked, arn: str | None) -> dict[str, Any] | None:
    if not arn:
        return None
    told: dict[str, Any] = {"target": name_of(arn)}
    return told | sqs.depth(sqs.attributes(asked, arn)) if ":sqs:" in arn else told


def _of_service(asked: Asked, resource: Resource) -> list[dict[str, Any]]:
    found = resources.once(asked, resource)
    variables: dict[str, str] = {}
    for container in (found.get("task_definition") or {}).get("containers") or ():
        variables |= container.get("environment") or {}
        variables |= container.get("secrets") or {}
    return dependencies(asked, variables)


def dependencies(asked: Asked, variables: Mapping[str, str]) -> list[dict[str, Any]]:
    """What environment variables refer to, and the state of the first few resources among it."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    looked_at = 0
    for reference in references(variables):
        key = (reference.kind, reference.name)
        if key in told:
            continue
        told[key] = {"variable": reference.variable, "kind": reference.kind, "name": _named(reference)}
        if looked_at < _MOST_LOOKED_AT and reference.kind in resources.KINDS:
            looked_at += 1
            told[key] |= {"state": _state(asked, reference)}
    return list(told.values())


def _named(reference: Reference) -> str:
    """By its last part; a secret by its whole name, which is a path."""
    whole = canonical(reference.kind, reference.name).name if reference.kind == "secret" else reference.name
    return whole if reference.kind == "secret" else name_of(whole)


def _state(asked: Asked, reference: Reference) -> dict[str, Any]:
    found = resources.described(asked, Resource(reference.kind, reference.name))
    return picked(found, *_TELLING)
