"""The form a message has in each channel: one renderer for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from triage.domain.routes import ChannelName

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.delivery.console_links import Link, Links
    from triage.delivery.notice import Notice
    from triage.domain.digest import DigestReport
    from triage.domain.investigation import Investigation
    from triage.domain.message import OutgoingMessage


@dataclass(frozen=True)
class Form:
    """How one channel shows what people are told."""

    report: Callable[[Investigation, Links], OutgoingMessage]
    notice: Callable[[Notice], OutgoingMessage]
    digest: Callable[[DigestReport, Link | None], OutgoingMessage]


@cache
def form_of(channel: ChannelName) -> Form:
    """The form of a channel; its renderer is loaded with the first message, not at the start."""
    if channel is ChannelName.SLACK:
        from triage.delivery.render import slack  # noqa: PLC0415

        return Form(slack.report, slack.notice, slack.digest)
    if channel is ChannelName.EMAIL:
        from triage.delivery.render import mail  # noqa: PLC0415

        return Form(mail.report, mail.notice, mail.digest)
    from triage.delivery import digest  # noqa: PLC0415
    from triage.delivery.render import text  # noqa: PLC0415

    return Form(text.email, text.notice, digest.email)
