"""Dispatch: one message through every channel of its route, each independent of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.app.deliver_once import DeliverOnce
from triage.domain.errors import ClaimLost, DeliveryError
from triage.domain.message import OutgoingMessage
from triage.domain.parcel import MAX_OTHERWISE_BYTES, Parcel
from triage.domain.routes import ChannelName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from triage.app.post import Letterhead, Post
    from triage.domain.claim import Claim
    from triage.ports import Channel, ClaimStore, Clock, Telemetry

    Render: TypeAlias = Callable[[ChannelName], OutgoingMessage]

ROUTED = "routed"
"""Noted in a claim behind the last channel of a route without the topic."""


@dataclass(frozen=True)
class Dispatch:
    """Serves the channels of a route: the optional ones first, the topic last.

    A channel that does not take the message gets it later, as a parcel of the work queue; the others are not told
    twice for it. The topic comes last because it alone makes a run fail: what was noted before is not repeated by
    the next attempt. Whoever cannot even be posted to leaves the message to the topic.

    Attributes:
        channels: those that are configured; the topic always is.
    """

    channels: Mapping[ChannelName, Channel]
    claims: ClaimStore
    clock: Clock
    telemetry: Telemetry
    post: Post

    def run(
        self,
        letterhead: Letterhead,
        route: Sequence[ChannelName],
        render: Render,
        claim: Claim,
        key: str,
        covers: Iterable[str] = (),
    ) -> None:
        """Deliver, each step noted in the claim, then DONE.

        Args:
            render: the message for a channel.
            key: where it is in the Archive; empty when that failed.
            covers: fingerprints of the linked alarms that are told with it.

        Raises:
            ClaimLost: another attempt owns the claim.
            DeliveryError: the topic did not accept the message.
        """
        once = DeliverOnce(self.claims, self.clock, self.telemetry)
        to_topic = ChannelName.SNS in route
        is_noted = True
        for name in _optional(route):
            if not self.claims.begin_delivery(claim, name):
                continue
            if self._served(letterhead, name, render, to_topic=ChannelName.SNS in route):
                is_noted = once.note(claim, name, key) and is_noted
            else:
                to_topic = True
        if to_topic:
            topic = self.channels[ChannelName.SNS]
            once.run(
                claim,
                ChannelName.SNS,
                key,
                lambda: topic.send(render(ChannelName.SNS)),
                covers,
                is_noted=is_noted,
            )
        else:
            once.run(claim, ROUTED, key, lambda: None, covers, is_noted=is_noted)

    def without_claim(self, route: Sequence[ChannelName], render: Render) -> None:
        """Deliver without a note, while the Tracker takes none: to the topic in any case, to the others once.

        Raises:
            DeliveryError: the topic did not accept the message.
        """
        self.channels[ChannelName.SNS].send(render(ChannelName.SNS))
        for name in _optional(route):
            try:
                self.channels[name].send(render(name))
            except Exception as error:
                self.telemetry.count("DeliveriesGivenUp")
                self.telemetry.failure("not delivered", error, channel=name.value)

    def _served(
        self,
        letterhead: Letterhead,
        name: ChannelName,
        render: Render,
        *,
        to_topic: bool,
    ) -> bool:
        """Deliver through an optional channel, or post what it does not take; whether one of both was done."""
        try:
            message = render(name)
            try:
                self.channels[name].send(message)
            except DeliveryError as error:
                if error.is_final:
                    raise
                parcel = Parcel(name, message, None if to_topic else _short(render(ChannelName.SNS))).failed()
                self.post.send(letterhead, parcel, max(parcel.wait_s, error.retry_after_s))
                self.telemetry.count("DeliveriesPostponed")
                self.telemetry.failure("delivery postponed", error, channel=name.value, about=letterhead.reference)
        except ClaimLost:
            raise
        except Exception as error:  # whatever it is, it must not keep the report from the other channels
            self.telemetry.count("DeliveriesGivenUp")
            self.telemetry.failure("not delivered", error, channel=name.value, about=letterhead.reference)
            return False
        return True


def _optional(route: Sequence[ChannelName]) -> list[ChannelName]:
    return [name for name in route if name is not ChannelName.SNS]


def _short(message: OutgoingMessage) -> OutgoingMessage:
    """The text in a size that a parcel can carry beside its own message."""
    body = message.body.encode()[:MAX_OTHERWISE_BYTES].decode(errors="ignore")
    return OutgoingMessage(message.subject, body)
