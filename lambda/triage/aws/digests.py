"""Digests in the Tracker (DynamoDB): entries that join while the digest is open, and none afterwards.

Items: ``pk = digest#2026-11-21T03:00:00Z``; ``sk = entry#<hash of the fingerprint>`` for each alarm (a fingerprint
may be longer than the 1,024 bytes of a sort key), with the transitions it holds; ``sk = closed#<shard>`` once the
digest is closed.

An entry is written in one transaction with the check that the digest is open, so that a reader who closes first
and reads then misses nothing. DynamoDB lets transactions that name the same item fail rather than wait: in a storm
many check at once, so the mark that is checked exists several times, and each alarm checks one of them.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from triage.aws.clients import client
from triage.aws.errors import code_of
from triage.domain.digest import Added, DigestEntry, compact
from triage.domain.fingerprint import fingerprint
from triage.domain.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

RETENTION = timedelta(days=35)
SHARDS = 16
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
                "ConditionCheck": {
                    "TableName": self._table_name,
                    "Key": _mark(digest, int(key, 16) % SHARDS),
                    "ConditionExpression": "attribute_not_exists(pk)",
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
        """Write every mark, again if need be."""
        expires = {"N": str(_expiry(now))}
        for shard in range(SHARDS):
            self._put({**_mark(digest, shard), "expires_at": expires})

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

    def _put(self, item: Mapping[str, Any]) -> None:
        for attempt in range(MAX_TRIES):
            try:
                self._client().put_item(TableName=self._table_name, Item=item)
            except ClientError as error:
                if attempt == MAX_TRIES - 1 or code_of(error) not in PASSING_ERRORS:
                    raise
                _pause(attempt)
            else:
                return

    def _client(self) -> Any:
        return self._dynamodb or client("dynamodb")


def _pk(digest: str) -> str:
    return f"digest#{digest}"


def _mark(digest: str, shard: int) -> dict[str, Any]:
    return {"pk": {"S": _pk(digest)}, "sk": {"S": f"closed#{shard:02}"}}


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
