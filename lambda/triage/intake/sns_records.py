"""Messages of SNS topics that the function is subscribed to, one event with one record each or several.

Shape: AWS Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications". A topic carries
whatever is published to it, so a message that is no alarm is foreign, not broken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.intake.reading import found, object_or_empty, parsed

_TOPIC_REGION = re.compile(r"arn:aws[a-z-]{0,20}:sns:([a-z0-9-]{1,40}):[0-9]{12}:.+", re.DOTALL)


@dataclass(frozen=True)
class SnsMessage:
    """What was published, and where.

    Attributes:
        content: the JSON object published.
        topic_region: region of the topic, where the record names it.
    """

    content: Mapping[str, Any]
    topic_region: str | None


def recognises(event: Mapping[str, Any]) -> bool:
    """Whether at least one record came from SNS."""
    records = event.get("Records")
    return isinstance(records, list) and any(_is_sns(record) for record in records)


def read(record: Any, path: str) -> SnsMessage:
    """The message of one record. Those about subscriptions are texts, hence foreign like any other text.

    Raises:
        UnsupportedEvent: the record is not from SNS, or its message is nothing an alarm publishes.
        MalformedEvent: a record of SNS without a message.
    """
    if not _is_sns(record):
        raise UnsupportedEvent(f"{path} is not a record of SNS")
    sns = object_or_empty(record.get("Sns"))
    message = sns.get("Message")
    if not isinstance(message, str):
        raise MalformedEvent(f"SNS record: {path}.Sns.Message should be text, found {found(message)}", ("Sns",))
    content = parsed(message)
    if not isinstance(content, Mapping):
        raise UnsupportedEvent(f"{path}.Sns.Message is not a JSON object, so no alarm published it")
    topic = _TOPIC_REGION.fullmatch(str(sns.get("TopicArn")))
    return SnsMessage(content, topic[1] if topic else None)


def _is_sns(record: Any) -> bool:
    return isinstance(record, Mapping) and ("Sns" in record or record.get("EventSource") == "aws:sns")
