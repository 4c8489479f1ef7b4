"""What the owners of the account wrote about it, kept in the Archive's bucket under a key of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.aws.clients import client

if TYPE_CHECKING:
    from collections.abc import Callable

READ_TIMEOUT_S, CONNECT_TIMEOUT_S, ATTEMPTS = 5, 2, 2


class S3AccountContext:
    """The AccountContext port: one Markdown object.

    Args:
        key: of the object; empty when nothing was written.
    """

    def __init__(self, bucket: str, key: str, s3: Callable[[], Any] | None = None) -> None:
        self._bucket = bucket
        self._key = key
        self._s3 = s3 or (lambda: client("s3", READ_TIMEOUT_S, ATTEMPTS, connect_timeout_s=CONNECT_TIMEOUT_S))

    def read(self) -> str:
        """The text as it is now."""
        if not self._key:
            return ""
        body: bytes = self._s3().get_object(Bucket=self._bucket, Key=self._key)["Body"].read()
        return body.decode()
