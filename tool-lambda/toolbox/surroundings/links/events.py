"""Links made by events: schedules, rules, pipes, subscriptions, and the functions a workflow calls."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import pages
from toolbox.asking.side_by_side import side_by_side
from toolbox.resources.base import Resource, name_of
from toolbox.surroundings.links.base import Links, canonical, of_arn

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolbox.asking.answer import Asked

_MOST_SCHEDULES = 100
_MOST_PIPES = 100
_MOST_SUBSCRIPTIONS = 300
_MOST_RULES = 200
_MOST_TARGETS = 30
_MOST_WORKFLOWS = 25
_FUNCTION = re.compile(r"(?::function:|\"FunctionName\"\s*:\s*\")([\w-]+)(?=[\":])")
_OTHERS = re.compile(r"https://sqs\.[\w.-]+/\d{12}/[\w.-]+|arn:aws[\w-]*:(?:sqs|sns|dynamodb):[\w-]*:\d*:[\w./-]+")
_TABLE = re.compile(r"\"TableName\"\s*:\s*\"([\w.-]+)\"")


def schedules(asked: Asked) -> Links:
    """EventBridge Scheduler's schedules, by what they start."""
    client = looking.current().client("scheduler")
    found = Links()
    listed = _listed(
        asked, "list of schedules", lambda: pages(client, "list_schedules", "Schedules", most=_MOST_SCHEDULES)
    )
    for each in listed:
        own = Resource("schedule", str(each["Name"]))
        target = of_arn(str((each.get("Target") or {}).get("Arn") or ""))
        found.notes[own] = _unless(each.get("State"), "ENABLED")
        if target is not None:
            found.add(own, target, f"target of the schedule {own.name}")
    return found


def pipes(asked: Asked) -> Links:
    """EventBridge Pipes, from source to target."""
    client = looking.current().client("pipes")
    found = Links()
    listed = _listed(asked, "list of pipes", lambda: pages(client, "list_pipes", "Pipes", most=_MOST_PIPES))
    for each in listed:
        source, target = of_arn(str(each.get("Source") or "")), of_arn(str(each.get("Target") or ""))
        if source is not None and target is not None:
            state = _unless(each.get("CurrentState"), "RUNNING")
            found.add(target, source, f"pipe {each['Name']}{f' ({state})' if state else ''}")
    return found


def subscriptions(asked: Asked) -> Links:
    """Who is subscribed to which topic."""
    client = looking.current().client("sns")
    found = Links()
    listed = _listed(
        asked,
        "list of subscriptions",
        lambda: pages(client, "list_subscriptions", "Subscriptions", most=_MOST_SUBSCRIPTIONS),
    )
    for each in listed:
        target = of_arn(str(each.get("Endpoint") or ""))
        if target is not None:
            topic = canonical("sns", str(each.get("TopicArn") or ""))
            found.add(topic, target, f"subscribed to the topic {topic.name}")
    return found


def rules(asked: Asked) -> Links:
    """Rules of the default bus with their targets; disabled ones first, for they may be what is missing."""
    client = looking.current().client("events")
    found = Links()
    listed = _listed(asked, "list of rules", lambda: pages(client, "list_rules", "Rules", most=_MOST_RULES))
    own = [each for each in listed if not each.get("ManagedBy")]
    ordered = sorted(own, key=lambda each: each.get("State") == "ENABLED")
    if len(ordered) > _MOST_TARGETS:
        asked.cut(f"targets of {len(ordered) - _MOST_TARGETS} rules")
    targets = side_by_side([partial(_targets, asked, str(each["Name"])) for each in ordered[:_MOST_TARGETS]])
    for each, arns in zip(ordered, targets, strict=False):
        rule = Resource("rule", str(each["Name"]))
        when = f" {each['ScheduleExpression']}" if each.get("ScheduleExpression") else ""
        found.notes[rule] = (_unless(each.get("State"), "ENABLED") or "") + when
        for target in filter(None, map(of_arn, arns)):
            found.add(rule, target, f"target of the rule {rule.name}")
    return found


def _targets(asked: Asked, rule: str) -> list[str]:
    client = looking.current().client("events")
    nothing: list[str] = []
    return asked.attempt(
        f"targets of {rule}",
        lambda: [str(each["Arn"]) for each in client.list_targets_by_rule(Rule=rule)["Targets"]],
        nothing,
    )


def workflows(asked: Asked) -> Links:
    """State machines, by what their definitions name."""
    client = looking.current().client("stepfunctions")
    found = Links()
    listed = _listed(
        asked,
        "list of state machines",
        lambda: pages(client, "list_state_machines", "stateMachines", most=_MOST_WORKFLOWS),
    )
    arns = [str(each["stateMachineArn"]) for each in listed]
    texts = side_by_side([partial(_definition, asked, arn) for arn in arns])
    for arn, text in zip(arns, texts, strict=True):
        own = Resource("stepfunctions", arn)
        targets = [Resource("lambda", name) for name in _FUNCTION.findall(text)]
        targets += [Resource("dynamodb", name) for name in _TABLE.findall(text)]
        targets += [_named(each) for each in _OTHERS.findall(text)]
        for target in dict.fromkeys(targets):
            found.add(own, target, f"a state of {name_of(arn)}")
    return found


def _named(text: str) -> Resource:
    return canonical("sqs", text) if text.startswith("https:") else of_arn(text) or Resource("host", text)


def _definition(asked: Asked, arn: str) -> str:
    client = looking.current().client("stepfunctions")
    return asked.attempt(
        f"definition of {name_of(arn)}",
        lambda: json.dumps(
            json.loads(client.describe_state_machine(stateMachineArn=arn).get("definition") or "{}")
        ),
        "",
    )


def _listed(asked: Asked, what: str, read: Callable[[], Any]) -> list[Any]:
    nothing: list[Any] = []
    return asked.attempt(what, lambda: list(read()), nothing)


def _unless(state: Any, usual: str) -> str:
    return "" if state in (None, usual) else str(state)
