"""What to do now: commands built from the names that came back."""

from __future__ import annotations

import json
import math
import shlex
from typing import TYPE_CHECKING

from local_aws.model.changes import suspect
from local_aws.model.reading import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from local_aws.model.backend import JsonObject
    from local_aws.model.diagnosis import Diagnosis
    from local_aws.model.reading import Facts

LONGEST_TIMEOUT_S = 900
LARGEST_MEMORY_MB = 10_240
"""Limits of a Lambda function (Lambda developer guide, "Quotas")."""


def actions(diagnosis: Diagnosis, facts: Facts, signal: Mapping[str, Any]) -> list[JsonObject]:
    """The remedy for the cause where one is known, the change to look at, and how to see whether it worked."""
    region = str(signal["region"])
    remedy = _REMEDIES.get(diagnosis.category)
    found = remedy(diagnosis, facts, region) if remedy else []
    found += _last_change(facts, signal)
    group = facts.first("log_group")
    if group:
        command = _aws("logs", "tail", group.text("name"), "--since", "15m", "--follow", "--region", region)
        found.append(_action("Follow the log and see whether the errors stop", "LOW", 5, command))
    if signal.get("log"):  # no alarm returns to OK
        return found
    check = _aws("cloudwatch", "describe-alarms", "--alarm-names", str(signal["name"]), "--region", region)
    return [*found, _action("Check that the alarm returns to OK", "LOW", 5, check)]


def _permission(diagnosis: Diagnosis, facts: Facts, region: str) -> list[JsonObject]:
    del region  # IAM is global
    if diagnosis.observed and "login" in diagnosis.observed.details:
        return [_action("Compare the password the service uses with the one the database knows", "LOW", 10)]
    proof = facts.first("grants") or facts.first("simulation")
    if not proof or diagnosis.confidence != "CONFIRMED":
        return [_action("Find out which policy denies the call named in the log", "LOW", 10)]
    grants = facts.first("grants")
    role, action, resource = proof.text("role"), proof.text("action"), proof.text("resource")
    if grants and grants.number("deny_statements"):
        return [_action(f"Review the statement that denies {action} to role {role}", "MEDIUM", 10)]
    if resource == "*":  # the log did not name it, and a grant on everything is no remedy
        return [_action(f"If the function is meant to do this, allow role {role} to call {action}", "MEDIUM", 10)]
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
    name = f"allow-{action.replace(':', '-')}"
    command = _aws(
        "iam", "put-role-policy", "--role-name", role, "--policy-name", name, "--policy-document", policy
    )
    title = f"If the function is meant to do this, allow role {role} to call {action} on {resource}"
    return [_action(title, "MEDIUM", 5, command)]


def _timeout(diagnosis: Diagnosis, facts: Facts, region: str) -> list[JsonObject]:
    del diagnosis
    function = facts.first("function")
    if not function or not function.number("timeout_s"):
        return []
    seconds = min(LONGEST_TIMEOUT_S, math.ceil(function.number("timeout_s") * 2))
    command = _update(function.text("name"), region, "--timeout", str(seconds))
    return [
        _action("Find what the function waits for; the line it logged last is the place to start", "LOW", 15),
        _action("Give it more time meanwhile, if callers can wait", "MEDIUM", 2, command),
    ]


def _memory(diagnosis: Diagnosis, facts: Facts, region: str) -> list[JsonObject]:
    del diagnosis
    function = facts.first("function")
    if not function or not function.number("memory_mb"):
        return []
    size = min(LARGEST_MEMORY_MB, int(function.number("memory_mb") * 2))
    command = _update(function.text("name"), region, "--memory-size", str(size))
    return [_action("Give the function more memory; how much it needs the log cannot show", "LOW", 2, command)]


def _throttled(diagnosis: Diagnosis, facts: Facts, region: str) -> list[JsonObject]:
    function = facts.first("function")
    if not function or diagnosis.confidence != "CONFIRMED":
        return [_action("Retry less, or ask for a higher limit of the throttled call", "LOW", 30)]
    name = function.text("name")
    command = _aws("lambda", "delete-function-concurrency", "--function-name", name, "--region", region)
    return [_action("Lift the reserved concurrency, if nothing depends on it", "MEDIUM", 5, command)]


def _missing(diagnosis: Diagnosis, facts: Facts, region: str) -> list[JsonObject]:
    function = facts.first("function")
    name = diagnosis.observed.details.get("name") if diagnosis.observed else None
    if not function or not name:
        return []
    command = _aws(
        "lambda", "get-function-configuration", "--function-name", function.text("name"),
        "--query", "Environment.Variables", "--region", region,
    )  # fmt: skip
    return [
        _action(
            f"Set {name}; update-function-configuration replaces all variables, so read them first",
            "MEDIUM",
            5,
            command,
        )
    ]


def _last_change(facts: Facts, signal: Mapping[str, Any]) -> list[JsonObject]:
    last = suspect(facts, moment(str(signal["occurred_at"])))
    if last is None:
        return []
    region = last.text("trail_region") or str(signal["region"])
    attribute = f"AttributeKey=ResourceName,AttributeValue={last.text('of')}"
    command = _aws("cloudtrail", "lookup-events", "--lookup-attributes", attribute, "--region", region)
    return [_action(f"Review the last change: {last.text('event')} of {last.text('of')}", "LOW", 5, command)]


def _update(function: str, region: str, *change: str) -> str:
    return _aws(
        "lambda", "update-function-configuration", "--function-name", function, *change, "--region", region
    )


def _action(title: str, risk: str, minutes: int, command: str | None = None) -> JsonObject:
    action: JsonObject = {"title": title, "risk": risk, "minutes": minutes}
    return action | ({"command": command} if command else {})


def _aws(*words: str) -> str:
    """A command line; names come from logs and may hold anything, so each word is quoted."""
    return shlex.join(("aws", *words))


_REMEDIES = {
    "permission_denied": _permission,
    "timeout": _timeout,
    "out_of_memory": _memory,
    "throttled": _throttled,
    "configuration_missing": _missing,
}
