"""E-mail in a folder: one .eml file per recipient and message; those of SNS as SNS composes them.

The emulator accepts e-mail subscriptions and drops their messages. A subscription counts as confirmed at once:
nobody can click a link in a mail that is never sent.
"""

from __future__ import annotations

import email.message
import email.policy
import email.utils
import re
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ministack.core.responses import get_region
from ministack.services import sns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SUBJECT_LIMIT = 100
"""A subject is shorter than this, without line breaks or control characters (SNS API reference, Publish)."""

SNS_SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]")


class Mailbox:
    """A folder of .eml files, oldest first by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def deliver(self, recipient: str, subject: str, body: str, topic_arn: str, subscription_arn: str) -> Path:
        """Store a notification as SNS sends it."""
        message = email.message.EmailMessage(policy=email.policy.SMTP.clone(max_line_length=998))
        message["From"] = SNS_SENDER
        message["To"] = recipient
        message["Subject"] = subject or "AWS Notification Message"
        message["Date"] = email.utils.formatdate()
        message["Message-ID"] = f"<{uuid.uuid4()}@{get_region()}.amazonses.com>"
        message.set_content(body + _footer(recipient, topic_arn, subscription_arn), cte="8bit")
        return self.keep(recipient, message)

    def keep(self, recipient: str, message: email.message.EmailMessage) -> Path:
        """Store a composed message; it appears under its final name only when it is complete."""
        name = f"{time.time_ns() // 1000}-{_UNSAFE.sub('_', recipient)}.eml"
        # Another ending: whoever looks for mails must not find half of one.
        work = self.folder / f"{name}.part"
        work.write_bytes(message.as_bytes())
        return work.rename(self.folder / name)


def _footer(recipient: str, topic_arn: str, subscription_arn: str) -> str:
    """The lines SNS puts below every e-mail."""
    region = topic_arn.split(":")[3]
    link = f"https://sns.{region}.amazonaws.com/unsubscribe.html?SubscriptionArn={subscription_arn}"
    return (
        "\n\n--\n"
        "If you wish to stop receiving notifications from this topic, please click or visit the link below to"
        f" unsubscribe:\n{link}&Endpoint={quote(recipient)}\n\n"
        "Please do not reply directly to this email. If you have any questions or comments regarding this email,"
        " please contact us at https://aws.amazon.com/support\n"
    )


def subject_problem(subject: str) -> str | None:
    """What SNS would answer to a subject it refuses."""
    if len(subject) >= SUBJECT_LIMIT or _UNPRINTABLE.search(subject):
        return "Invalid parameter: Subject"
    return None


def install(mailbox: Mailbox) -> None:
    """Deliver e-mail subscriptions into the mailbox, and refuse subjects SNS refuses."""
    sns._fanout = _fan_out(sns._fanout, mailbox)
    sns._publish = _publish(sns._publish)


def _fan_out(original: Callable[..., None], mailbox: Mailbox) -> Callable[..., None]:
    def fan_out(
        topic_arn: str,
        msg_id: str,
        message: str,
        subject: str = "",
        message_structure: str = "",
        message_attributes: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> None:
        original(topic_arn, msg_id, message, subject, message_structure, message_attributes, **rest)
        topic = sns._topic_by_arn_any_scope(topic_arn) or {}
        for subscription in topic.get("subscriptions", []):
            if subscription["protocol"] == "email" and subscription.get("confirmed"):
                text = sns._resolve_message_for_protocol(message, message_structure, "email")
                if sns._matches_filter_policy(subscription, message_attributes or {}, text):
                    mailbox.deliver(subscription["endpoint"], subject, text, topic_arn, subscription["arn"])

    return fan_out


def _publish(original: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def publish(params: Mapping[str, Any]) -> Any:
        problem = subject_problem(str(sns._p(params, "Subject") or ""))
        if problem:
            return sns._error("InvalidParameter", problem, 400)
        if not sns._p(params, "Message"):
            return sns._error("InvalidParameter", "Invalid parameter: Empty message", 400)
        return original(params)

    return publish


def newest(folder: Path, after_ns: int = 0) -> list[Path]:
    """Messages that arrived after a moment (nanoseconds since the epoch), oldest first."""
    found = [path for path in folder.glob("*.eml") if _arrived_ns(path) >= after_ns]
    return sorted(found)


@dataclass(frozen=True)
class Mail:
    """A stored message, lines ending as in any text.

    Attributes:
        name: of its file; unique.
        arrived_ns: nanoseconds since the epoch.
        html: its HTML part; empty for a mail of text alone, as those of SNS are.
    """

    name: str
    arrived_ns: int
    sender: str
    recipient: str
    subject: str
    text: str
    html: str

    @property
    def is_from_topic(self) -> bool:
        """Whether SNS sent it."""
        return self.sender == SNS_SENDER


def read(path: Path) -> Mail:
    """A stored message."""
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    return Mail(
        path.name,
        _arrived_ns(path),
        str(message["From"]),
        str(message["To"]),
        str(message["Subject"]),
        _part(message, "plain"),
        _part(message, "html"),
    )


def text_of(path: Path) -> tuple[str, str]:
    """Subject and text of a stored message."""
    mail = read(path)
    return mail.subject, mail.text


def of_topic(folder: Path, after_ns: int = 0) -> list[tuple[str, str]]:
    """Subject and text of what topics sent since a moment (nanoseconds since the epoch), oldest first."""
    mails = map(read, newest(folder, after_ns))
    return [(mail.subject, mail.text) for mail in mails if mail.is_from_topic]


def _arrived_ns(path: Path) -> int:
    return int(path.name.split("-", 1)[0]) * 1000


def _part(message: email.message.EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")
