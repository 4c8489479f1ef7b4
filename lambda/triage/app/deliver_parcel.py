"""Deliver parcel: try again what one channel did not take, until it does or it was tried often enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.app.deliver_once import DeliverOnce
from triage.domain.errors import DeliveryError
from triage.domain.routes import ChannelName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.claim import Claim
    from triage.domain.parcel import Parcel
    from triage.domain.work_item import WorkItem
    from triage.ports import Channel, ClaimStore, Clock, Telemetry, WorkQueue


@dataclass(frozen=True)
class DeliverParcel:
    """One attempt; the claim around it is that of any investigation.

    A parcel that has to wait is sent again as a new message while the old one ends: the queue counts how often a
    message was received, and its limit is for failures of our own.
    """

    channels: Mapping[ChannelName, Channel]
    claims: ClaimStore
    queue: WorkQueue
    clock: Clock
    telemetry: Telemetry

    def run(self, item: WorkItem, parcel: Parcel, claim: Claim) -> None:
        """Deliver what the item carries.

        Raises:
            ClaimLost: another attempt owns the claim.
            DeliveryError: the channel was given up, and the topic did not take the text either.
        """
        once = DeliverOnce(self.claims, self.clock, self.telemetry)
        try:
            once.run(claim, parcel.channel, "", lambda: self._send(parcel))
        except DeliveryError as error:
            tried = parcel.failed()
            if error.is_final or tried.is_worn_out:
                self._give_up(item, tried, claim, error)
                return
            self.queue.send(replace(item, claimed=True, parcel=tried), max(tried.wait_s, error.retry_after_s))
            self.claims.fail(claim)
            self.telemetry.count("DeliveriesPostponed")
            self._failure("delivery postponed", item, tried, error)
            return
        self.telemetry.record(
            "delivered late",
            about=item.investigation_id,
            channel=parcel.channel.value,
            attempts=parcel.attempts + 1,
        )

    def _send(self, parcel: Parcel) -> None:
        channel = self.channels.get(parcel.channel)
        if channel is None:
            raise DeliveryError(f"the channel {parcel.channel.value} is not configured any more", is_final=True)
        channel.send(parcel.message)

    def _give_up(self, item: WorkItem, parcel: Parcel, claim: Claim, error: DeliveryError) -> None:
        """Let the topic tell what it has not told; recorded and counted in any case."""
        self.telemetry.count("DeliveriesGivenUp")
        self._failure("delivery given up", item, parcel, error)
        text = parcel.otherwise
        if text is None:
            self.claims.finish(claim, "", self.clock.now())
            return
        once = DeliverOnce(self.claims, self.clock, self.telemetry)
        once.run(claim, ChannelName.SNS, "", lambda: self.channels[ChannelName.SNS].send(text))

    def _failure(self, what: str, item: WorkItem, parcel: Parcel, error: DeliveryError) -> None:
        self.telemetry.failure(
            what, error, about=item.investigation_id, channel=parcel.channel.value, attempts=parcel.attempts
        )
