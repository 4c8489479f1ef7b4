"""Counters of the storm guard and entries of digests in dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.domain.digest import Added, DigestEntry, compact
from triage.domain.fingerprint import fingerprint

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.signal import Signal
    from triage.domain.storm import Reservation, StormLimits


@dataclass
class SpendInMemory:
    """The Spend port. ``highest`` is the most that was ever spent or set aside on one day."""

    started: dict[str, set[str]] = field(default_factory=dict)
    reserved: dict[str, set[str]] = field(default_factory=dict)
    micro_usd: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    highest: int = 0

    def count_start(self, hour: str, investigation_id: str, limits: StormLimits) -> bool:
        """Count an investigation in its hour."""
        ids = self.started.setdefault(hour, set())
        if investigation_id not in ids and len(ids) < limits.per_hour:
            ids.add(investigation_id)
        return investigation_id in ids

    def uncount_start(self, hour: str, investigation_id: str) -> None:
        """Take an investigation that did not start out of its hour again."""
        self.started.get(hour, set()).discard(investigation_id)

    def reserve(self, reservation: Reservation, limits: StormLimits) -> bool:
        """Set spend aside before an attempt."""
        ids = self.reserved.setdefault(reservation.day, set())
        usd = self.micro_usd.get(reservation.day, 0) + reservation.micro_usd
        tokens = self.tokens.get(reservation.day, 0) + reservation.tokens
        if reservation.id not in ids and usd <= limits.daily_micro_usd and tokens <= limits.daily_tokens:
            ids.add(reservation.id)
            self.micro_usd[reservation.day], self.tokens[reservation.day] = usd, tokens
            self.highest = max(self.highest, usd)
        return reservation.id in ids

    def give_back(self, reservation: Reservation, micro_usd: int, tokens: int) -> None:
        """End a reservation after the attempt."""
        ids = self.reserved.get(reservation.day, set())
        if reservation.id in ids:
            ids.remove(reservation.id)
            self.micro_usd[reservation.day] -= micro_usd
            self.tokens[reservation.day] -= tokens


@dataclass
class DigestsInMemory:
    """The DigestStore port; entries in the order they joined."""

    open_entries: dict[str, dict[str, DigestEntry]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def add(self, digest: str, signal: Signal, reason: str, note: str, now: datetime) -> Added:  # noqa: ARG002 - port
        """Add a transition to an open digest, once."""
        entries = self.open_entries.setdefault(digest, {})
        found = entries.get(fingerprint(signal))
        if found is not None and signal.occurred_at in found.transitions:
            return Added.ALREADY
        if digest in self.closed:
            return Added.CLOSED
        held = (found.reasons, found.notes, found.transitions) if found else ((), (), ())
        entries[fingerprint(signal)] = DigestEntry(
            compact(signal),
            tuple(sorted({*held[0], reason})),
            tuple(sorted((*held[2], signal.occurred_at))),
            tuple(sorted({*held[1], *([note] if note else [])})),
        )
        return Added.JOINED

    def close(self, digest: str, now: datetime) -> None:  # noqa: ARG002 - port
        """Take no more entries."""
        self.closed.add(digest)

    def entries(self, digest: str) -> tuple[DigestEntry, ...]:
        """Everything that joined."""
        return tuple(self.open_entries.get(digest, {}).values())
