"""A state machine: its states, role, and why the latest executions failed."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import change, name_of, picked
from toolbox.resources.task_causes import cause_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.answer import Asked

_FAILED = ("FAILED", "TIMED_OUT", "ABORTED")
_READ = 2
#: As `arn:…:function:name` or as the parameter of `lambda:invoke`.
_JOB = re.compile(
    r"\"(?:JobName|JobDefinition|ProjectName|TaskDefinition)(?:\.\$)?\"\s*:\s*"
    r"\"([\w:/.-]*[A-Za-z][\w:/.-]*)\""
)
_FUNCTION = re.compile(r"(?::function:|\"FunctionName\"\s*:\s*\")([\w-]+)(?=[\":])")


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Definition in outline and latest failures of a state machine, by ARN."""
    client = looking.current().client("stepfunctions")
    nothing: dict[str, Any] = {}
    found = asked.attempt("state machine", lambda: client.describe_state_machine(stateMachineArn=name), nothing)
    versions = asked.attempt(
        "versions",
        lambda: client.list_state_machine_versions(stateMachineArn=name)["stateMachineVersions"],
        list[Any](),
    )
    return {
        **picked(found, "name", "status", "type", "creationDate", "roleArn"),
        "logging": (found.get("loggingConfiguration") or {}).get("level"),
        "states": _outline(str(found.get("definition") or "{}")),
        "jobs": list(dict.fromkeys(name_of(each) for each in _JOB.findall(str(found.get("definition"))))),
        "functions": list(dict.fromkeys(_FUNCTION.findall(str(found.get("definition"))))),
        "failures": _failures(asked, client, name) if found.get("type") != "EXPRESS" else None,
        "changes": [
            change(each.get("creationDate"), f"version {name_of(each['stateMachineVersionArn'])} published")
            for each in versions
        ],
    }


def _outline(definition: str) -> list[str]:
    try:
        states = json.loads(definition).get("States") or {}
    except ValueError:
        return []
    return [_state(name, state) for name, state in list(states.items())[:20]]


def _state(name: str, state: Mapping[str, Any]) -> str:
    parts = [str(state.get("Type"))]
    if state.get("Resource"):
        function = (state.get("Parameters") or state.get("Arguments") or {}).get("FunctionName")
        parts.append(name_of(str(function or state["Resource"])))
        parts += (
            [] if function else _JOB.findall(json.dumps(state.get("Parameters") or state.get("Arguments")))[:1]
        )
    if state.get("TimeoutSeconds"):
        parts.append(f"timeout {state['TimeoutSeconds']} s")
    parts += ["retries"] if state.get("Retry") else []
    parts += ["catches"] if state.get("Catch") else []
    return f"{name}: {', '.join(parts)}"


def _failures(asked: Asked, client: Any, arn: str) -> list[dict[str, Any]]:
    found: list[Any] = []
    for status in _FAILED:
        read = partial(client.list_executions, stateMachineArn=arn, statusFilter=status, maxResults=20)
        answer: Any = asked.attempt(f"executions {status}", read, {})
        found += answer.get("executions", ())
    latest = sorted(found, key=lambda each: str(each.get("stopDate")), reverse=True)
    return [
        {
            **picked(each, "name", "status", "startDate", "stopDate"),
            **(_why(asked, client, each["executionArn"]) if place < _READ else {}),
        }
        for place, each in enumerate(latest[:_READ])
    ]


def _why(asked: Asked, client: Any, arn: str) -> dict[str, Any]:
    """Error and cause of an execution, and the state it was in."""
    nothing: dict[str, Any] = {}
    answer = asked.attempt(
        "execution history",
        lambda: client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=30),
        nothing,
    )
    entered = ""
    told: dict[str, Any] = {}
    for event in answer.get("events", ()):
        for key, details in event.items():
            if key.endswith("EventDetails") and isinstance(details, dict) and details.get("error") and not told:
                told = {"error": details["error"], "cause": cause_of(str(details.get("cause", "")))}
        entered = entered or str((event.get("stateEnteredEventDetails") or {}).get("name") or "")
    return {**told, "in_state": entered}
