"""Digests in the Tracker (DynamoDB): entries that join while the digest is open, and none afterwards.

Items: ``pk = digest#2026-11-21T03:00:00Z``; ``sk = entry#<hash of the fingerprint>`` for each alarm (a fingerprint
may be longer than the 1,024 bytes of a sort key), with the transitions it holds; ``sk = door#<number>``, which has
``closed`` once the digest is.

An entry is written in one transaction that also passes a door which is not closed, so that a reader who closes
first and reads then misses nothing. DynamoDB lets transactions that name the same item fail rather than wait: in a
storm many come at once, so there are several doors, and each alarm has its own.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.errors import code_of
from triage.aws.items import tracker_client
from triage.domain.digest import Added, DigestEntry, compact
from triage.domain.fingerprint import fingerprint
from triage.domain.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

RETENTION = timedelta(days=35)
DOORS = 16
MAX_TRIES = 8

REFUSED = "ConditionalCheckFailed"
# What passes by itself: a transaction met another one (DynamoDB API reference, "TransactWriteItems").
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
PASSING_ERRORS = frozenset({"TransactionInProgressException", "TransactionConflictException"})


class DynamoDigests:
    """The DigestStore port over one table."""

    def __init__(self, table_name: str, dynamodb: Any = None) -> None:
        self._table_name = table_name
        self._dynamodb = dynamodb

    def add(self, digest: str, signal: Signal, reason: str, note: str, now: datetime) -> Added:
        """Add a transition, if the digest is open and does not hold it."""
        key = hashlib.sha256(fingerprint(signal).encode()).hexdigest()
        items = [
            {
                "Update": {
                    "TableName": self._table_name,
                    "Key": _door(digest, int(key, 16) % DOORS),
                    "UpdateExpression": "SET expires_at = :expires",
                    "ConditionExpression": "attribute_not_exists(closed)",
                    "ExpressionAttributeValues": {":expires": {"N": str(_expiry(now))}},
                }
            },
            {"Update": {"TableName": self._table_name, **_entry_update(digest, key, signal, reason, note, now)}},
        ]
        for attempt in range(MAX_TRIES):
            try:
                self._client().transact_write_items(TransactItems=items)
            except ClientError as error:
                open_, fresh = _cancellation(error)
                if fresh == REFUSED:
                    return Added.ALREADY
                if open_ == REFUSED:
                    return Added.CLOSED
                if attempt == MAX_TRIES - 1 or not _passes(error, open_, fresh):
                    raise
                _pause(attempt)
            else:
                return Added.JOINED
        raise AssertionError("unreachable: the last try returns or raises")

    def close(self, digest: str, now: datetime) -> None:
        """Close every door, again if need be."""
        for door in range(DOORS):
            self._close(_door(digest, door), now)

    def entries(self, digest: str) -> tuple[DigestEntry, ...]:
        """All entries, page by page."""
        pages = self._client().get_paginator("query")
        found = pages.paginate(
            TableName=self._table_name,
            KeyConditionExpression="pk = :digest AND begins_with(sk, :entry)",
            ExpressionAttributeValues={":digest": {"S": _pk(digest)}, ":entry": {"S": "entry#"}},
            ConsistentRead=True,
        )
        return tuple(_entry(item) for page in found for item in page["Items"])

    def _close(self, door: Mapping[str, Any], now: datetime) -> None:
        for attempt in range(MAX_TRIES):
            try:
                self._client().update_item(
                    TableName=self._table_name,
                    Key=door,
                    UpdateExpression="SET closed = :true, expires_at = :expires",
                    ExpressionAttributeValues={":true": {"BOOL": True}, ":expires": {"N": str(_expiry(now))}},
                )
            except ClientError as error:
                if attempt == MAX_TRIES - 1 or code_of(error) not in PASSING_ERRORS:
                    raise
                _pause(attempt)
            else:
                return

    def _client(self) -> Any:
        return self._dynamodb or tracker_client()


def _pk(digest: str) -> str:
    return f"digest#{digest}"


def _door(digest: str, number: int) -> dict[str, Any]:
    return {"pk": {"S": _pk(digest)}, "sk": {"S": f"door#{number:02}"}}


def _entry_update(digest: str, key: str, signal: Signal, reason: str, note: str, now: datetime) -> dict[str, Any]:
    transition = signal.occurred_at.astimezone(UTC).isoformat()
    added = {"transitions": transition, "reasons": reason} | ({"notes": note} if note else {})
    return {
        "Key": {"pk": {"S": _pk(digest)}, "sk": {"S": f"entry#{key}"}},
        "UpdateExpression": (
            f"SET #signal = :signal, expires_at = :expires ADD {', '.join(f'{name} :{name}' for name in added)}"
        ),
        "ConditionExpression": "NOT contains(transitions, :transition)",
        "ExpressionAttributeNames": {"#signal": "signal"},  # a reserved word
        "ExpressionAttributeValues": {
            ":signal": {"S": json.dumps(compact(signal).to_json())},
            ":expires": {"N": str(_expiry(now))},
            ":transition": {"S": transition},
            **{f":{name}": {"SS": [value]} for name, value in added.items()},
        },
    }


def _entry(item: Mapping[str, Any]) -> DigestEntry:
    return DigestEntry(
        Signal.from_json(json.loads(item["signal"]["S"])),
        tuple(sorted(item["reasons"]["SS"])),
        tuple(sorted(datetime.fromisoformat(one) for one in item["transitions"]["SS"])),
        tuple(sorted(item.get("notes", {}).get("SS", ()))),
    )


def _cancellation(error: ClientError) -> tuple[str, str]:
    """Why each of both parts was cancelled; empty where it was not, or where the error is another one."""
    if code_of(error) != "TransactionCanceledException":
        return "", ""
    reasons: Any = error.response.get("CancellationReasons") or ()
    codes = [reason.get("Code") or "" for reason in reasons]
    return (codes[0], codes[1]) if len(codes) == 2 else ("", "")


def _passes(error: ClientError, *codes: str) -> bool:
    return code_of(error) in PASSING_ERRORS or any(code in PASSING for code in codes)


def _pause(attempt: int) -> None:
    """A little longer after each time; spread, so that those who met do not meet again."""
    time.sleep(random.uniform(0.2, 1.0) * 0.02 * 2**attempt)  # noqa: S311 - spreads writers, guards nothing


def _expiry(now: datetime) -> int:
    return int((now + RETENTION).timestamp())
