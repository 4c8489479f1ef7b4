"""Time as the Lambda runtime gives it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class LambdaContext(Protocol):
    """What is used of the context object Lambda passes to a handler."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is ended."""


class SystemClock:
    """The Clock port over the system's clocks."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class InvocationDeadline:
    """The Deadline port over the context of one invocation."""

    def __init__(self, context: LambdaContext) -> None:
        self._context = context

    def seconds_left(self) -> float:
        """Seconds until Lambda ends the invocation."""
        return self._context.get_remaining_time_in_millis() / 1000
