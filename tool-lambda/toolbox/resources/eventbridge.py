"""A rule of EventBridge or a schedule of its Scheduler: whether it is on, when it fires, what it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import change, name_of, picked

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked


def describe_rule(asked: Asked, name: str) -> dict[str, Any]:
    """State, schedule or pattern, and targets of a rule of the default bus."""
    client = looking.current().client("events")
    nothing: dict[str, Any] = {}
    found = asked.attempt("rule", lambda: client.describe_rule(Name=name), nothing)
    empty: list[Any] = []
    targets = asked.attempt("targets", lambda: client.list_targets_by_rule(Rule=name)["Targets"], empty)
    return {
        **picked(found, "State", "Description"),
        "schedule": found.get("ScheduleExpression"),
        "pattern": str(found.get("EventPattern") or "")[:300],
        "targets": [name_of(str(each["Arn"])) for each in targets[:5]],
    }


def describe_schedule(asked: Asked, name: str) -> dict[str, Any]:
    """State, expression and target of a schedule of the default group."""
    client = looking.current().client("scheduler")
    nothing: dict[str, Any] = {}
    found = asked.attempt("schedule", lambda: client.get_schedule(Name=name), nothing)
    target = found.get("Target") or {}
    return {
        **picked(found, "State", "Description", "StartDate", "EndDate"),
        "schedule": found.get("ScheduleExpression"),
        "targets": [name_of(str(target.get("Arn")))] if target else [],
        "input": str(target.get("Input") or "")[:200],
        "changes": [change(found.get("LastModificationDate"), "changed")],
    }
