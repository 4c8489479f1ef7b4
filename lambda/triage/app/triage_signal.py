"""Triage: decide within a second whether a signal is investigated, and lose none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from triage.delivery.notice import malformed_event
from triage.domain.claim import ClaimOutcome, ClaimState, TriageDecision, decide_on_conflict
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import investigation_id
from triage.domain.signal import AlarmState
from triage.domain.work_item import WorkItem
from triage.intake import detect_all
from triage.intake.without_secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from triage.app.tell_refire import TellRefire
    from triage.domain.claim import Claim
    from triage.domain.claim_timing import ClaimTiming
    from triage.domain.signal import Signal
    from triage.intake import Detected
    from triage.ports import Channel, ClaimStore, Clock, Telemetry, WorkQueue


@dataclass(frozen=True)
class TriageSignal:
    """The use case of the triage function.

    Attributes:
        investigate_states: states that start an investigation; others are recorded.
        notify_refire: whether people are told when an alarm fires again after its investigation began.
        rearm_on_ok: whether an alarm that was OK in between is investigated again.
        new_nonce: random text that makes investigation ids unique.
    """

    claims: ClaimStore
    queue: WorkQueue
    channel: Channel
    clock: Clock
    telemetry: Telemetry
    timing: ClaimTiming
    refires: TellRefire
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
        for detected in detect_all(event):
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
            self.channel.send(malformed_event(detected))
            return {"decision": "malformed", "problem": str(detected)}
        return self._triage(detected)

    def _triage(self, detected: Signal) -> dict[str, str]:
        signal = without_secrets(detected)
        key = fingerprint(signal)
        if signal.state not in self.investigate_states or signal.suppressed_by:
            return self._recorded(signal, key)
        now = self.clock.now()
        item = WorkItem(key, investigation_id(key, now, self.new_nonce()), signal)
        try:
            answer = self.claims.claim(signal, item.investigation_id, now)
        except Exception as error:
            return self._unclaimed(item, error)
        if answer.outcome is ClaimOutcome.TAKEN:
            return self._on_conflict(signal, answer.claim, now)
        self._send(replace(item, leader=answer.claim.leader))
        won = answer.outcome is ClaimOutcome.WON
        return self._decided(
            TriageDecision.INVESTIGATE if won else TriageDecision.LINKED, key, item.investigation_id
        )

    def _on_conflict(self, signal: Signal, existing: Claim, now: datetime) -> dict[str, str]:
        decision = decide_on_conflict(existing, signal, now)
        if decision in (TriageDecision.SEND_AGAIN, TriageDecision.DIGEST):
            leader = existing.leader if existing.state is ClaimState.QUEUED else None
            self._send(WorkItem(existing.fingerprint, existing.investigation_id, signal, leader=leader))
        elif decision is TriageDecision.SUPPRESSED and not self.refires.run(
            signal, existing, is_told=self.notify_refire
        ):
            decision = TriageDecision.DUPLICATE
        return self._decided(decision, existing.fingerprint, existing.investigation_id)

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
        self.queue.send(replace(item, investigation_id=known, claimed=False, tells_refire=self.notify_refire))
        return self._decided(TriageDecision.UNCLAIMED, item.fingerprint, known)

    def _send(self, item: WorkItem) -> None:
        """Send first, mark then: a crash between the two sends twice, never zero times.

        The message of a linked alarm waits until the report that should cover it is out.
        """
        self.queue.send(item, self.timing.watch_s if item.leader else 0.0)
        self.claims.mark_sent(item.fingerprint, item.investigation_id)

    def _decided(self, decision: TriageDecision, key: str, investigation: str) -> dict[str, str]:
        self.telemetry.count(f"Signals{decision.value.title().replace('_', '')}")
        self.telemetry.record(decision.value, fingerprint=key, investigation_id=investigation)
        return {"decision": decision.value, "fingerprint": key, "investigation_id": investigation}


def _summary(decisions: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """One line per message of an event that holds several."""
    lines = {
        f"message {index}": f"{one['decision']}: {one.get('fingerprint') or one.get('problem', '')}"
        for index, one in enumerate(decisions)
    }
    return {"decision": "several", **lines}
