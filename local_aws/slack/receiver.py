"""Incoming webhooks as Slack answers them, and a folder of the cards that were posted.

Slack API documentation, "Sending messages using incoming webhooks" ("Handling errors": `invalid_payload`,
`invalid_blocks`, `no_service`) and "Rate limits" (429 with `Retry-After`). Every address of the right form is a
webhook; nobody here decides which ones exist.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws.egress.gateway import Answer, Request
from local_aws.faults.rules import Call, Effect, Fault
from local_aws.slack import block_kit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local_aws.faults.rules import Faults

HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")
ADDRESS = "https://hooks.slack.com/services/T0LOCALAWS/B0DEMOCARDS/{token}"
"""Of a webhook of one's own: with any letters and digits as its token."""

RETRY_AFTER_S = 1
"""A webhook takes about one message a second."""

_WEBHOOK = re.compile(r"/services/T[A-Z0-9]+/(?P<channel>B[A-Z0-9]+)/[A-Za-z0-9]+")


@dataclass(frozen=True)
class Card:
    """A message that was posted.

    Attributes:
        name: of its file; unique.
        posted_ns: nanoseconds since the epoch.
        payload: what was posted.
    """

    name: str
    posted_ns: int
    payload: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Everything that stands in it, as it was posted."""
        return json.dumps(self.payload, ensure_ascii=False)

    @property
    def title(self) -> str:
        """Its first header, or what a phone shows of it."""
        headers = (block["text"]["text"] for block in self.payload.get("blocks", ()) if block["type"] == "header")
        return str(next(headers, self.payload.get("text", "")))


class Receiver:
    """Plays Slack's hosts.

    Args:
        folder: receives the cards, oldest first by name.
        faults: failures of the service `slack`, whose only action is `PostMessage`.
    """

    def __init__(self, folder: Path, faults: Faults) -> None:
        self._folder = folder
        self._faults = faults
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, request: Request) -> Answer | None:
        """Take or refuse a message."""
        webhook = _WEBHOOK.fullmatch(request.path)
        if request.method != "POST" or webhook is None:
            return Answer(404, "no_service")
        text = request.body.decode(errors="replace")
        fault = self._faults.meet(Call("slack", "PostMessage", "", f"{request.path}\n{text}"))
        if fault is None:
            return self._taken(webhook["channel"], request.body)
        return self._failed(fault, webhook["channel"], request.body)

    def _failed(self, fault: Fault, channel: str, body: bytes) -> Answer | None:
        if fault.effect is Effect.THROTTLED:
            return Answer(429, "rate_limited", {"Retry-After": str(RETRY_AFTER_S)})
        if fault.effect is Effect.UNAVAILABLE:
            return Answer(503, "service_unavailable")
        if fault.effect is Effect.DROPPED:
            return None
        time.sleep(fault.delay_s)
        answer = self._taken(channel, body)
        return None if fault.effect is Effect.ANSWER_LOST else answer

    def _taken(self, channel: str, body: bytes) -> Answer:
        refused = block_kit.refusals(body)
        if refused:
            word = "invalid_payload" if refused[0].startswith("the payload") else "invalid_blocks"
            return Answer(400, word)
        name = f"{time.time_ns() // 1000}-{channel}.json"
        # Another ending: whoever looks for cards must not find half of one.
        work = self._folder / f"{name}.part"
        work.write_bytes(body)
        work.rename(self._folder / name)
        return Answer(200, "ok")


def cards(folder: Path, after_ns: int = 0) -> list[Card]:
    """Cards posted since a moment (nanoseconds since the epoch), oldest first."""
    found = []
    for path in sorted(folder.glob("*.json")):
        posted_ns = int(path.name.split("-", 1)[0]) * 1000
        if posted_ns >= after_ns:
            found.append(Card(path.name, posted_ns, json.loads(path.read_bytes())))
    return found
