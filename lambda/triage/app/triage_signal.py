"""Triage: decide within a second whether a signal is investigated, and lose none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from triage.app.post import Letterhead
from triage.app.screen import REASON_NOT_KNOWN
from triage.domain.claim import ClaimOutcome, ClaimState, TriageDecision, decide_on_conflict
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import investigation_id
from triage.domain.routes import Occasion
from triage.domain.signal import AlarmState
from triage.domain.storm import Refusal
from triage.domain.work_item import WorkItem
from triage.intake import detect_all
from triage.intake.without_secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from triage.app.announce import Announce
    from triage.app.read_policy import ReadPolicy, Wishes
    from triage.app.screen import DivertToDigest, Screen
    from triage.app.sent_unclaimed import SentUnclaimed
    from triage.app.take_log_errors import TakeLogErrors
    from triage.app.tell_refire import TellRefire
    from triage.domain.claim import Claim
    from triage.domain.claim_timing import ClaimTiming
    from triage.domain.home import Home
    from triage.domain.routes import Routes
    from triage.domain.signal import Signal
    from triage.intake import Detected
    from triage.ports import ClaimStore, Clock, Telemetry, WorkQueue


@dataclass(frozen=True)
class TriageSignal:
    """The use case of the triage function.

    Attributes:
        home: where the function runs.
        policies: what the owners of alarms ask for.
        routes: say which channels a message takes.
        logs: what log errors go through before anything else.
        unclaimed: log errors that were sent on while the Tracker was down.
        screen: what keeps a claimed alarm from being investigated now.
        divert: where such an alarm is told instead.
        investigate_states: states that start an investigation; others are recorded.
        notify_refire: whether people are told when an alarm fires again after its investigation began.
        rearm_on_ok: whether an alarm that was OK in between is investigated again.
        new_nonce: random text that makes investigation ids unique.
    """

    home: Home
    claims: ClaimStore
    queue: WorkQueue
    announce: Announce
    routes: Routes
    clock: Clock
    telemetry: Telemetry
    timing: ClaimTiming
    refires: TellRefire
    policies: ReadPolicy
    logs: TakeLogErrors
    unclaimed: SentUnclaimed
    screen: Screen
    divert: DivertToDigest
    investigate_states: frozenset[AlarmState]
    notify_refire: bool
    rearm_on_ok: bool
    new_nonce: Callable[[], str]

    def run(self, event: Any) -> dict[str, str]:
        """Triage every message of one event; what is returned is for people who invoke the function by hand.

        A message that fails does not keep the others from being triaged: they are, and then it is raised.

        Raises:
            Exception: the Tracker, the queue or SNS failed; Lambda retries the event and keeps it at last in the
                dead-letter queue, where the notice function reads it. A message that was triaged before is then
                met as a duplicate.
        """
        decisions: list[dict[str, str]] = []
        failures: list[Exception] = []
        for detected in detect_all(event, self.home):
            try:
                decisions.append(self._decide(detected))
            except Exception as failure:
                failures.append(failure)
        if len(failures) > 1:
            raise ExceptionGroup(f"{len(failures)} messages of one event failed", failures)
        if failures:
            raise failures[0]
        return decisions[0] if len(decisions) == 1 else _summary(decisions)

    def _decide(self, detected: Detected) -> dict[str, str]:
        if isinstance(detected, UnsupportedEvent):
            self.telemetry.count("UnsupportedEvents")
            self.telemetry.record("unsupported event", problem=str(detected))
            return {"decision": "unsupported", "problem": str(detected)}
        if isinstance(detected, MalformedEvent):
            self.telemetry.count("MalformedEvents")
            self.telemetry.record("malformed event", problem=str(detected), keys=detected.keys)
            self._tell(detected)
            return {"decision": "malformed", "problem": str(detected)}
        return self._triage(detected)

    def _tell(self, malformed: MalformedEvent) -> None:
        from triage.delivery.notice import malformed_event  # noqa: PLC0415 - most instances never tell anybody

        notice = malformed_event(malformed)
        reference = f"notice-{hashlib.sha256(str(notice).encode()).hexdigest()[:20]}"
        letterhead = Letterhead(reference, notice.name, self.clock.now())
        self.announce.run(notice, self.routes.channels(Occasion()), letterhead)

    def _triage(self, detected: Signal) -> dict[str, str]:
        signal = without_secrets(detected)
        key = fingerprint(signal)
        if signal.log is not None:
            taken = self.logs.run(signal, signal.log, self.clock.now())
            return (
                self._decided(taken, key, "") if isinstance(taken, TriageDecision) else self._claimed(taken, key)
            )
        if signal.state not in self.investigate_states or signal.suppressed_by:
            return self._recorded(signal, key)
        return self._claimed(signal, key)

    def _claimed(self, signal: Signal, key: str) -> dict[str, str]:
        wishes = self.policies.of(signal)
        if wishes.policy.skip:
            return self._decided(TriageDecision.RECORDED, key, "")
        now = self.clock.now()
        item = WorkItem(
            key,
            investigation_id(key, now, self.new_nonce()),
            signal,
            policy=wishes.policy,
            tags=self.routes.asked_for(wishes.tags),
        )
        try:
            answer = self.claims.claim(signal, item.investigation_id, now, wishes.policy.window_s)
        except Exception as error:
            return self._unclaimed(item, error)
        if answer.outcome is ClaimOutcome.TAKEN:
            return self._on_conflict(item, wishes, answer.claim, now)
        if answer.outcome is ClaimOutcome.LINKED:
            self._send(replace(item, leader=answer.claim.leader))
            return self._decided(TriageDecision.LINKED, key, item.investigation_id)
        return self._screened(item, wishes, answer.claim, now, TriageDecision.INVESTIGATE)

    def _on_conflict(self, item: WorkItem, wishes: Wishes, existing: Claim, now: datetime) -> dict[str, str]:
        item = replace(item, investigation_id=existing.investigation_id)
        decision = decide_on_conflict(existing, item.signal, now)
        if decision is TriageDecision.DIGEST:
            return self._diverted(item, existing, REASON_NOT_KNOWN, now)
        if decision is TriageDecision.SEND_AGAIN:
            waits = existing.state is ClaimState.QUEUED
            if waits and not existing.sent and existing.leader is None:
                return self._screened(item, wishes, existing, now, decision)
            self._send(replace(item, leader=existing.leader if waits else None))
        elif decision is TriageDecision.SUPPRESSED and not self.refires.run(
            item.signal, existing, is_told=self._tells_refire(item.signal)
        ):
            decision = TriageDecision.DUPLICATE
        return self._decided(decision, existing.fingerprint, existing.investigation_id)

    def _screened(
        self, item: WorkItem, wishes: Wishes, claim: Claim, now: datetime, decision: TriageDecision
    ) -> dict[str, str]:
        """Put a claimed signal on the queue with what it may spend, or into a digest."""
        answer = self.screen.run(item.signal, wishes.tags, item.investigation_id, now)
        if isinstance(answer, Refusal):
            return self._diverted(item, claim, answer.reason, now)
        self._send(replace(item, reservation=answer))
        return self._decided(decision, item.fingerprint, item.investigation_id)

    def _diverted(self, item: WorkItem, claim: Claim, reason: str, now: datetime) -> dict[str, str]:
        joined = self.divert.run(item.signal, claim, reason, now)
        decision = TriageDecision.DIGEST if joined else TriageDecision.DUPLICATE
        return self._decided(decision, item.fingerprint, item.investigation_id, reason=reason)

    def _recorded(self, signal: Signal, key: str) -> dict[str, str]:
        """Not investigated: a state nobody asked for, or an alarm that its owner muted on purpose."""
        if signal.state is AlarmState.OK and self.rearm_on_ok:
            rearmed = self.claims.rearm(key, signal.occurred_at, self.clock.now())
            self.telemetry.record("rearmed" if rearmed else "not rearmed", fingerprint=key)
        return self._decided(TriageDecision.RECORDED, key, "")

    def _unclaimed(self, item: WorkItem, error: Exception) -> dict[str, str]:
        """The Tracker does not answer: the investigator claims the signal, or tells it without the Tracker.

        The id follows from the transition, so that its redeliveries are one investigation.
        """
        self.telemetry.failure("Tracker unavailable", error, fingerprint=item.fingerprint)
        known = investigation_id(item.fingerprint, item.signal.occurred_at, "unclaimed")
        now = self.clock.now()
        if item.signal.log is not None and self.unclaimed.holds(item.fingerprint, now):
            return self._decided(TriageDecision.SUPPRESSED, item.fingerprint, "")
        told = self._tells_refire(item.signal)
        self.queue.send(replace(item, investigation_id=known, claimed=False, tells_refire=told))
        self.unclaimed.add(item.fingerprint, now)
        return self._decided(TriageDecision.UNCLAIMED, item.fingerprint, known)

    def _tells_refire(self, signal: Signal) -> bool:
        return self.notify_refire if signal.log is None else self.logs.notify_refire

    def _send(self, item: WorkItem) -> None:
        """Send first, mark then: a crash between the two sends twice, never zero times.

        The message of a linked alarm waits until the report that should cover it is out.
        """
        self.queue.send(item, self.timing.watch_s if item.leader else 0.0)
        try:
            self.claims.mark_sent(item.fingerprint, item.investigation_id)
        except Exception as error:  # the message is on its way: failing would tell people that the alarm is not
            self.telemetry.failure("message not marked as sent", error, fingerprint=item.fingerprint)

    def _decided(self, decision: TriageDecision, key: str, investigation: str, **why: object) -> dict[str, str]:
        self.telemetry.count(f"Signals{decision.value.title().replace('_', '')}")
        self.telemetry.record(decision.value, fingerprint=key, investigation_id=investigation, **why)
        return {"decision": decision.value, "fingerprint": key, "investigation_id": investigation}


def _summary(decisions: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """One line per message of an event that holds several."""
    lines = {
        f"message {index}": f"{one['decision']}: {one.get('fingerprint') or one.get('problem', '')}"
        for index, one in enumerate(decisions)
    }
    return {"decision": "several", **lines}
