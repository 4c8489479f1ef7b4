"""What a first look asks: steps, and the plan for an alarm nothing more is known about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolbox import look as looking
from toolbox.alarm import describe_alarm, related_alarms
from toolbox.answer import Answer
from toolbox.changes import changes_before
from toolbox.health import health_events
from toolbox.invocations import lambda_invocations
from toolbox.log_groups import telling_name
from toolbox.logs import log_errors
from toolbox.metrics import breach
from toolbox.neighbours import surroundings
from toolbox.related import related_metrics
from toolbox.resources import configuration
from toolbox.resources.base import name_of

Done = Mapping[str, Answer]
"""Answers of the steps that are through, by step id."""


@dataclass(frozen=True)
class Step:
    """One question of a first look.

    Attributes:
        id: Short name, unique within a plan.
        title: The question, for people.
        helper: Who answers it.
        arguments: Keyword arguments, or what makes them from earlier answers; None then leaves the step out.
        after: Ids of steps it waits for.
        sets_onset: Whether its answer tells when the trouble began: later steps look around that.
    """

    id: str
    title: str
    helper: Callable[..., Answer]
    arguments: Mapping[str, Any] | Callable[[Done], Mapping[str, Any] | None] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    sets_onset: bool = False


def names_to_look_up(done: Done) -> dict[str, Any]:
    """Whose changes to ask for: the alarm's resources, what they depend on, and the roles they run under."""
    look = looking.current()
    configuration_found = _of(done, "configuration")
    about = str((configuration_found.get("asked") or {}).get("resource", "")).partition(" ")[2]
    names = [*look.dimensions.values(), *about.split("/")]
    names += [str(each.get("name")) for each in _of(done, "surroundings").get("depends_on") or ()]
    functions = _of(done, "surroundings").get("functions") or ()
    services = _of(done, "surroundings").get("services") or ()
    names += [part for each in services for part in str(each.get("service")).split("/")]
    names += [str(each.get("function")) for each in functions]
    named = [*map(telling_name, names), str(look.signal.get("name") or "")]
    roles = [name_of(role) for role in _roles(configuration_found)]
    roles += [str(each.get("role")) for each in functions if each.get("role")]
    return {"names": [name for name in dict.fromkeys(named) if name], "roles": list(dict.fromkeys(roles))}


def further_groups(done: Done) -> dict[str, Any]:
    """Log groups that the resource's configuration names, and those of the functions behind it."""
    found = _of(done, "configuration")
    services = [found, *(_of(done, "surroundings").get("services") or ())]
    tasks = [each.get("task_definition") or {} for each in services]
    containers = [each for task in tasks for each in task.get("containers") or ()]
    named = [found.get("log_group"), *(each.get("log_group") for each in containers)]
    named += [each.get("access_log") for each in found.get("stages") or ()]
    named += [each.get("log_group") for each in _of(done, "surroundings").get("functions") or ()]
    return {"also": list(dict.fromkeys(str(each) for each in named if each))}


def if_function(done: Done) -> dict[str, Any] | None:
    """The function the configuration turned out to be of; None for any other resource."""
    about = str((_of(done, "configuration").get("asked") or {}).get("resource", ""))
    kind, _, name = about.partition(" ")
    return {"function": name} if kind == "lambda" else None


def _of(done: Done, step: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = done.get(step, {})
    return found


def _roles(configuration_found: Mapping[str, Any]) -> list[str]:
    task = configuration_found.get("task_definition") or {}
    found = [configuration_found.get(key) for key in ("Role", "roleArn")]
    return [str(each) for each in (*found, task.get("taskRoleArn"), task.get("executionRoleArn")) if each]


#: What is asked of an alarm nothing more is known about.
GENERAL: tuple[Step, ...] = (
    Step("alarm", "The alarm and its history", describe_alarm),
    Step("metric", "The metric around the breach", breach, sets_onset=True),
    Step("configuration", "The resource and its own fresh changes", configuration, after=("metric",)),
    Step(
        "surroundings",
        "Event sources, dead letters, functions behind, dependencies",
        surroundings,
        after=("metric",),
    ),
    Step("logs", "Errors in the logs", log_errors, further_groups, after=("configuration", "surroundings")),
    Step(
        "invocations",
        "What its invocations report",
        lambda_invocations,
        if_function,
        after=("configuration",),
    ),
    Step(
        "changes",
        "Changes before the onset",
        changes_before,
        names_to_look_up,
        after=("configuration", "surroundings"),
    ),
    Step("related_metrics", "Other metrics of the resource", related_metrics, after=("metric",)),
    Step("related_alarms", "Other alarms", related_alarms, after=("metric",)),
    Step("health", "AWS Health", health_events),
)
