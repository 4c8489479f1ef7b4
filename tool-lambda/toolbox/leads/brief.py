"""Answers about leads, in brief: what a responder would stop at, and nothing where there is nothing. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Members of a configuration that say whether something is well, how much it can take, and what was done to it.
_TELLING = (
    "State",
    "StateReason",
    "LastUpdateStatus",
    "Runtime",
    "Timeout",
    "MemorySize",
    "reserved_concurrency",
    "unlike_version",
    "status",
    "desiredCount",
    "runningCount",
    "deployments",
    "stopped_tasks",
    "stopped_before",
    "events",
    "TableStatus",
    "capacity_mode",
    "read_units",
    "write_units",
    "waiting",
    "in_flight",
    "dead_letters",
    "visibility_timeout_s",
    "ServerlessV2ScalingConfiguration",
    "members",
    "DBClusterIdentifier",
    "DBInstanceStatus",
    "DBInstanceClass",
    "ReadReplicaSourceDBInstanceIdentifier",
    "AllocatedStorage",
    "max_connections",
    "PendingModifiedValues",
    "Status",
    "CacheClusterStatus",
    "CacheNodeType",
    "replication_group",
    "created",
    "pending",
    "subscriptions",
    "StreamStatus",
    "OpenShardCount",
    "mode",
    "shards",
    "failures",
    "KeyState",
    "Enabled",
    "Description",
    "DeletionDate",
    "changed",
    "rotated",
    "deleted",
    "schedule",
    "pattern",
    "targets",
    "input",
    "not_healthy",
    "scaling",
    "scheduled",
    "stack",
    "routes",
    "security_groups",
    "encrypted_with",
    "tells",
    "lifecycle",
    "versioning",
    "parameters",
    "StackName",
    "StackStatus",
    "LastUpdatedTime",
    "redrive_policy",
    "task_definition",
    "changes",
)
_NOT_WELL = ("unlike_version", "stopped_tasks", "stopped_before", "failures", "not_healthy", "changes")
_MOST_LISTED = 3
_SAMPLE = 300
_SAMPLE_END = 90


def configuration(answer: Answer) -> Answer | None:
    """The telling members of a configuration; nothing where it has none."""
    kept = {name: _short(answer[name]) for name in _TELLING if name in answer}
    if not kept and all(str(each["why"]).startswith("not found") for each in answer.get("gaps") or ()):
        return None
    if answer.get("gaps"):
        kept["gaps"] = answer["gaps"]
    if "task_definition" in kept:
        kept["task_definition"] = _task(kept["task_definition"])
    return Answer(asked=answer.get("asked"), **kept) if kept else None


def _task(task: Mapping[str, Any]) -> dict[str, Any]:
    """What a task runs with: sizes, images, plain variables, and where its secrets come from."""
    containers = [
        {key: each.get(key) for key in ("name", "image", "environment", "secrets") if each.get(key)}
        for each in task.get("containers") or ()
    ]
    return {key: task[key] for key in ("revision", "cpu", "memory") if key in task} | {"containers": containers}


def if_changed(answer: Answer) -> Answer | None:
    """What says that something was changed lately or is not well; nothing of anything else."""
    kept = {name: _short(answer[name]) for name in _NOT_WELL if answer.get(name)}
    gaps = [each for each in answer.get("gaps") or () if not str(each["why"]).startswith("not found")]
    return Answer(asked=answer.get("asked"), **kept, **({"gaps": gaps} if gaps else {})) if kept or gaps else None


def recent_stack(answer: Answer) -> Answer | None:
    """A stack that was updated in the last days, or is not well."""
    is_well = str(answer.get("StackStatus", "")).endswith("_COMPLETE") and "ROLLBACK" not in answer["StackStatus"]
    return configuration(answer) if answer.get("StackName") and (answer.get("changes") or not is_well) else None


def _short(value: Any) -> Any:
    return value[:_MOST_LISTED] if isinstance(value, list) else value


def logs(answer: Answer) -> Answer | None:
    """The errors since the onset; nothing where there are none and nothing was hidden."""
    groups = [_group(each) for each in answer.get("groups") or ()]
    told = [each for each in groups if each["templates"]]
    gaps = [each for each in answer.get("gaps") or () if not str(each["why"]).startswith("not found")]
    if not told and not gaps:
        return None
    kept: dict[str, Any] = {"groups": told} | ({"gaps": gaps} if gaps else {})
    return Answer(asked=answer.get("asked"), **kept)


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    since = [_template(each) for each in group.get("templates") or () if each.get("since_onset")]
    return {key: value for key, value in group.items() if key != "templates"} | {"templates": since[:_MOST_LISTED]}


def _template(template: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in template.items() if key not in ("streams", "share", "last", "frames")}
    return told | {"sample": _both_ends(str(template.get("sample", "")))}


def _both_ends(text: str) -> str:
    """A long line without its middle: whose it is stands at its beginning, what went wrong often at its end."""
    if len(text) <= _SAMPLE:
        return text
    return f"{text[: _SAMPLE - _SAMPLE_END - 1]}…{text[-_SAMPLE_END:]}"
