"""The fingerprint: identity of a signal for deduplication."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.domain.signal import Signal


def fingerprint(signal: Signal) -> str:
    """Source, account, region and subject, joined by ``#``.

    Readable on purpose: an engineer who opens the Tracker sees which alarm an item is about. State and time are
    left out, so every transition of one alarm has the same fingerprint. An alarm's name has at most 255
    characters, which UTF-8 writes in at most 1,020 bytes, so a fingerprint stays well below the 2,048 bytes that
    DynamoDB allows for a partition key.
    """
    return f"{signal.source.value}#{signal.account_id}#{signal.region}#{signal.subject}"
