"""Checkpoints of an investigation: which of those that its attempts left behind make one history.

Every attempt writes under its own number, so an attempt that was given up and wakes again can spoil nothing: what
it writes late is never part of the history of those that came after. An attempt goes on where the history before
it ends, and its first entry carries the number that comes next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class CheckpointKey(NamedTuple):
    """Place of a checkpoint: the attempt that wrote it, and its number in the history, from 0 on."""

    attempt: int
    number: int


def history(keys: Iterable[CheckpointKey], before_attempt: int) -> tuple[CheckpointKey, ...]:
    """The checkpoints that an attempt goes on from, in order, without a gap.

    Args:
        keys: everything that was written.
        before_attempt: the attempt that asks; its own and later ones are left out.
    """
    by_attempt: dict[int, list[int]] = {}
    for attempt, number in keys:
        if attempt < before_attempt:
            by_attempt.setdefault(attempt, []).append(number)
    chosen: dict[int, CheckpointKey] = {}
    limit: int | None = None
    for attempt in sorted(by_attempt, reverse=True):
        own = [number for number in by_attempt[attempt] if limit is None or number < limit]
        chosen |= {number: CheckpointKey(attempt, number) for number in own}
        limit = min(own, default=limit)
    whole = next((number for number in range(len(chosen) + 1) if number not in chosen), 0)
    return tuple(chosen[number] for number in range(whole))
