"""A message for people, rendered for one channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OutgoingMessage:
    """What a renderer makes and a channel sends.

    Attributes:
        subject: one line.
        body: what the channel takes: plain text for e-mail, a JSON document for Slack.
        html: the same content for readers of HTML e-mail; empty for channels without it.
    """

    subject: str
    body: str
    html: str = ""
