"""What CloudWatch Logs hands to a subscribed function: one batch of events of one log stream.

Shape: AWS Lambda Developer Guide, "Process Amazon CloudWatch Logs events with Lambda"; Amazon CloudWatch Logs User
Guide, "Log group-level subscription filters". The batch is JSON, compressed with gzip and written in Base64; it
says account, log group and stream, and neither region nor partition.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from triage.domain.errors import UnsupportedEvent
from triage.intake.reading import Unreadable, found, parsed, require_object, require_text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_COMPRESSED = 8_000_000
"""Characters of Base64; an asynchronous invocation carries at most 1 MB, one by hand at most 6 MB."""

MAX_UNPACKED = 16_000_000
"""Bytes of JSON that are unpacked. A few kilobytes of gzip can hold gigabytes of blanks."""

MAX_EVENTS = 20_000
"""Events read of one batch, at a tenth of a millisecond each; ``PutLogEvents`` takes 10,000 at once."""

MAX_MESSAGE = 64_000
"""Characters kept of one event. CloudWatch Logs allows 1 MB (quotas, "Event size")."""

DATA = "DATA_MESSAGE"
CONTROL = "CONTROL_MESSAGE"

_ACCOUNT = re.compile(r"[0-9]{12}")
_LOG_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Row:
    """One log event.

    Attributes:
        at: when it was written, as the application said.
        text: its message.
    """

    at: datetime
    text: str


@dataclass(frozen=True)
class Batch:
    """Events of one log stream that a subscription filter let through.

    Attributes:
        rows: in the order of the batch, which is that of time.
        unreadable: how many events had no message or no time.
        unread: how many events were too many.
    """

    account_id: str
    log_group: str
    log_stream: str
    subscriptions: tuple[str, ...]
    rows: tuple[Row, ...]
    unreadable: int = 0
    unread: int = 0


def read(event: Mapping[str, Any]) -> Batch:
    """The batch of an event.

    Raises:
        Unreadable: it cannot be unpacked, or lacks what says where the lines are from.
        UnsupportedEvent: a control message, or a batch without events: there is nothing to do.
    """
    document = _document(_whole_text(require_object(event, "awslogs"), "data", "awslogs."))
    kind = require_text(document, "messageType")
    if kind != DATA:
        raise UnsupportedEvent(f"a batch of CloudWatch Logs of type {kind[:40]}, which holds no log events")
    events = document.get("logEvents")
    if not isinstance(events, list):
        raise Unreadable(f"logEvents should be a list, found {found(events)}")
    if not events:
        raise UnsupportedEvent("a batch of CloudWatch Logs without log events")
    taken = events[:MAX_EVENTS]
    rows = tuple(row for row in map(_row, taken) if row)
    return Batch(
        account_id=_matching(document, "owner", _ACCOUNT, "an account id of 12 digits"),
        log_group=_matching(document, "logGroup", _LOG_GROUP, "the name of a log group"),
        log_stream=require_text(document, "logStream"),
        subscriptions=texts(document.get("subscriptionFilters")),
        rows=rows,
        unreadable=len(taken) - len(rows),
        unread=len(events) - len(taken),
    )


def _whole_text(data: Mapping[str, Any], key: str, at: str) -> str:
    """The text under a key, of any length up to what an invocation carries."""
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{at}{key} should be text, found {found(value)}")
    if len(value) > MAX_COMPRESSED:
        raise Unreadable(f"{at}{key} has {len(value):,} characters, more than an invocation carries")
    return value


def _document(data: str) -> Mapping[str, Any]:
    try:
        compressed = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("awslogs.data should be Base64") from None
    document = parsed(_unpacked(compressed))
    if not isinstance(document, dict):
        raise Unreadable("awslogs.data should hold a JSON object, compressed with gzip")
    return document


def _unpacked(compressed: bytes) -> str:
    """The text, unpacked no further than the bound, so that nothing small can fill the memory."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(compressed, MAX_UNPACKED + 1)
    except zlib.error:
        raise Unreadable("awslogs.data should be compressed with gzip") from None
    if len(unpacked) > MAX_UNPACKED:
        raise Unreadable(f"awslogs.data unpacks to more than {MAX_UNPACKED:,} bytes")
    if not unpacker.eof:
        raise Unreadable("awslogs.data ends before its gzip stream does")
    return unpacked.decode("utf-8", "replace")


def _matching(document: Mapping[str, Any], key: str, form: re.Pattern[str], expected: str) -> str:
    value = require_text(document, key)
    if not form.fullmatch(value):
        raise Unreadable(f"{key} should be {expected}")
    return value


def _row(event: Any) -> Row | None:
    """One event; ``None`` where it has no message or no time."""
    if not isinstance(event, dict):
        return None
    message, timestamp = event.get("message"), event.get("timestamp")
    if not isinstance(message, str) or not message.strip():
        return None
    if isinstance(timestamp, bool) or not isinstance(timestamp, int | float):
        return None
    try:
        at = datetime.fromtimestamp(timestamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Row(at, message[:MAX_MESSAGE].encode("utf-8", "replace").decode("utf-8"))
