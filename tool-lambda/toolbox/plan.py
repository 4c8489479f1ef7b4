"""What a first look asks: steps, and the plans for an alarm and an error in a log nothing more is known about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolbox import resources
from toolbox.alarms.anchors import anchors_of
from toolbox.alarms.definition import describe_alarm, related_alarms
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.changes.before_onset import changes_before
from toolbox.logs.errors import log_errors
from toolbox.logs.groups import telling_name
from toolbox.logs.in_common import log_shares
from toolbox.logs.one_error import log_error
from toolbox.logs.report_lines import lambda_invocations
from toolbox.metrics.around_breach import breach
from toolbox.metrics.parts import metric_parts
from toolbox.metrics.related import related_metrics
from toolbox.resources import configuration
from toolbox.resources.base import name_of
from toolbox.services.health import health_events
from toolbox.surroundings.neighbourhood import neighbourhood
from toolbox.surroundings.neighbours import surroundings

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
        lead: What led to the question, where an earlier answer did.
        shorten: Makes the answer brief; None where nothing of it is worth a section.
    """

    id: str
    title: str
    helper: Callable[..., Answer]
    arguments: Mapping[str, Any] | Callable[[Done], Mapping[str, Any] | None] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    sets_onset: bool = False
    lead: Mapping[str, Any] | None = None
    shorten: Callable[[Answer], Answer | None] | None = None


def names_to_look_up(done: Done) -> dict[str, Any]:
    """Whose changes to ask for: the alarm's resources, what they depend on, and the roles they run under."""
    look = looking.current()
    configuration_found = answer_of(done, "configuration")
    about = str((configuration_found.get("asked") or {}).get("resource", "")).partition(" ")[2]
    names = [*look.dimensions.values(), *about.split("/")]
    names += [str(each.get("name")) for each in answer_of(done, "surroundings").get("depends_on") or ()]
    functions = answer_of(done, "surroundings").get("functions") or ()
    services = answer_of(done, "surroundings").get("services") or ()
    names += [part for each in services for part in str(each.get("service")).split("/")]
    names += [str(each.get("function")) for each in functions]
    dead_letters = configuration_found.get("dead_letters")
    names += [str(dead_letters.get("queue") or "")] if isinstance(dead_letters, dict) else []
    names += [str(each) for key in ("jobs", "runs") for each in configuration_found.get(key) or ()]
    named = [*map(telling_name, names), look.called]
    roles = [name_of(role) for role in _roles(configuration_found)]
    roles += [str(each.get("role")) for each in functions if each.get("role")]
    return {"names": [name for name in dict.fromkeys(named) if name], "roles": list(dict.fromkeys(roles))}


def alarms_resource(done: Done) -> dict[str, Any]:
    """What the alarm is about, where its dimensions do not say so: called like it, as far as names tell."""
    del done  # the alarm says it, and the account
    look = looking.current()
    if resources.of_signal(look.signal):
        return {}
    found = next(iter(anchors_of(Asked())), None)
    return {"kind": found.kind, "name": found.name} if found else {}


def further_groups(done: Done) -> dict[str, Any]:
    """Log groups that the resource's configuration names, and those of the functions behind it."""
    found = answer_of(done, "configuration")
    services = [found, *(answer_of(done, "surroundings").get("services") or ())]
    tasks = [each.get("task_definition") or {} for each in services]
    containers = [each for task in tasks for each in task.get("containers") or ()]
    named = [found.get("log_group"), *(each.get("log_group") for each in containers)]
    named += _access_logs(done)
    named += [each.get("log_group") for each in answer_of(done, "surroundings").get("functions") or ()]
    return {"also": list(dict.fromkeys(str(each) for each in named if each))}


def without_the_usual(answer: Answer) -> Answer:
    """A definition without what every alarm has, and the metrics, which are told by their values."""
    usual = {"ActionsEnabled": True, "AlarmConfigurationUpdatedTimestamp": None, "metrics": None}
    told = {
        key: value
        for key, value in (answer.get("definition") or {}).items()
        if key not in usual or (usual[key] is not None and value != usual[key])
    }
    return Answer(answer | {"definition": told})


def without_steady_values(answer: Answer) -> Answer:
    """A series in which nothing changed is told in words."""
    return answer if answer.get("shape") or answer.get("earlier") else Answer({**answer, "series": None})


def if_it_fell(done: Done) -> bool:
    """Whether the alarm's metric has no datapoints, or fewer than before."""
    metric = answer_of(done, "metric")
    reading = str(metric.get("reading") or "")
    fell = bool(metric.get("shape")) and float(metric.get("after") or 0) < float(metric.get("before") or 0)
    return fell or "no datapoint" in reading


def if_traced(answer: Answer) -> Answer | None:
    """Traces, where any failed."""
    return if_anything(answer) if answer.get("count") or answer.get("gaps") else None


def only_changes(answer: Answer) -> Answer | None:
    """Of metrics looked at besides, those that changed."""
    changed = [line for line in answer.get("metrics") or () if "\N{RIGHTWARDS ARROW}" in line]
    return Answer(asked=answer.get("asked"), metrics=changed) if changed else None


def first_group(done: Done) -> dict[str, Any] | None:
    """The log group that says most of the trouble: that of the error, else with the most new errors."""
    if looking.current().log:
        return {"group": str(looking.current().log["log_group"])}
    groups = answer_of(done, "logs").get("groups") or ()
    access = next((each for each in _access_logs(done) if each in {group["group"] for group in groups}), None)
    if access and not any(_is_new_error(each) for group in groups for each in group.get("templates") or ()):
        return {"group": access}
    best = max(groups, key=lambda each: int(each.get("since_onset") or 0), default=None)
    return {"group": best["group"]} if best else None


def _access_logs(done: Done) -> list[str]:
    """Where the stages of an API log their requests."""
    stages = answer_of(done, "configuration").get("stages") or ()
    return [str(each["access_log"]) for each in stages if each.get("access_log")]


def _is_new_error(template: Mapping[str, Any]) -> bool:
    """Whether a line of an error came with the trouble."""
    return template.get("level") == "error" and int(template.get("since_onset") or 0) > 2 * int(
        template.get("before_onset") or 0
    )


def if_anything(answer: Answer) -> Answer | None:
    """An answer that holds anything but how it was asked for."""
    told = set(answer) - {"asked", "lag", "group", "lines", "truncated", "gaps"}
    hidden = [each for each in answer.get("gaps") or () if not str(each["why"]).startswith("not found")]
    return answer if told or hidden else None


def if_function(done: Done) -> dict[str, Any] | None:
    """The function the configuration turned out to be of; None for any other resource."""
    about = str((answer_of(done, "configuration").get("asked") or {}).get("resource", ""))
    kind, _, name = about.partition(" ")
    return {"function": name} if kind == "lambda" else None


def answer_of(done: Done, step: str) -> Mapping[str, Any]:
    """The answer of a step; an empty one where there is none."""
    found: Mapping[str, Any] = done.get(step, {})
    return found


def _roles(configuration_found: Mapping[str, Any]) -> list[str]:
    task = configuration_found.get("task_definition") or {}
    found = [configuration_found.get(key) for key in ("Role", "roleArn")]
    return [str(each) for each in (*found, task.get("taskRoleArn"), task.get("executionRoleArn")) if each]


#: What is asked of an alarm nothing more is known about.
GENERAL: tuple[Step, ...] = (
    Step("alarm", "The alarm and its history", describe_alarm, shorten=without_the_usual),
    Step("metric", "The metric around the breach", breach, sets_onset=True, shorten=without_steady_values),
    Step(
        "configuration",
        "The resource and its own fresh changes",
        configuration,
        alarms_resource,
        after=("metric",),
    ),
    Step(
        "surroundings",
        "Event sources, dead letters, functions behind, dependencies",
        surroundings,
        alarms_resource,
        after=("metric",),
        shorten=if_anything,
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
    Step("parts", "The alarm's metric in its parts", metric_parts, after=("metric",), shorten=if_anything),
    Step("related_alarms", "Other alarms", related_alarms, after=("metric",)),
    Step(
        "shares",
        "What the log holds more and less of since the onset",
        log_shares,
        first_group,
        after=("logs",),
        shorten=if_anything,
    ),
    Step("neighbourhood", "What is linked to it, and what of that changed", neighbourhood, after=("metric",)),
    Step("health", "AWS Health", health_events),
)

_OF_ALARMS = frozenset({"alarm", "metric", "parts"})
#: What is asked of an error in a log: no alarm, and no metric of one. What waits for the metric's onset waits for
#: that of the error.
LOG_ERROR: tuple[Step, ...] = (
    Step("metric", "The error itself: how often, since when, what came before it", log_error, sets_onset=True),
    *(step for step in GENERAL if step.id not in _OF_ALARMS),
)
