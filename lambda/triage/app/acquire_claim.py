"""Acquire claim: from a received message to a claim that this attempt owns, or to nothing to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from triage.domain.claim import (
    ClaimOutcome,
    StartOutcome,
    TriageDecision,
    WatchDecision,
    decide_on_conflict,
    decide_on_watch,
)
from triage.domain.errors import ClaimLost, TrackerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.app.tell_refire import TellRefire
    from triage.domain.claim import Claim, Leader
    from triage.domain.claim_timing import ClaimTiming
    from triage.domain.work_item import WorkItem
    from triage.ports import ClaimStore, Clock, ReceivedMessage, Telemetry, WorkQueue

T = TypeVar("T")


class ClaimGone(Exception):
    """There is no claim for the message; it reaches the dead-letter queue, and so people."""


@dataclass(frozen=True)
class AcquireClaim:
    """What stands between a message and its investigation.

    A message that has to wait is sent again as a new one while the old one ends: the queue counts how often a
    message was received, and its limit is for failures.
    """

    claims: ClaimStore
    queue: WorkQueue
    clock: Clock
    telemetry: Telemetry
    timing: ClaimTiming
    refires: TellRefire

    def run(self, item: WorkItem, message: ReceivedMessage) -> tuple[WorkItem, Claim] | None:
        """The item and its claim, owned now; ``None`` when the message may be deleted.

        Raises:
            TrackerUnavailable: it did not answer, so that nobody can say whether there is something to do.
            ClaimGone: the Tracker knows nothing of this investigation.
        """
        claimed = item if item.claimed else self._claimed(item)
        if claimed is None or (claimed.leader and not self._is_on_its_own(claimed, claimed.leader)):
            return None
        return self._started(claimed, message)

    def _claimed(self, item: WorkItem) -> WorkItem | None:
        """Do what triage could not: the item as it would have been sent, ``None`` when it would not have been."""
        now = self.clock.now()
        answer = self._asked(
            lambda: self.claims.claim(item.signal, item.investigation_id, now, item.policy.window_s)
        )
        existing = answer.claim
        mine = replace(item, claimed=True, investigation_id=existing.investigation_id, leader=existing.leader)
        if answer.outcome is ClaimOutcome.LINKED:
            self.queue.send(mine, self.timing.watch_s)
            self._asked(lambda: self.claims.mark_sent(item.fingerprint, item.investigation_id))
            return None
        if answer.outcome is ClaimOutcome.WON or existing.investigation_id == item.investigation_id:
            return mine
        decision = decide_on_conflict(existing, item.signal, now)
        self.telemetry.record(f"claimed late: {decision.value}", investigation_id=existing.investigation_id)
        if decision is TriageDecision.SUPPRESSED:
            self._asked(lambda: self.refires.run(item.signal, existing, is_told=item.tells_refire))
        return mine if decision in (TriageDecision.SEND_AGAIN, TriageDecision.DIGEST) else None

    def _is_on_its_own(self, item: WorkItem, leader: Leader) -> bool:
        """Whether a linked alarm has to be investigated after all; if not, it is told or waits."""
        leading = self._asked(lambda: self.claims.find(leader.fingerprint))
        decision = decide_on_watch(leading, leader, item.fingerprint, item.waited)
        self.telemetry.record(
            f"linked alarm: {decision.value}",
            investigation_id=item.investigation_id,
            leader=leader.investigation_id,
        )
        if decision is WatchDecision.COVERED:
            report_key = (leading.report_key if leading else None) or ""
            now = self.clock.now()
            self._asked(lambda: self.claims.cover(item.fingerprint, item.investigation_id, report_key, now))
        elif decision is WatchDecision.WAIT:
            self.queue.send(item.waiting_on(), self.timing.watch_s)
        return decision is WatchDecision.INVESTIGATE

    def _started(self, item: WorkItem, message: ReceivedMessage) -> tuple[WorkItem, Claim] | None:
        now = self.clock.now()
        message_id = item.stands_for or message.message_id
        outcome, claim = self._asked(
            lambda: self.claims.start(
                item.fingerprint,
                item.investigation_id,
                message_id,
                now,
                self.timing.lease_s,
                item.policy.window_s,
            )
        )
        if outcome is StartOutcome.STARTED and claim is not None:
            return item, claim
        self.telemetry.record(f"not started: {outcome.value}", investigation_id=item.investigation_id)
        if outcome is StartOutcome.GONE:
            self.queue.return_after(message.receipt_handle, 0)
            raise ClaimGone(f"{item.investigation_id} has no claim in the Tracker; it was restored or replaced")
        if outcome is StartOutcome.HELD and claim is not None:
            left = (claim.lease_until - now).total_seconds() if claim.lease_until else 0.0
            self.queue.send(replace(item, stands_for=message_id), max(left, 0.0) + self.timing.margin_s)
        return None

    def _asked(self, question: Callable[[], T]) -> T:
        """The Tracker's answer; whatever keeps it from answering comes to the same."""
        try:
            return question()
        except ClaimLost:
            raise
        except Exception as error:
            raise TrackerUnavailable(f"the Tracker did not answer ({type(error).__name__}: {error})") from error
