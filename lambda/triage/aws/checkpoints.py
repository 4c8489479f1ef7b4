"""Checkpoints of running investigations, in the Archive's bucket under a prefix of their own, which expires."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from triage.aws.clients import client
from triage.domain.checkpoint import CheckpointKey, history

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "checkpoints"
# A checkpoint that takes long is worth less than the time of the turn that waits for it.
READ_TIMEOUT_S, CONNECT_TIMEOUT_S, ATTEMPTS = 5, 2, 2
_KEY = re.compile(rf"{PREFIX}/[^/]+/(?P<attempt>\d+)/(?P<number>\d+)\.json")


class S3Checkpoints:
    """The Checkpoints port: one object per turn, ``checkpoints/<investigation>/<attempt>/<number>.json``."""

    def __init__(self, bucket: str, s3: Any = None) -> None:
        self._bucket = bucket
        self._s3 = s3

    def save(self, investigation_id: str, attempt: int, number: int, body: bytes) -> None:
        """Write one checkpoint of an attempt."""
        self._client().put_object(
            Bucket=self._bucket,
            Key=_key(investigation_id, CheckpointKey(attempt, number)),
            Body=body,
            ContentType="application/json",
        )

    def load(self, investigation_id: str, before_attempt: int) -> tuple[bytes, ...]:
        """The history that earlier attempts left, in order."""
        keys = history(self._written(investigation_id), before_attempt)
        return tuple(self._read(_key(investigation_id, key)) for key in keys)

    def _written(self, investigation_id: str) -> Iterator[CheckpointKey]:
        pages = self._client().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=f"{PREFIX}/{investigation_id}/"):
            for item in page.get("Contents", ()):
                if found := _KEY.fullmatch(item["Key"]):
                    yield CheckpointKey(int(found["attempt"]), int(found["number"]))

    def _read(self, key: str) -> bytes:
        return cast("bytes", self._client().get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def _client(self) -> Any:
        return self._s3 or client("s3", READ_TIMEOUT_S, ATTEMPTS, connect_timeout_s=CONNECT_TIMEOUT_S)


def _key(investigation_id: str, key: CheckpointKey) -> str:
    return f"{PREFIX}/{investigation_id}/{key.attempt:03}/{key.number:03}.json"
