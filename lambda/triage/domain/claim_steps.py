"""Every change of a claim as a pure function: what a conditional write checks, and what it writes.

Each takes the claim as it is and returns the claim as it is afterwards, or ``None`` when the write is refused and
nothing changes. The Tracker's adapter says the same in DynamoDB's words; a test holds both against each other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeGuard

from triage.domain.claim import Claim, ClaimState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def claimed(existing: Claim | None, fresh: Claim, now: datetime) -> Claim | None:
    """Put a new claim, where there is none or the old one is over and about an earlier transition.

    Over: its window and its lease are past. A transition that was counted as a refire was handled.
    """
    if existing is None:
        return fresh
    over = existing.window_until <= now and (existing.lease_until is None or existing.lease_until <= now)
    handled = existing.transition_at == fresh.transition_at or (
        existing.refired_at is not None and fresh.transition_at <= existing.refired_at
    )
    return fresh if over and not handled else None


def marked_sent(existing: Claim | None, investigation_id: str) -> Claim | None:
    """Note that the work queue accepted the message."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    return replace(existing, sent=True)


def digest_chosen(existing: Claim | None, investigation_id: str, digest: str) -> Claim | None:
    """Note the digest that will tell this signal, before it joins; the first choice stays."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.state is not ClaimState.QUEUED or existing.sent or existing.digest not in (None, digest):
        return None
    return replace(existing, digest=digest)


def digest_joined(existing: Claim | None, investigation_id: str, now: datetime) -> Claim | None:
    """Set DONE for a signal that a digest holds. Its window ends: the next transition may be investigated."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.state is not ClaimState.QUEUED or existing.digest is None:
        return None
    return replace(existing, state=ClaimState.DONE, finished_at=now, window_until=now)


def refire_counted(
    existing: Claim | None, investigation_id: str, transition_at: datetime, telling_until: datetime
) -> Claim | None:
    """Count a transition that is later than all counted before; the caller tells it."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.refired_at is not None and existing.refired_at >= transition_at:
        return None
    return replace(existing, refires=existing.refires + 1, refired_at=transition_at, telling_until=telling_until)


def refire_resumed(
    existing: Claim | None,
    investigation_id: str,
    transition_at: datetime,
    now: datetime,
    telling_until: datetime,
) -> Claim | None:
    """Take over the telling of a counted transition from a caller that had time enough."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.refired_at != transition_at or existing.refire_told_at == transition_at:
        return None
    if existing.telling_until is not None and existing.telling_until > now:
        return None
    return replace(existing, telling_until=telling_until)


def refire_told(existing: Claim | None, investigation_id: str, transition_at: datetime) -> Claim | None:
    """Note that people were told of a transition; a later one that was told meanwhile stays noted."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.refired_at != transition_at:
        return None
    return replace(existing, refire_told_at=transition_at)


def refire_released(existing: Claim | None, investigation_id: str, transition_at: datetime) -> Claim | None:
    """Let a retry tell at once what could not be told."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.refired_at != transition_at:
        return None
    return replace(existing, telling_until=None)


def rearmed(existing: Claim | None, occurred_at: datetime, now: datetime) -> Claim | None:
    """End the window because the alarm is OK again, if no later transition is known.

    A claim whose message waits is left alone: its investigation has not begun, and serves the next transition too.
    """
    if existing is None or existing.state not in (ClaimState.RUNNING, ClaimState.DONE):
        return None
    latest = max(existing.transition_at, existing.refired_at or existing.transition_at)
    if occurred_at <= latest or existing.window_until <= now:
        return None
    return replace(existing, window_until=now)


def started(
    existing: Claim | None,
    investigation_id: str,
    message_id: str,
    now: datetime,
    *,
    lease_s: float,
    window_s: float,
) -> Claim | None:
    """Win RUNNING: from QUEUED or RETRYABLE, or from RUNNING when its lease is past. Counts the attempt."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.state is ClaimState.DONE or existing.is_held(now):
        return None
    return replace(
        existing,
        state=ClaimState.RUNNING,
        sent=True,
        attempt=existing.attempt + 1,
        message_id=message_id,
        started_at=existing.started_at or now,
        lease_until=now + timedelta(seconds=lease_s),
        window_until=now + timedelta(seconds=window_s),
    )


def renewed(existing: Claim | None, owner: Claim, now: datetime, lease_s: float) -> Claim | None:
    """Extend the lease of the owner."""
    if not _owns(existing, owner):
        return None
    return replace(existing, lease_until=now + timedelta(seconds=lease_s))


def delivery_begun(existing: Claim | None, owner: Claim, channel: str) -> Claim | None:
    """Let the owner send through a channel that does not have the report yet."""
    if not _owns(existing, owner) or channel in existing.delivered:
        return None
    return existing


def delivery_ended(
    existing: Claim | None, investigation_id: str, channel: str, report_key: str, covers: Iterable[str]
) -> Claim | None:
    """Note what people have. Not only for the owner: whoever owns the claim by now must not send it again."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    return replace(
        existing, delivered=existing.delivered | {channel}, report_key=report_key, covers=frozenset(covers)
    )


def finished(existing: Claim | None, owner: Claim, report_key: str, now: datetime) -> Claim | None:
    """Set DONE."""
    if not _owns(existing, owner):
        return None
    return replace(existing, state=ClaimState.DONE, lease_until=None, report_key=report_key, finished_at=now)


def failed(existing: Claim | None, owner: Claim) -> Claim | None:
    """Set RETRYABLE."""
    if not _owns(existing, owner):
        return None
    return replace(existing, state=ClaimState.RETRYABLE, lease_until=None)


def covered(existing: Claim | None, investigation_id: str, report_key: str, now: datetime) -> Claim | None:
    """Set DONE for a linked alarm that the report of its leader lists."""
    if existing is None or existing.investigation_id != investigation_id:
        return None
    if existing.state is not ClaimState.QUEUED:
        return None
    return replace(existing, state=ClaimState.DONE, report_key=report_key, finished_at=now)


def _owns(existing: Claim | None, owner: Claim) -> TypeGuard[Claim]:
    """Fencing: a write counts only while the attempt that asks runs the claim."""
    return (
        existing is not None
        and existing.state is ClaimState.RUNNING
        and (existing.investigation_id, existing.attempt) == (owner.investigation_id, owner.attempt)
    )
