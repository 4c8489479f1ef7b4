"""An investigation: one run over one signal, and what it produced."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.budget import Usage

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.briefing import Effort
    from triage.domain.chart import Chart
    from triage.domain.evidence import Evidence
    from triage.domain.grouping import LinkedAlarm
    from triage.domain.recurrence import Recurrence
    from triage.domain.report import Report
    from triage.domain.signal import Signal
    from triage.domain.turn import Turn


@dataclass(frozen=True)
class Investigation:
    """A finished run.

    Attributes:
        id: unique, sortable by start, at most 64 characters of ``[A-Za-z0-9-]``: it is also the session name
            under which the tool Lambda's calls appear in CloudTrail.
        attempt: 1 for the first run of the claim; higher after a retry.
        model_id: the model that wrote the report; ``None`` when code wrote it.
        stopped_by: the limit that ended the run early, in words; ``None`` otherwise.
        linked: further alarms on the resource that the report covers.
        chart: the breach as a picture; ``None`` when its series is not known.
        first_look: what the first look took; ``None`` when there was none.
        turns: the calls of the model, for the transcript.
        recurrence: earlier investigations of the alarm or its resource; ``None`` when none is remembered.
        archived: whether the Archive keeps it; when not, the message is all there is.
    """

    id: str
    signal: Signal
    attempt: int
    started_at: datetime
    finished_at: datetime
    evidence: tuple[Evidence, ...]
    report: Report
    usage: Usage = Usage()
    model_id: str | None = None
    stopped_by: str | None = None
    linked: tuple[LinkedAlarm, ...] = ()
    chart: Chart | None = None
    first_look: Effort | None = None
    turns: tuple[Turn, ...] = ()
    recurrence: Recurrence | None = None
    archived: bool = True

    @property
    def duration_s(self) -> float:
        """Seconds from start to report."""
        return (self.finished_at - self.started_at).total_seconds()


def investigation_id(fingerprint: str, claimed_at: datetime, nonce: str) -> str:
    """An id for a new investigation: UTC time to the second, then a digest of fingerprint and nonce.

    Args:
        fingerprint: of the signal.
        claimed_at: when the claim was made, UTC.
        nonce: random text, so that two claims of one second differ.
    """
    digest = hashlib.sha256(f"{fingerprint}\n{nonce}".encode()).hexdigest()[:10]
    return f"{claimed_at:%Y%m%dT%H%M%SZ}-{digest}"
