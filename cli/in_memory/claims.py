"""Claims and groups in dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain import claim_steps, grouping
from triage.domain.claim import (
    Claim,
    Claimed,
    ClaimOutcome,
    ClaimState,
    Leader,
    StartOutcome,
    decide_on_refused_start,
)
from triage.domain.errors import ClaimLost
from triage.domain.fingerprint import fingerprint
from triage.domain.grouping import Group, LinkedAlarm, group_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from triage.domain.signal import Signal


@dataclass
class GroupsInMemory:
    """The Groups port."""

    groups: dict[str, Group] = field(default_factory=dict)

    def take_place(self, key: str, claim: Claim, signal: Signal, now: datetime, window_s: float) -> Claim:
        """The claim as it is written together with the group."""
        own = Group(key, Leader(claim.fingerprint, claim.investigation_id), now + timedelta(seconds=window_s))
        found = self.groups.get(key)
        leading = grouping.opened(found, own, now)
        if leading is not None:
            self.groups[key] = leading
            return replace(claim, group=key)
        joined = grouping.linked(found, found.leader, LinkedAlarm.of(signal), now) if found else None
        if found is None or joined is None:
            return claim
        self.groups[key] = joined
        return replace(claim, leader=found.leader)

    def linked(self, key: str, investigation_id: str) -> tuple[LinkedAlarm, ...]:
        """The alarms linked to an investigation so far."""
        group = self.groups.get(key)
        return group.linked if group and group.leader.investigation_id == investigation_id else ()

    def close(self, key: str, investigation_id: str, known: int) -> bool:
        """Link nothing more to an investigation that knows of ``known`` linked alarms."""
        found = self.groups.get(key)
        after = grouping.closed(found, investigation_id, known)
        if after is not None:
            self.groups[key] = after
            return True
        return found is None or found.leader.investigation_id != investigation_id


@dataclass
class ClaimsInMemory:
    """The ClaimStore port.

    Attributes:
        window_s: seconds during which an alarm is investigated once.
        group_window_s: seconds during which alarms on one resource are linked; 0 for never.
    """

    window_s: float = 3600.0
    group_window_s: float = 0.0
    claims: dict[str, Claim] = field(default_factory=dict)
    groups: GroupsInMemory = field(default_factory=GroupsInMemory)

    def claim(
        self, signal: Signal, investigation_id: str, now: datetime, window_s: float | None = None
    ) -> Claimed:
        """Write a new QUEUED claim, or say which one is in its way."""
        key = fingerprint(signal)
        window_until = now + timedelta(seconds=self.window_s if window_s is None else window_s)
        fresh = Claim(key, investigation_id, ClaimState.QUEUED, signal.occurred_at, window_until)
        if claim_steps.claimed(self._now(key), fresh, now) is None:
            return Claimed(ClaimOutcome.TAKEN, self.claims[key])
        group = group_key(signal) if self.group_window_s > 0 else None
        if group is not None:
            fresh = self.groups.take_place(group, fresh, signal, now, self.group_window_s)
        self.claims[key] = fresh
        return Claimed(ClaimOutcome.LINKED if fresh.leader else ClaimOutcome.WON, fresh)

    def find(self, fingerprint: str) -> Claim | None:
        """The claim as it is now."""
        return self._now(fingerprint)

    def mark_sent(self, fingerprint: str, investigation_id: str) -> None:
        """Record that the work queue accepted the message."""
        self._written(claim_steps.marked_sent(self._now(fingerprint), investigation_id))

    def choose_digest(self, fingerprint: str, investigation_id: str, digest: str) -> bool:
        """Note the digest that will tell the signal."""
        return self._written(claim_steps.digest_chosen(self._now(fingerprint), investigation_id, digest))

    def join_digest(self, fingerprint: str, investigation_id: str, now: datetime) -> bool:
        """Set DONE for a signal that its digest holds."""
        return self._written(claim_steps.digest_joined(self._now(fingerprint), investigation_id, now))

    def count_refire(
        self, fingerprint: str, investigation_id: str, transition_at: datetime, telling_until: datetime
    ) -> tuple[bool, Claim]:
        """Count a suppressed transition, once."""
        found = self._now(fingerprint)
        counted = self._written(claim_steps.refire_counted(found, investigation_id, transition_at, telling_until))
        if found is None or found.investigation_id != investigation_id:
            raise ClaimLost(f"the claim of {investigation_id} was replaced while its alarm fired again")
        return counted, self.claims[fingerprint]

    def resume_refire(
        self,
        fingerprint: str,
        investigation_id: str,
        transition_at: datetime,
        now: datetime,
        telling_until: datetime,
    ) -> bool:
        """Take over the telling of a counted transition."""
        found = self._now(fingerprint)
        return self._written(
            claim_steps.refire_resumed(found, investigation_id, transition_at, now, telling_until)
        )

    def mark_refire_told(self, fingerprint: str, investigation_id: str, transition_at: datetime) -> None:
        """Note that people were told of a transition."""
        self._written(claim_steps.refire_told(self._now(fingerprint), investigation_id, transition_at))

    def release_refire(self, fingerprint: str, investigation_id: str, transition_at: datetime) -> None:
        """Let a retry tell at once what could not be told."""
        self._written(claim_steps.refire_released(self._now(fingerprint), investigation_id, transition_at))

    def rearm(self, fingerprint: str, occurred_at: datetime, now: datetime) -> bool:
        """End the window of a claim whose alarm is OK again."""
        return self._written(claim_steps.rearmed(self._now(fingerprint), occurred_at, now))

    def start(
        self,
        fingerprint: str,
        investigation_id: str,
        message_id: str,
        now: datetime,
        lease_s: float,
        window_s: float | None = None,
    ) -> tuple[StartOutcome, Claim | None]:
        """Win RUNNING, or learn why not."""
        found = self._now(fingerprint)
        window = self.window_s if window_s is None else window_s
        won = claim_steps.started(found, investigation_id, message_id, now, lease_s=lease_s, window_s=window)
        if not self._written(won):
            return decide_on_refused_start(found, investigation_id, message_id), found
        return StartOutcome.STARTED, won

    def renew(self, claim: Claim, now: datetime, lease_s: float) -> None:
        """Extend the lease of the running attempt."""
        self._of_owner(claim, claim_steps.renewed(self._now(claim.fingerprint), claim, now, lease_s))

    def begin_delivery(self, claim: Claim, channel: str) -> bool:
        """Note that this attempt is about to deliver through a channel."""
        found = self._now(claim.fingerprint)
        if self._written(claim_steps.delivery_begun(found, claim, channel)):
            return True
        if found and channel in found.delivered and found.investigation_id == claim.investigation_id:
            return False
        raise ClaimLost(f"attempt {claim.attempt} no longer owns its claim")

    def end_delivery(self, claim: Claim, channel: str, report_key: str, covers: Iterable[str] = ()) -> None:
        """Note that the channel accepted the report."""
        found = self._now(claim.fingerprint)
        self._written(claim_steps.delivery_ended(found, claim.investigation_id, channel, report_key, covers))

    def finish(self, claim: Claim, report_key: str, now: datetime) -> None:
        """Set DONE."""
        self._of_owner(claim, claim_steps.finished(self._now(claim.fingerprint), claim, report_key, now))

    def fail(self, claim: Claim) -> None:
        """Set RETRYABLE, if the claim is still this attempt's."""
        self._of_owner(claim, claim_steps.failed(self._now(claim.fingerprint), claim))

    def cover(self, fingerprint: str, investigation_id: str, report_key: str, now: datetime) -> bool:
        """Set DONE for a linked alarm that the report of its leader lists."""
        return self._written(claim_steps.covered(self._now(fingerprint), investigation_id, report_key, now))

    def _now(self, fingerprint: str) -> Claim | None:
        return self.claims.get(fingerprint)

    def _written(self, after: Claim | None) -> bool:
        if after is not None:
            self.claims[after.fingerprint] = after
        return after is not None

    def _of_owner(self, claim: Claim, after: Claim | None) -> None:
        if not self._written(after):
            raise ClaimLost(f"attempt {claim.attempt} no longer owns its claim")
