"""The times around a claim, all derived from one: the lease.

A lease of 60 seconds means that a killed investigator is noticed within two minutes. The others follow from it so
that they keep their order whatever it is: an owner renews several times before its lease is past, its message
comes back after the lease and not before, and whoever waits looks again after the lease.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_DELAY_S = 900.0
"""Amazon SQS API reference, ``SendMessage``: ``DelaySeconds`` is at most 15 minutes."""


@dataclass(frozen=True)
class ClaimTiming:
    """Seconds, all of them.

    Attributes:
        lease_s: how long an owner may be silent before another attempt takes over.
    """

    lease_s: float = 60.0

    @property
    def heartbeat_s(self) -> float:
        """Between two renewals."""
        return self.lease_s / 3

    @property
    def visibility_s(self) -> float:
        """How long the owner's message stays hidden after a renewal: it comes back when the lease is past."""
        return self.lease_s * 2

    @property
    def margin_s(self) -> float:
        """Between the end of somebody else's wait and looking what became of it."""
        return self.lease_s / 12

    def retry_after_s(self, attempt: int) -> float:
        """Before a failed attempt is repeated: soon after the first, later after any other.

        The queue hands a message out three times; together the two waits outlast a dependency that is down for
        a minute, so that its end is a report and not a notice.
        """
        return self.lease_s / 4 if attempt == 1 else self.lease_s

    @property
    def tracker_retry_s(self) -> float:
        """Before a Tracker that did not answer is asked again: three receives outlast a short outage."""
        return self.lease_s / 2

    @property
    def telling_s(self) -> float:
        """How long a notice may take to be sent before a retry of its event sends it.

        Lambda repeats a failed asynchronous invocation after a minute at the earliest (AWS Lambda Developer Guide,
        "How Lambda handles errors and retries with asynchronous invocation").
        """
        return self.lease_s / 2

    @property
    def watch_s(self) -> float:
        """How long the message of a linked alarm waits for the report of its leader."""
        return min(self.lease_s * 15, MAX_DELAY_S)
