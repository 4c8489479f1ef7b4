"""Items of the Tracker (DynamoDB): values to attributes and back, and what a refused write says."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from triage.aws.clients import client
from triage.aws.errors import code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REFUSED = "ConditionalCheckFailedException"
# A write met a transaction on the same item (DynamoDB Developer Guide, "Transaction conflict handling"): it did
# nothing, and botocore does not send it again by itself.
CONFLICT = "TransactionConflictException"
MAX_CONFLICTS = 6

# DynamoDB answers within milliseconds. A Tracker that is silent must be given up while the triage function, which
# has a minute, still has the time to put the signal on the work queue without it.
READ_TIMEOUT_S = 5
ATTEMPTS = 3

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def tracker_client() -> Any:
    """The client of the Tracker's adapters."""
    return client("dynamodb", READ_TIMEOUT_S, ATTEMPTS)


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes; moments become seconds since the epoch, so that conditions can compare them."""
    return {name: _serializer.serialize(_storable(value)) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Values; moments stay numbers (see :func:`moment`)."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def moment(seconds: Any) -> datetime | None:
    """A stored moment; ``None`` for none."""
    return datetime.fromtimestamp(float(seconds), UTC) if seconds else None


def item_of_refusal(error: ClientError) -> Mapping[str, Any]:
    """The item that made a condition fail; any other error is raised again."""
    if code_of(error) != REFUSED:
        raise error
    item: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]  # not in botocore's type
    return item


def without_conflict(write: Callable[[], Any]) -> Any:
    """The answer of a write, which is repeated a few times when it meets a transaction."""
    for attempt in range(MAX_CONFLICTS):
        try:
            return write()
        except ClientError as error:
            if code_of(error) != CONFLICT:
                raise
            pause(attempt)
    return write()


def pause(attempt: int) -> None:
    """Wait a little longer after each conflict, and not as long as the one that was in the way."""
    time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - spreads writers, guards nothing


def _storable(value: Any) -> Any:
    """boto3 refuses floats; times are kept to the microsecond, as Python does."""
    if isinstance(value, datetime):
        value = value.timestamp()
    return Decimal(str(round(value, 6))) if isinstance(value, float) else value
