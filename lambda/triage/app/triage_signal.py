"""Triage: decide within a second whether a signal is investigated, and lose none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.delivery.notice import malformed_event
from triage.domain.claim import TriageDecision, decide_on_conflict
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import investigation_id
from triage.domain.work_item import WorkItem
from triage.intake import detect_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from triage.domain.signal import AlarmState, Signal
    from triage.intake import Detected
    from triage.ports import Channel, ClaimStore, Clock, Telemetry, WorkQueue


@dataclass(frozen=True)
class TriageSignal:
    """The use case of the triage function.

    Attributes:
        investigate_states: states that start an investigation; others are recorded.
        new_nonce: random text that makes investigation ids unique.
    """

    claims: ClaimStore
    queue: WorkQueue
    channel: Channel
    clock: Clock
    telemetry: Telemetry
    investigate_states: frozenset[AlarmState]
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

    def _triage(self, signal: Signal) -> dict[str, str]:
        key = fingerprint(signal)
        if signal.state not in self.investigate_states:
            return self._decided(TriageDecision.RECORDED, key, "")
        now = self.clock.now()
        item = WorkItem(key, investigation_id(key, now, self.new_nonce()), signal)
        existing = self.claims.claim(signal, item.investigation_id, now)
        if existing is None:
            self._send(item)
            return self._decided(TriageDecision.INVESTIGATE, key, item.investigation_id)
        decision = decide_on_conflict(existing, signal, now)
        if decision is TriageDecision.SEND_AGAIN:
            self._send(WorkItem(key, existing.investigation_id, signal))
        elif decision is TriageDecision.SUPPRESSED:
            self.claims.count_refire(key)
        return self._decided(decision, key, existing.investigation_id)

    def _send(self, item: WorkItem) -> None:
        """Send first, mark then: a crash between the two sends twice, never zero times."""
        self.queue.send(item)
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
