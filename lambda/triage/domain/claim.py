"""The claim: the right to investigate one fingerprint, and what a refused write to it means.

Every change of a claim is one conditional write. The rules of each are in :mod:`triage.domain.claim_steps`; this
module holds what the claim is and what follows when such a write is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from triage.domain.signal import SignalSource

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.signal import Signal


class ClaimState(StrEnum):
    """Where a claim stands.

    QUEUED: triage won the claim; its message may or may not be on the work queue yet.
    RUNNING: an investigator holds the lease.
    RETRYABLE: an attempt failed; the message is on its way back.
    DONE: report delivered, or told in another way (the report of a leader, a digest).
    """

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    RETRYABLE = "RETRYABLE"
    DONE = "DONE"


@dataclass(frozen=True)
class Leader:
    """The investigation that a claim on the same resource is linked to."""

    fingerprint: str
    investigation_id: str


@dataclass(frozen=True)
class Claim:
    """The claim as the Tracker holds it.

    Attributes:
        transition_at: state timestamp of the signal that made the claim; a redelivery carries the same one.
        sent: whether the work queue has accepted the message.
        attempt: how many times an investigator has won it; the fencing token of every later write.
        lease_until: until when the running attempt may work undisturbed.
        window_until: until when further transitions are suppressed.
        message_id: the work queue's message that the running attempt holds.
        started_at: when the first attempt began.
        finished_at: when it was DONE.
        delivered: channels that have the report.
        report_key: where the report was archived; set with the first delivery, empty when the Archive failed.
        covers: fingerprints of the linked alarms that the delivered report lists.
        refires: transitions counted since.
        refired_at: state timestamp of the latest counted transition.
        refire_told_at: state timestamp of the latest one that people were told of.
        telling_until: until when somebody may be at telling it.
        leader: the investigation whose report is expected to cover this alarm.
        group: key of the group this claim leads.
        digest: the digest that tells this signal instead of an investigation.
    """

    fingerprint: str
    investigation_id: str
    state: ClaimState
    transition_at: datetime
    window_until: datetime
    sent: bool = False
    attempt: int = 0
    lease_until: datetime | None = None
    message_id: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    delivered: frozenset[str] = frozenset()
    report_key: str | None = None
    covers: frozenset[str] = frozenset()
    refires: int = 0
    refired_at: datetime | None = None
    refire_told_at: datetime | None = None
    telling_until: datetime | None = None
    leader: Leader | None = None
    group: str | None = None
    digest: str | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether an attempt may be at work: it runs and its lease is not past."""
        return self.state is ClaimState.RUNNING and self.lease_until is not None and self.lease_until > now


class ClaimOutcome(StrEnum):
    """What triage learns when it asks for a claim.

    WON: the claim is new.
    LINKED: it is new, and an investigation of the same resource is under way.
    TAKEN: another claim holds the fingerprint.
    """

    WON = "won"
    LINKED = "linked"
    TAKEN = "taken"


@dataclass(frozen=True)
class Claimed:
    """The answer to a request for a claim: what became of it, and the claim that the Tracker holds now."""

    outcome: ClaimOutcome
    claim: Claim


class TriageDecision(StrEnum):
    """What triage does with a signal.

    INVESTIGATE: it is new; put on the work queue.
    LINKED: it is new; an investigation of the same resource takes it along.
    SEND_AGAIN: its message may be missing.
    DIGEST: it was meant for a digest, which may not have it yet.
    DUPLICATE: this transition was handled before.
    SUPPRESSED: a new transition of what was investigated; counted, and told in short.
    RECORDED: not to be investigated.
    WAITING: a log error that has not come often enough yet; counted.
    UNCLAIMED: the Tracker did not answer; put on the work queue all the same.
    """

    INVESTIGATE = "investigate"
    LINKED = "linked"
    SEND_AGAIN = "send_again"
    DIGEST = "digest"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    RECORDED = "recorded"
    WAITING = "waiting"
    UNCLAIMED = "unclaimed"


def decide_on_conflict(existing: Claim, signal: Signal, now: datetime) -> TriageDecision:
    """What a signal means that could not win the claim because ``existing`` holds it.

    A claim that was written but whose message was never marked as sent is sent again whoever asks (or joins its
    digest again): twice is harmless, never is not. Otherwise the same transition is a redelivery. Another
    transition is a new episode: suppressed when the report is out or an attempt is at work, sent again when the
    earlier episode may have died on its way (queued without a start, failed, lease past), since nobody would hear
    of either.

    A log error has no episodes: it comes again and again while it lasts, and each batch would put one more message
    on the queue. The first one rests there, or people got a notice that it failed, so the others are suppressed.
    """
    if existing.state is ClaimState.QUEUED and not existing.sent:
        return TriageDecision.DIGEST if existing.digest else TriageDecision.SEND_AGAIN
    if existing.transition_at == signal.occurred_at:
        return TriageDecision.DUPLICATE
    goes_on = signal.source is SignalSource.LOG_ERROR
    if existing.state is ClaimState.DONE or existing.is_held(now) or goes_on:
        return _decide_on_refire(existing, signal.occurred_at)
    return TriageDecision.SEND_AGAIN


def _decide_on_refire(existing: Claim, transition_at: datetime) -> TriageDecision:
    """The latest counted transition may have been counted and not told; those before it are told with it."""
    if existing.refired_at is None or existing.refired_at < transition_at:
        return TriageDecision.SUPPRESSED
    untold = existing.refired_at == transition_at and existing.refire_told_at != transition_at
    return TriageDecision.SUPPRESSED if untold else TriageDecision.DUPLICATE


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


class WatchDecision(StrEnum):
    """What the message of a linked alarm does when it arrives.

    COVERED: the leader's report lists the alarm.
    WAIT: the leader is still at work.
    INVESTIGATE: nobody will tell of this alarm, so it is investigated on its own.
    """

    COVERED = "covered"
    WAIT = "wait"
    INVESTIGATE = "investigate"


MAX_WAITS = 2


def decide_on_watch(leading: Claim | None, leader: Leader, fingerprint: str, waited: int) -> WatchDecision:
    """Whether a linked alarm still has a leader.

    Args:
        leading: the claim under the leader's fingerprint.
        leader: what the alarm was linked to.
        fingerprint: of the linked alarm.
        waited: how many times its message has waited since.
    """
    if leading is None or leading.investigation_id != leader.investigation_id:
        return WatchDecision.INVESTIGATE
    if fingerprint in leading.covers:
        return WatchDecision.COVERED
    if leading.state is ClaimState.DONE or waited >= MAX_WAITS:
        return WatchDecision.INVESTIGATE
    return WatchDecision.WAIT
