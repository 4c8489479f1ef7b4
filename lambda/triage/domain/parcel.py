"""A parcel: a rendered message that one channel did not take, on its way there through the work queue.

The message travels as it was rendered. So nothing is investigated or rendered again, and it arrives also when the
Archive does not keep the report.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from triage.domain.message import OutgoingMessage
from triage.domain.routes import ChannelName

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ATTEMPTS = 12
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0
"""Amazon SQS API reference, ``SendMessage``: ``DelaySeconds`` is at most 15 minutes."""

MAX_OTHERWISE_BYTES = 60_000
"""Of the plain text a parcel carries along: with the largest mail it fits a message of the queue (256 KiB)."""


@dataclass(frozen=True)
class Parcel:
    """One message for one channel.

    Attributes:
        message: as the channel takes it.
        otherwise: the plain text for the topic in case the channel never takes it; ``None`` where the topic has
            the message already.
        attempts: how many failed.
    """

    channel: ChannelName
    message: OutgoingMessage
    otherwise: OutgoingMessage | None = None
    attempts: int = 0

    @property
    def is_worn_out(self) -> bool:
        """Whether it was tried often enough: 12 attempts within about two hours."""
        return self.attempts >= MAX_ATTEMPTS

    @property
    def wait_s(self) -> float:
        """Before the next attempt: half a minute, then twice as long each time, at last 15 minutes."""
        return min(math.ldexp(FIRST_WAIT_S, max(0, self.attempts - 1)), LONGEST_WAIT_S)

    def failed(self) -> Parcel:
        """The parcel after one more attempt."""
        return replace(self, attempts=self.attempts + 1)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; texts are packed, since HTML is long and shrinks to a tenth."""
        texts = {"message": asdict(self.message), "otherwise": self.otherwise and asdict(self.otherwise)}
        packed = base64.b64encode(zlib.compress(json.dumps(texts).encode(), 9)).decode()
        return {"channel": self.channel.value, "attempts": self.attempts, "packed": packed}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Parcel:
        """Restore a parcel written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        try:
            texts = json.loads(zlib.decompress(base64.b64decode(data["packed"], validate=True)))
        except zlib.error as error:
            raise ValueError(f"the parcel's texts cannot be unpacked: {error}") from error
        otherwise = texts["otherwise"]
        return cls(
            ChannelName(data["channel"]),
            OutgoingMessage(**texts["message"]),
            OutgoingMessage(**otherwise) if otherwise else None,
            int(data["attempts"]),
        )
