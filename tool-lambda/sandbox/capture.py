"""Keeps the head and the tail of a stream whose writer cannot be trusted to stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Captured:
    """What was kept of a stream.

    Attributes:
        head: First bytes, or the whole stream when nothing was left out.
        tail: Last bytes, empty when nothing was left out.
        omitted_bytes: Bytes between the two that were dropped.
    """

    head: bytes
    tail: bytes
    omitted_bytes: int


class Capture:
    """Takes any number of bytes in bounded memory: the first `head_limit` and the last `tail_limit` stay."""

    def __init__(self, head_limit: int, tail_limit: int) -> None:
        self._head_limit = head_limit
        self._tail_limit = tail_limit
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has arrived yet."""
        return self._total == 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self._total += len(data)
        room = self._head_limit - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail += data[-self._tail_limit :]
            # Trimmed at twice the limit, so that a stream of small writes costs one copy per limit, not per write.
            if len(self._tail) > 2 * self._tail_limit:
                del self._tail[: -self._tail_limit]

    def captured(self) -> Captured:
        """The head and the tail kept so far; joined into the head when together they are everything."""
        head, tail = bytes(self._head), bytes(self._tail[-self._tail_limit :])
        omitted = self._total - len(head) - len(tail)
        return Captured(head, tail, omitted) if omitted else Captured(head + tail, b"", 0)
