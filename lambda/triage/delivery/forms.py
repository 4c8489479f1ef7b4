"""The form a message has in each channel: one renderer for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.delivery import digest
from triage.delivery.render import mail, slack, text
from triage.domain.routes import ChannelName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


FORMS: Mapping[ChannelName, Form] = {
    ChannelName.SNS: Form(text.email, text.notice, digest.email),
    ChannelName.SLACK: Form(slack.report, slack.notice, slack.digest),
    ChannelName.EMAIL: Form(mail.report, mail.notice, mail.digest),
}
