"""The storm guard's ports in memory, with the semantics of the Tracker's conditional writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cli.in_memory.storm import DigestsInMemory, SpendInMemory
from tests.fakes import MemoryClaims, MemoryQueue, RecordedTelemetry
from triage.app.admission import Admission
from triage.app.join_digest import JoinDigest
from triage.app.read_policy import ReadPolicy
from triage.app.screen import DivertToDigest, Screen
from triage.app.take_log_errors import TakeLogErrors
from triage.domain.budget import Budget
from triage.domain.digest import Added
from triage.domain.errors import TagsUnreadable
from triage.domain.home import Home
from triage.domain.maintenance import MaintenanceWindow
from triage.domain.occurrences import Occurrence, OccurrenceRule, since
from triage.domain.signal import Signal
from triage.domain.storm import Reservation, StormLimits


@dataclass
class MemorySpend(SpendInMemory):
    """Counters that can be out of reach."""

    is_down: bool = False

    def count_start(self, hour: str, investigation_id: str, limits: StormLimits) -> bool:
        self._reach()
        return super().count_start(hour, investigation_id, limits)

    def uncount_start(self, hour: str, investigation_id: str) -> None:
        self._reach()
        super().uncount_start(hour, investigation_id)

    def reserve(self, reservation: Reservation, limits: StormLimits) -> bool:
        self._reach()
        return super().reserve(reservation, limits)

    def give_back(self, reservation: Reservation, micro_usd: int, tokens: int) -> None:
        self._reach()
        super().give_back(reservation, micro_usd, tokens)

    def _reach(self) -> None:
        if self.is_down:
            raise ConnectionError("the Tracker is down")


@dataclass
class MemoryDigests(DigestsInMemory):
    """Digests that can be out of reach."""

    is_down: bool = False

    def add(self, digest: str, signal: Signal, reason: str, note: str, now: datetime) -> Added:
        if self.is_down:
            raise ConnectionError("the Tracker is down")
        return super().add(digest, signal, reason, note, now)


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
