"""Log errors that were sent on while the Tracker was down, remembered so that a flood of them is not sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

MOST = 1_000


@dataclass(frozen=True)
class SentUnclaimed:
    """What this execution environment has sent without a claim.

    While the Tracker is down nobody else can say that an error was sent before, and a log repeats it many times a
    second. Each environment sends it once in a window: a few reports instead of thousands.
    """

    window: timedelta
    sent: dict[str, datetime] = field(default_factory=dict)

    def holds(self, fingerprint: str, now: datetime) -> bool:
        """Whether the error was sent within the window."""
        return fingerprint in self.sent and self.sent[fingerprint] + self.window > now

    def add(self, fingerprint: str, now: datetime) -> None:
        """Remember it; the oldest makes room."""
        self.sent.pop(fingerprint, None)
        self.sent[fingerprint] = now
        if len(self.sent) > MOST:
            del self.sent[next(iter(self.sent))]
