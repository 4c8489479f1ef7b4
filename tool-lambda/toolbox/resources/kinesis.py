"""A Kinesis stream: shards, mode, retention, and who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import picked
from toolbox.resources.sqs import consumers, read_by

if TYPE_CHECKING:
    from toolbox.asking.answer import Asked


def describe(asked: Asked, name: str) -> dict[str, Any]:
    """Configuration and consumers of a stream."""
    client = looking.current().client("kinesis")
    nothing: dict[str, Any] = {}
    found = asked.attempt(
        "stream",
        lambda: client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"],
        nothing,
    )
    empty: list[Any] = []
    arn = str(found.get("StreamARN") or "")
    registered = asked.attempt(
        "registered consumers",
        lambda: client.list_stream_consumers(StreamARN=arn)["Consumers"] if arn else [],
        empty,
    )
    return {
        **picked(found, "StreamStatus", "OpenShardCount", "RetentionPeriodHours", "EncryptionType", "KeyId"),
        "mode": (found.get("StreamModeDetails") or {}).get("StreamMode"),
        "registered_consumers": [each["ConsumerName"] for each in registered],
        **read_by(consumers(asked, arn)),
    }
