"""Announce: tell a notice through the channels of its route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery.forms import form_of
from triage.domain.parcel import Parcel
from triage.domain.routes import ChannelName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.app.post import Letterhead, Post
    from triage.delivery.notice import Notice
    from triage.ports import Channel, Telemetry


@dataclass(frozen=True)
class Announce:
    """Notices leave functions that answer fast and may read no secret: other channels get theirs by the post."""

    topic: Channel
    post: Post
    telemetry: Telemetry

    def run(self, notice: Notice, route: Sequence[ChannelName], letterhead: Letterhead) -> None:
        """Post to the optional channels, then tell the topic; it also gets what could not be posted.

        Raises:
            DeliveryError: the topic did not accept the notice; telling it again posts nothing twice.
        """
        by_topic = ChannelName.SNS in route
        posted = [self._posted(notice, name, letterhead, by_topic=by_topic) for name in _optional(route)]
        if by_topic or not all(posted):
            self.topic.send(form_of(ChannelName.SNS).notice(notice))

    def at_any_rate(self, notice: Notice, route: Sequence[ChannelName], letterhead: Letterhead) -> None:
        """Tell the topic first and whatever the route says, for what must never be lost.

        Raises:
            DeliveryError: the topic did not accept the notice.
        """
        self.topic.send(form_of(ChannelName.SNS).notice(notice))
        for name in _optional(route):
            self._posted(notice, name, letterhead, by_topic=True)

    def _posted(self, notice: Notice, name: ChannelName, letterhead: Letterhead, *, by_topic: bool) -> bool:
        try:
            otherwise = None if by_topic else form_of(ChannelName.SNS).notice(notice)
            self.post.send(letterhead, Parcel(name, form_of(name).notice(notice), otherwise))
        except Exception as error:
            self.telemetry.count("DeliveriesGivenUp")
            self.telemetry.failure("notice not posted", error, channel=name.value, about=letterhead.reference)
            return False
        return True


def _optional(route: Sequence[ChannelName]) -> list[ChannelName]:
    return [name for name in route if name is not ChannelName.SNS]
