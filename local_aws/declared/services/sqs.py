"""Amazon SQS (API reference, "Actions")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Is, Noted, Record, Where, tail
from local_aws.declared.rules import Page, Rule, Service

if TYPE_CHECKING:
    from collections.abc import Mapping


def _name(url: Any) -> str:
    return str(url).rstrip("/").rpartition("/")[2]


def _named(record: Record) -> str:
    return _name(record.get("QueueUrl"))


def _same_queue(asked: Any, record: Record) -> bool:
    return _name(asked) == _name(record.get("QueueUrl"))


def _redrives_to(asked: Any, record: Record) -> bool:
    policy = json.loads(str(record.get("RedrivePolicy") or "{}"))
    return tail(policy.get("deadLetterTargetArn", "")) == _name(asked)


def _chosen(asked: Mapping[str, Any], kept: list[Record]) -> Mapping[str, Any]:
    """Only the attributes that were asked for; none when none was."""
    names = asked.get("AttributeNames", [])
    found = {name: value for name, value in kept[0].items() if name not in ("QueueUrl", "AttributeNames")}
    return {"Attributes": {name: value for name, value in found.items() if "All" in names or name in names}}


_QUEUE = Where(_same_queue, "URL of the queue")
_MISSING = ("QueueDoesNotExist", "The specified queue does not exist.")

SERVICE = Service(
    "sqs",
    "InvalidParameterValue",
    (
        Rule(
            "GetQueueAttributes",
            "Attributes",
            {"QueueUrl": _QUEUE, "AttributeNames": Noted("shows these attributes, or All of them")},
            one=True,
            identity=(_named,),
            missing=_MISSING,
            tells={"AttributeNames": ["All"]},
            finish=_chosen,
        ),
        Rule(
            "GetQueueUrl",
            "",
            {"QueueName": Where(lambda asked, one: _name(one.get("QueueUrl")) == asked, "name of the queue")},
            of="GetQueueAttributes",
            shows="{QueueUrl: QueueUrl}",
            one=True,
            missing=_MISSING,
        ),
        Rule(
            "ListQueues",
            "QueueUrls",
            {
                "QueueNamePrefix": Where(
                    lambda asked, one: _name(one.get("QueueUrl")).startswith(asked), "name starts with it"
                )
            },
            of="GetQueueAttributes",
            identity=(_named,),
            reads="{QueueUrl: @}",
            shows="QueueUrl",
            page=Page(1000),
        ),
        Rule(
            "ListDeadLetterSourceQueues",
            "queueUrls",
            {"QueueUrl": Where(_redrives_to, "`RedrivePolicy` names this queue", foreign=True)},
            of="GetQueueAttributes",
            identity=(_named,),
            reads="{QueueUrl: @}",
            shows="QueueUrl",
            hydrate=("ListQueues", "GetQueueAttributes", "QueueUrl"),
            page=Page(1000),
        ),
        Rule(
            "ListMessageMoveTasks",
            "Results",
            {"SourceArn": Is("SourceArn")},
            order="-StartedTimestamp",
            page=Page(1, most=10, limit="MaxResults"),
        ),
    ),
)
