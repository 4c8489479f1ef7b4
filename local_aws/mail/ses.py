"""Mails through Amazon SES go into the mailbox, as SES composes them: a text part and an HTML part.

The emulator checks identities and hands a mail to a relay only where one is configured.
"""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

from ministack.services import ses, ses_v2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_aws.mail.mailbox import Mailbox


def install(mailbox: Mailbox) -> None:
    """Be the relay of both versions of SES's API."""

    def relay(_source: str, recipients: Sequence[str], composed: str) -> None:
        message = email.message_from_string(composed, policy=email.policy.SMTP)
        for recipient in recipients:
            mailbox.keep(recipient, message)

    ses._smtp_relay = relay
    ses_v2._smtp_relay = relay
