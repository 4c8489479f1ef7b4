"""What was counted, by day and by alarm."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC
from typing import TYPE_CHECKING, Any

from triage.domain.claim import TriageDecision

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Counts:
    """Of a day, an alarm, or all.

    Attributes:
        rings: changes to ALARM.
        suppressed: of these, those inside the window of an earlier investigation ("fired again").
        linked: of these, those taken along by an investigation of the same resource.
        digested: of these, those beyond a limit, told in a digest.
        investigations: reports; of alarms that rang, or that were linked to one which did not cover them.
        refused: reports without a model, because a limit was reached by then.
        notices: messages that an alarm fired again, one by one.
        digests: messages that tell several alarms together.
        usd: what the investigations cost; 0 where the price is not known.
    """

    rings: int = 0
    suppressed: int = 0
    linked: int = 0
    digested: int = 0
    duplicates: int = 0
    investigations: int = 0
    refused: int = 0
    notices: int = 0
    digests: int = 0
    usd: float = 0.0

    def rang(self, decision: TriageDecision) -> None:
        """Count a change to ALARM by what triage decided."""
        self.rings += 1
        self.suppressed += decision is TriageDecision.SUPPRESSED
        self.linked += decision is TriageDecision.LINKED
        self.digested += decision is TriageDecision.DIGEST
        self.duplicates += decision is TriageDecision.DUPLICATE

    def add(self, other: Counts) -> None:
        """Add what another counted."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def messages(self) -> int:
        """What people would have got."""
        return self.investigations + self.refused + self.notices + self.digests

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {**vars(self), "usd": round(self.usd, 4), "messages": self.messages}


@dataclass
class Tally:
    """Counts by day (UTC) and by alarm."""

    days: dict[str, Counts] = field(default_factory=dict)
    alarms: dict[str, Counts] = field(default_factory=dict)

    def day(self, moment: datetime) -> Counts:
        """Those of the day of a moment."""
        return self.days.setdefault(f"{moment.astimezone(UTC):%Y-%m-%d}", Counts())

    def of_alarm(self, name: str) -> Counts:
        """Those of an alarm."""
        return self.alarms.setdefault(name, Counts())

    @property
    def total(self) -> Counts:
        """Of all days."""
        whole = Counts()
        for counts in self.days.values():
            whole.add(counts)
        return whole
