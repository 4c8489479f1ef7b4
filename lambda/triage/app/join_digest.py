"""Join a digest: put an alarm where it is told together with others, and make sure that somebody tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.digest import Added, began_at, counted_by_minute, digest_after, digest_at, digest_signal
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import investigation_id
from triage.domain.work_item import WorkItem

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from triage.domain.home import Home
    from triage.domain.signal import Signal
    from triage.ports import ClaimStore, DigestStore, WorkQueue


@dataclass(frozen=True)
class JoinDigest:
    """The Digest port.

    A digest is claimed and queued like an alarm, with a message that is delayed until its interval is over, so
    that it shares lease, retries, dead-letter queue and notice with every investigation.

    Attributes:
        interval: between two digests.
        home: whose digests they are.
    """

    store: DigestStore
    claims: ClaimStore
    queue: WorkQueue
    interval: timedelta
    home: Home
    new_nonce: Callable[[], str]

    def current(self, now: datetime) -> str:
        """The digest that collects at this moment."""
        return digest_at(now, self.interval)

    def join(self, digest: str, signal: Signal, reason: str, now: datetime, note: str = "") -> None:
        """Add a signal to the digest, or to the first one after it that is not closed, and have that one sent.

        A transition walks the same way each time it is tried, so it finds itself where it joined before.
        """
        counted = counted_by_minute(signal)
        while self.store.add(digest, counted, reason, note, now) is Added.CLOSED:
            digest = digest_after(digest, self.interval)
        self._have_sent(digest, now)

    def _have_sent(self, digest: str, now: datetime) -> None:
        """Claim the digest and queue its message, unless that was done: the way an alarm takes at triage."""
        signal = digest_signal(digest, self.home.partition, self.home.account_id, self.home.region)
        key = fingerprint(signal)
        claim = self.claims.claim(signal, investigation_id(key, now, self.new_nonce()), now).claim
        if claim.sent:
            return
        due_in = began_at(digest) + self.interval - now
        self.queue.send(WorkItem(key, claim.investigation_id, signal), max(0.0, due_in.total_seconds()))
        self.claims.mark_sent(key, claim.investigation_id)
