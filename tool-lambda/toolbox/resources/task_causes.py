"""Why a job that a workflow started failed, out of the JSON in which services describe it. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 400
#: How the services name what failed (API references of Glue, Batch, ECS, CodeBuild, EMR, SageMaker).
_NAMES = (
    "JobName",
    "ProjectName",
    "TaskDefinitionArn",
    "JobDefinition",
    "TrainingJobName",
    "ProcessingJobName",
    "TransformJobName",
)
_STATES = ("JobRunState", "BuildStatus", "StopCode", "TrainingJobStatus", "ProcessingJobStatus", "Status")
_REASONS = (
    "ErrorMessage",
    "StatusReason",
    "StoppedReason",
    "FailureReason",
    "Reason",
    "Message",
    "StateChangeReason",
    "LogFile",
)
_CODES = ("ExitCode",)


def cause_of(text: str) -> str:
    """A cause in words: `settlement FAILED: The specified subnet …`; as it is where it is no job's description."""
    try:
        told = json.loads(text)
    except ValueError:
        return text[:_LONGEST]
    if not isinstance(told, dict) or "errorMessage" in told or "errorType" in told:
        return text[:_LONGEST]
    found = list(_members(told))
    name = next((value.rpartition("/")[2] for key, value in found if key in _NAMES), "")
    state = next((value for key, value in found if key in _STATES), "")
    reasons = [value for key, value in found if key in _REASONS]
    reasons += [f"exit code {value}" for key, value in found if key in _CODES and value != "0"]
    if not reasons:
        return text[:_LONGEST]
    return f"{name} {state}: {'; '.join(dict.fromkeys(reasons))}".strip(" :")[:_LONGEST]


def _members(value: Any) -> Iterator[tuple[str, str]]:
    """Every member with a value, at any depth."""
    if isinstance(value, dict):
        yield from _of(value)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)


def _of(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        if isinstance(item, dict | list):
            yield from _members(item)
        elif item not in (None, ""):
            yield str(key), str(item)
