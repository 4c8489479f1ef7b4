"""An SQS queue: depth, age limits, its dead-letter queue, and who reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolbox.access.policies import statements_of
from toolbox.asking import look as looking
from toolbox.resources.base import change, name_of, picked

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked

_NUMBERS = {
    "ApproximateNumberOfMessages": "waiting",
    "ApproximateNumberOfMessagesNotVisible": "in_flight",
    "ApproximateNumberOfMessagesDelayed": "delayed",
    "VisibilityTimeout": "visibility_timeout_s",
    "MessageRetentionPeriod": "retention_s",
    "DelaySeconds": "delay_s",
    "MaximumMessageSize": "max_bytes",
}


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Depth, settings, dead-letter queue and consumers of a queue, by name, URL or ARN."""
    found = attributes(asked, name)
    redrive = json.loads(found.get("RedrivePolicy") or "{}")
    target = str(redrive.get("deadLetterTargetArn") or "")
    return {
        **depth(found),
        "fifo": found.get("FifoQueue") == "true",
        "key": found.get("KmsMasterKeyId"),
        "policy": statements_of(found.get("Policy")),
        "dead_letters": {
            "queue": name_of(target),
            "after_receives": redrive.get("maxReceiveCount"),
            **depth(attributes(asked, target)),
        }
        if target
        else None,
        "redrive_policy": None if target or not found else "none: what fails comes back until it expires",
        **read_by(consumers(asked, str(found.get("QueueArn") or ""))),
        "changes": [change(_seconds(found.get("LastModifiedTimestamp")), "attributes last changed")],
    }


def attributes(asked: Asked, name: str) -> dict[str, str]:
    """All attributes of a queue; {} where it cannot be seen."""
    client = looking.current().client("sqs")

    def read() -> dict[str, str]:
        url = name if name.startswith("http") else client.get_queue_url(QueueName=name_of(name))["QueueUrl"]
        return dict(client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])

    nothing: dict[str, str] = {}
    return asked.attempt(f"queue {name_of(name)}", read, nothing)


def depth(found: dict[str, str]) -> dict[str, Any]:
    """Numbers of a queue."""
    return {told: int(found[key]) for key, told in _NUMBERS.items() if found.get(key, "").isdigit()}


def consumers(asked: Asked, arn: str) -> list[dict[str, Any]]:
    """Functions that read from a queue or stream, and how that goes."""
    if not arn:
        return []
    client = looking.current().client("lambda")
    nothing: list[Any] = []
    found = asked.attempt(
        "consumers",
        lambda: client.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"],
        nothing,
    )
    return [mapping(each) for each in found[:6]]


def read_by(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {"consumers": found, "functions": [each["function"] for each in found]}


def mapping(each: dict[str, Any]) -> dict[str, Any]:
    """An event source mapping as a responder reads it."""
    destination = ((each.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    return {
        "function": name_of(str(each.get("FunctionArn", ""))),
        "source": name_of(str(each.get("EventSourceArn", ""))),
        **picked(
            each,
            "State",
            "StateTransitionReason",
            "LastProcessingResult",
            "LastModified",
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "ParallelizationFactor",
            "BisectBatchOnFunctionError",
            "StartingPosition",
            "FilterCriteria",
            "ScalingConfig",
            "FunctionResponseTypes",
        ),
        "retries": _limited(each.get("MaximumRetryAttempts")),
        "record_age_s": _limited(each.get("MaximumRecordAgeInSeconds")),
        "on_failure": destination,
    }


def _limited(value: Any) -> Any:
    """-1 means without end."""
    return "without end" if value == -1 else value


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isdigit() else None
