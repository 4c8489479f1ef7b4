"""The heartbeat of a running investigation: keeps its lease and its message, and knows when they are lost.

The lease is short so that a killed investigator is noticed within two minutes; one thread renews it together with
the visibility of the message while the run lives. A run whose lease could not be renewed in time must assume that
another attempt has taken over, even if it was only paused or cut off from the Tracker.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from triage.domain.errors import ClaimLost

if TYPE_CHECKING:
    from types import TracebackType

    from triage.domain.claim import Claim
    from triage.domain.claim_timing import ClaimTiming
    from triage.ports import ClaimStore, Clock, Telemetry, WorkQueue


class Heartbeat:
    """Renews while it is entered.

    Args:
        claim: as it was won.
        receipt_handle: of the message in hand.
    """

    def __init__(
        self,
        claims: ClaimStore,
        queue: WorkQueue,
        clock: Clock,
        telemetry: Telemetry,
        claim: Claim,
        receipt_handle: str,
        timing: ClaimTiming,
    ) -> None:
        self._claims = claims
        self._queue = queue
        self._clock = clock
        self._telemetry = telemetry
        self._claim = claim
        self._receipt_handle = receipt_handle
        self._timing = timing
        self._valid_until = clock.monotonic() + self._timing.lease_s
        self._lost = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._queue.return_after(self._receipt_handle, self._timing.visibility_s)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """Make sure that this attempt still owns the claim.

        A lease that ran out unrenewed may still be ours, if nobody has taken over: one more beat tells.

        Raises:
            ClaimLost: it is not ours any more, or the Tracker does not say.
        """
        if not self._lost and self._clock.monotonic() >= self._valid_until:
            self.beat()
        if self._lost or self._clock.monotonic() >= self._valid_until:
            raise ClaimLost(f"attempt {self._claim.attempt} of {self._claim.investigation_id} lost its lease")

    def beat(self) -> None:
        """Renew once. A Tracker or queue that does not answer is asked again at the next beat."""
        asked_at = self._clock.monotonic()
        try:
            self._claims.renew(self._claim, self._clock.now(), self._timing.lease_s)
            self._valid_until = asked_at + self._timing.lease_s
            self._queue.return_after(self._receipt_handle, self._timing.visibility_s)
        except ClaimLost:
            self._lost = True
        except Exception as error:
            self._telemetry.failure("heartbeat failed", error, investigation_id=self._claim.investigation_id)

    def _run(self) -> None:
        while not self._lost and not self._stop.wait(self._timing.heartbeat_s):
            self.beat()
