"""The claim: the right to investigate one fingerprint, decided by one conditional write.

This module holds what follows from a write that succeeded or was refused; the write itself is in ``triage.aws``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.signal import Signal


class ClaimState(StrEnum):
    """Where a claim stands.

    QUEUED: triage won the claim; its message may or may not be on the work queue yet.
    RUNNING: an investigator holds the lease.
    RETRYABLE: an attempt failed; the message is on its way back.
    DONE: report delivered.
    """

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    RETRYABLE = "RETRYABLE"
    DONE = "DONE"


@dataclass(frozen=True)
class Claim:
    """The claim as the Tracker holds it.

    Attributes:
        transition_at: state timestamp of the signal that made the claim; a redelivery carries the same one.
        sent: whether the work queue has accepted the message.
        attempt: how many times an investigator has won it; the fencing token of every later write.
        lease_until: until when the running attempt may work undisturbed.
        window_until: until when further transitions are suppressed.
        refires: transitions suppressed so far.
        message_id: the work queue's message that the running attempt holds.
        delivered: channels that have the report.
        report_key: where the report was archived; set with the first delivery.
    """

    fingerprint: str
    investigation_id: str
    state: ClaimState
    transition_at: datetime
    window_until: datetime
    sent: bool = False
    attempt: int = 0
    lease_until: datetime | None = None
    refires: int = 0
    message_id: str | None = None
    delivered: frozenset[str] = frozenset()
    report_key: str | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether an attempt may be at work: it runs and its lease is not past."""
        return self.state is ClaimState.RUNNING and self.lease_until is not None and self.lease_until > now


class TriageDecision(StrEnum):
    """What triage does with a signal."""

    INVESTIGATE = "investigate"
    SEND_AGAIN = "send_again"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    RECORDED = "recorded"


def decide_on_conflict(existing: Claim, signal: Signal, now: datetime) -> TriageDecision:
    """What a signal means that could not win the claim because ``existing`` holds it.

    A claim that was written but whose message was never marked as sent is sent again whoever asks: two messages
    are harmless, none is not. Otherwise the same transition is a redelivery. Another transition is a new episode:
    suppressed when the report is out or an attempt is at work, sent again when the earlier episode may have died
    on its way (queued without a start, failed, lease past), since nobody would hear of either.
    """
    if existing.state is ClaimState.QUEUED and not existing.sent:
        return TriageDecision.SEND_AGAIN
    if existing.transition_at == signal.occurred_at:
        return TriageDecision.DUPLICATE
    if existing.state is ClaimState.DONE or existing.is_held(now):
        return TriageDecision.SUPPRESSED
    return TriageDecision.SEND_AGAIN


class StartOutcome(StrEnum):
    """What an investigator learns when it asks for the claim.

    STARTED: it owns the claim now.
    ALREADY_DONE: the report is out.
    HELD: the message in hand is the running attempt's own, delivered again; it must not be lost.
    DUPLICATE: a second message for a running attempt, whose own message still waits in the queue.
    SUPERSEDED: the claim is about a later investigation.
    GONE: there is no claim (the Tracker was restored or replaced); somebody must be told.
    """

    STARTED = "started"
    ALREADY_DONE = "already_done"
    HELD = "held"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    GONE = "gone"


def decide_on_refused_start(existing: Claim | None, investigation_id: str, message_id: str) -> StartOutcome:
    """Why the claim could not be started.

    Args:
        existing: the claim as found by the refused write; ``None`` when there is none.
        investigation_id: of the message in hand.
        message_id: of the message in hand.
    """
    if existing is None:
        return StartOutcome.GONE
    if existing.investigation_id != investigation_id:
        return StartOutcome.SUPERSEDED
    if existing.state is ClaimState.DONE:
        return StartOutcome.ALREADY_DONE
    return StartOutcome.HELD if existing.message_id == message_id else StartOutcome.DUPLICATE
