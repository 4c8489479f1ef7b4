"""Remember: keep a few short texts of an investigation whose report was delivered.

It comes after everything else. A report that is delivered is not put at risk for it: what fails is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.fingerprint import fingerprint
from triage.domain.memory import MAX_ALARM, MAX_CAUSE, MAX_HEADLINE, Remembered, keys_of
from untrusted import make_visible, redact

if TYPE_CHECKING:
    from datetime import timedelta

    from triage.domain.investigation import Investigation
    from triage.ports import Clock, Memory, Telemetry


@dataclass(frozen=True)
class RememberInvestigation:
    """Writes memory after a delivery.

    Attributes:
        memory: ``None`` when nothing is to be remembered.
        retention: how long it is kept; ``None`` with no memory.
    """

    memory: Memory | None
    retention: timedelta | None
    clock: Clock
    telemetry: Telemetry

    def run(self, investigation: Investigation, report_key: str) -> None:
        """Remember a delivered investigation, once.

        Args:
            report_key: its report in the Archive; empty when it was not archived.
        """
        if self.memory is None or self.retention is None:
            return
        try:
            record = _record_of(investigation, report_key)
            keys = keys_of(investigation.signal, record.category)
            self.memory.remember(record, keys, self.clock.now() + self.retention)
        except Exception as error:
            self.telemetry.count("InvestigationsNotRemembered")
            self.telemetry.failure("investigation not remembered", error, investigation_id=investigation.id)


def short(text: str, limit: int) -> str:
    """A text as it is remembered: on one line, without secrets, nothing hidden in it, and no longer than this."""
    line = " ".join(make_visible(redact(text)).split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _record_of(investigation: Investigation, report_key: str) -> Remembered:
    signal, report = investigation.signal, investigation.report
    cause = report.root_cause
    return Remembered(
        investigation_id=investigation.id,
        fingerprint=fingerprint(signal),
        alarm=short(signal.name, MAX_ALARM),
        at=signal.occurred_at,
        headline=short(report.headline, MAX_HEADLINE),
        cause=short(cause.statement, MAX_CAUSE),
        category=cause.category,
        confidence=cause.confidence,
        disposition=report.disposition,
        origin=report.origin,
        folder=report_key.rpartition("/")[0],
        times=investigation.recurrence.times if investigation.recurrence else 1,
    )
