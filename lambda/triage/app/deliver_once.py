"""Deliver once: reach people through a channel, note it in the claim, then set the claim DONE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.errors import ClaimLost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage.domain.claim import Claim
    from triage.ports import ClaimStore, Clock, Telemetry


@dataclass(frozen=True)
class DeliverOnce:
    """The last steps of every investigation and every digest.

    What fails before people are reached is tried again. What reached them is not sent again, also when the Tracker
    does not take the note of it.
    """

    claims: ClaimStore
    clock: Clock
    telemetry: Telemetry

    def run(
        self,
        claim: Claim,
        channel: str,
        key: str,
        send: Callable[[], None],
        covers: Iterable[str] = (),
        *,
        is_noted: bool = True,
    ) -> None:
        """Send unless the channel has it already, then set DONE.

        Args:
            key: what is delivered, in the Archive; empty when that failed.
            covers: fingerprints of the linked alarms that are told with it.
            is_noted: whether the Tracker took the notes of the deliveries before this one.

        Raises:
            ClaimLost: another attempt owns the claim.
            DeliveryError: the channel did not accept it.
        """
        if self.claims.begin_delivery(claim, channel):
            send()
            is_noted = self.note(claim, channel, key, covers) and is_noted
        self._end(claim, key, is_noted=is_noted)

    def note(self, claim: Claim, channel: str, key: str, covers: Iterable[str] = ()) -> bool:
        """Note that people have it; whether the Tracker took the note."""
        try:
            self.claims.end_delivery(claim, channel, key, covers)
        except Exception as error:
            self.telemetry.count("DeliveriesNotNoted")
            self.telemetry.failure("delivery not noted", error, investigation_id=claim.investigation_id)
            return False
        return True

    def _end(self, claim: Claim, key: str, *, is_noted: bool) -> None:
        """Set DONE. When that fails, the next attempt does it.

        Unless the delivery is not noted: then there must be no next attempt, since it would tell people again.
        """
        try:
            self.claims.finish(claim, key, self.clock.now())
        except ClaimLost:
            raise
        except Exception as error:
            if is_noted:
                raise
            self.telemetry.failure("delivered, claim not done", error, investigation_id=claim.investigation_id)
