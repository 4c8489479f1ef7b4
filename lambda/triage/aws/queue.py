"""The work queue (SQS)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from triage.aws.clients import client

if TYPE_CHECKING:
    from triage.domain.work_item import WorkItem


class SqsWorkQueue:
    """The WorkQueue port over one queue."""

    def __init__(self, queue_url: str, sqs: Any = None) -> None:
        self._queue_url = queue_url
        self._sqs = sqs

    def send(self, item: WorkItem, delay_s: float = 0.0) -> None:
        """Put a work item on the queue, where it can be received after ``delay_s`` (0 to 900)."""
        self._client().send_message(
            QueueUrl=self._queue_url,
            MessageBody=json.dumps(item.to_json()),
            DelaySeconds=max(0, min(900, round(delay_s))),
        )

    def return_after(self, receipt_handle: str, seconds: float) -> None:
        """Make a received message visible again after ``seconds`` (0 to 43,200)."""
        self._client().change_message_visibility(
            QueueUrl=self._queue_url,
            ReceiptHandle=receipt_handle,
            VisibilityTimeout=max(0, min(43_200, round(seconds))),
        )

    def _client(self) -> Any:
        return self._sqs or client("sqs")
