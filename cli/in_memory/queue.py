"""The work queue of one process."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.ports import ReceivedMessage

if TYPE_CHECKING:
    from triage.domain.work_item import WorkItem


@dataclass
class QueueInMemory:
    """The WorkQueue port; items wait as the JSON text that would travel, with the delay that was asked for."""

    waiting: deque[tuple[str, float]] = field(default_factory=deque)

    def send(self, item: WorkItem, delay_s: float = 0.0) -> None:
        """Put a work item on the queue."""
        self.waiting.append((json.dumps(item.to_json()), delay_s))

    def return_after(self, receipt_handle: str, seconds: float) -> None:
        """Nothing: here a message that was taken is not handed out again."""

    def receive(self) -> ReceivedMessage | None:
        """The next message, whatever delay it was sent with."""
        if not self.waiting:
            return None
        body, _ = self.waiting.popleft()
        return ReceivedMessage("local-message", "local-receipt", body)
