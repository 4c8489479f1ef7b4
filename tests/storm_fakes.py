"""The storm guard's ports in memory, with the semantics of the Tracker's conditional writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.fakes import MemoryClaims, MemoryQueue, RecordedTelemetry
from triage.app.admission import Admission
from triage.app.join_digest import JoinDigest
from triage.app.read_policy import ReadPolicy
from triage.app.screen import DivertToDigest, Screen
from triage.app.take_log_errors import TakeLogErrors
from triage.domain.budget import Budget
from triage.domain.digest import Added, DigestEntry, compact
from triage.domain.errors import TagsUnreadable
from triage.domain.fingerprint import fingerprint
from triage.domain.home import Home
from triage.domain.maintenance import MaintenanceWindow
from triage.domain.occurrences import Occurrence, OccurrenceRule, since
from triage.domain.signal import Signal
from triage.domain.storm import Reservation, StormLimits


@dataclass
class MemorySpend:
    """Counters in dictionaries. ``highest`` is the most that was ever spent or set aside on one day."""

    started: dict[str, set[str]] = field(default_factory=dict)
    reserved: dict[str, set[str]] = field(default_factory=dict)
    micro_usd: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    highest: int = 0
    is_down: bool = False

    def count_start(self, hour: str, investigation_id: str, limits: StormLimits) -> bool:
        self._reach()
        ids = self.started.setdefault(hour, set())
        if investigation_id not in ids and len(ids) < limits.per_hour:
            ids.add(investigation_id)
        return investigation_id in ids

    def uncount_start(self, hour: str, investigation_id: str) -> None:
        self._reach()
        self.started.get(hour, set()).discard(investigation_id)

    def reserve(self, reservation: Reservation, limits: StormLimits) -> bool:
        self._reach()
        ids = self.reserved.setdefault(reservation.day, set())
        usd = self.micro_usd.get(reservation.day, 0) + reservation.micro_usd
        tokens = self.tokens.get(reservation.day, 0) + reservation.tokens
        if reservation.id not in ids and usd <= limits.daily_micro_usd and tokens <= limits.daily_tokens:
            ids.add(reservation.id)
            self.micro_usd[reservation.day], self.tokens[reservation.day] = usd, tokens
            self.highest = max(self.highest, usd)
        return reservation.id in ids

    def give_back(self, reservation: Reservation, micro_usd: int, tokens: int) -> None:
        self._reach()
        ids = self.reserved.get(reservation.day, set())
        if reservation.id in ids:
            ids.remove(reservation.id)
            self.micro_usd[reservation.day] -= micro_usd
            self.tokens[reservation.day] -= tokens

    def _reach(self) -> None:
        if self.is_down:
            raise ConnectionError("the Tracker is down")


@dataclass
class MemoryDigests:
    """Entries of digests, in the order they joined."""

    open_entries: dict[str, dict[str, DigestEntry]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    is_down: bool = False

    def add(self, digest: str, signal: Signal, reason: str, note: str, now: datetime) -> Added:
        if self.is_down:
            raise ConnectionError("the Tracker is down")
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

    def close(self, digest: str, now: datetime) -> None:
        self.closed.add(digest)

    def entries(self, digest: str) -> tuple[DigestEntry, ...]:
        return tuple(self.open_entries.get(digest, {}).values())


@dataclass
class MemoryTags:
    """Tags of alarms by name; nobody may read them while ``is_down``."""

    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    is_down: bool = False
    asked: int = 0

    def of(self, signal: Signal) -> Mapping[str, str]:
        self.asked += 1
        if self.is_down:
            raise TagsUnreadable("CloudWatch does not answer")
        return self.tags.get(signal.name, {})


@dataclass
class MemoryOccurrences:
    """Occurrences in a dictionary, without a bound."""

    seen: dict[str, set[Occurrence]] = field(default_factory=dict)
    is_down: bool = False

    def add(
        self, fingerprint: str, occurrence: Occurrence, from_: datetime, least: int, now: datetime
    ) -> tuple[Occurrence, ...]:
        if self.is_down:
            raise ConnectionError("the Tracker is down")
        seen = self.seen.setdefault(fingerprint, set())
        seen.add(occurrence)
        return since(seen, from_)


@dataclass
class Guard:
    """The storm guard and everything around it, over ports in memory."""

    claims: MemoryClaims
    queue: MemoryQueue
    telemetry: RecordedTelemetry
    per_hour: int = 20
    usd: float = 20.0
    budget: Budget = field(default_factory=Budget)
    windows: list[MaintenanceWindow] = field(default_factory=list)
    spend: MemorySpend = field(default_factory=MemorySpend)
    digests: MemoryDigests = field(default_factory=MemoryDigests)
    tags: MemoryTags = field(default_factory=MemoryTags)
    occurrences: MemoryOccurrences = field(default_factory=MemoryOccurrences)
    rule: OccurrenceRule = field(default_factory=OccurrenceRule)
    notify_log_refire: bool = False
    own_groups: frozenset[str] = frozenset()

    @property
    def logs(self) -> TakeLogErrors:
        return TakeLogErrors(self.occurrences, self.telemetry, self.rule, self.notify_log_refire, self.own_groups)

    @property
    def admission(self) -> Admission:
        return Admission(self.spend, StormLimits.of(self.per_hour, self.usd, None, self.budget), self.budget)

    @property
    def join(self) -> JoinDigest:
        home = Home("aws", "123456789012", "us-east-2")
        interval = timedelta(minutes=15)
        return JoinDigest(self.digests, self.claims, self.queue, interval, home, lambda: "0123456789abcdef")

    @property
    def screen(self) -> Screen:
        return Screen(self.windows, self.admission, self.telemetry)

    @property
    def divert(self) -> DivertToDigest:
        return DivertToDigest(self.claims, self.claims.groups, self.join)

    @property
    def policies(self) -> ReadPolicy:
        return ReadPolicy(self.tags, "alarm-triage:", self.telemetry)
