"""The Archive (S3): reports, transcripts and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.aws.clients import client

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.ports import Document


class S3Archive:
    """The Archive port over one bucket. Encryption is the bucket's default (AES256 or KMS)."""

    def __init__(self, bucket: str, region: str, s3: Any = None) -> None:
        self._bucket = bucket
        self._region = region
        self._s3 = s3

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return self._bucket

    @property
    def region(self) -> str:
        """Region of the bucket: that of the function, whatever region a signal comes from."""
        return self._region

    def store(self, folder: str, documents: Sequence[Document]) -> None:
        """Write every document below the folder. Writing the same documents again is harmless."""
        s3 = self._s3 or client("s3")
        for document in documents:
            s3.put_object(
                Bucket=self._bucket,
                Key=f"{folder.rstrip('/')}/{document.name}",
                Body=document.body,
                ContentType=document.content_type,
            )
