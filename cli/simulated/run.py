"""What the module would have done: events in, decisions, reports, notices and digests out.

Intake, claims, groups, storm guard and digests are those of the product, in memory. Only what takes time there is
played: an investigation lasts as long as assumed and uses the tokens assumed, a message waits as long as it was
told to, and so many investigations run at a time.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from cli.simulated.tally import Tally
from triage.app.linked_alarms import LinkedToClaim
from triage.domain.claim import TriageDecision
from triage.domain.errors import ClaimLost
from triage.domain.routes import ChannelName
from triage.domain.signal import SignalSource
from triage.domain.storm import Refusal, Reservation
from triage.domain.work_item import WorkItem
from triage.ports import ReceivedMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cli.local_pipeline import LocalPipeline
    from cli.simulated.clock import SimulatedClock
    from triage.domain.budget import Usage
    from triage.domain.claim import Claim


@dataclass(frozen=True)
class Assumed:
    """What is assumed of every investigation.

    Attributes:
        duration: from its start to its report.
        usage: what it spends.
        concurrency: how many run at a time (``max_concurrent_investigations``).
    """

    duration: timedelta
    usage: Usage
    concurrency: int = 5


@dataclass(frozen=True)
class Happened:
    """An event, and when it happened; ``rings`` when the alarm went into ALARM."""

    at: datetime
    event: dict[str, Any]
    alarm_name: str
    rings: bool


@dataclass
class Simulation:
    """One run over a pipeline whose clock is the simulation's."""

    pipeline: LocalPipeline
    clock: SimulatedClock
    assumed: Assumed
    tally: Tally = field(default_factory=Tally)
    _later: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _order: itertools.count[int] = field(default_factory=itertools.count)
    _waiting: deque[WorkItem] = field(default_factory=deque)
    _running: int = 0

    def run(self, events: Iterable[Happened]) -> Tally:
        """Play the events, oldest first, and everything they lead to."""
        triage = self.pipeline.triage()
        for happened in events:
            self._play_until(happened.at)
            self.clock.advance_to(happened.at)
            told = len(self.pipeline.outbox.messages)
            decided = triage.run(happened.event)
            notices = len(self.pipeline.outbox.messages) - told
            day = self.tally.day(happened.at)
            day.notices += notices
            if happened.rings:
                day.rang(TriageDecision(decided["decision"]))
                self.tally.of_alarm(happened.alarm_name).rang(TriageDecision(decided["decision"]))
            self._collect()
        self._play_until(None)
        return self.tally

    def _play_until(self, moment: datetime | None) -> None:
        while self._later and (moment is None or self._later[0][0] <= moment):
            at, _, action = heapq.heappop(self._later)
            self.clock.advance_to(at)
            action()
            self._collect()

    def _collect(self) -> None:
        """Messages that were sent meanwhile arrive after the delay they were sent with."""
        queue = self.pipeline.queue.waiting
        while queue:
            body, delay_s = queue.popleft()
            item = WorkItem.from_json(json.loads(body))
            self._after(timedelta(seconds=delay_s), partial(self._arrived, item))

    def _after(self, delay: timedelta, action: Callable[[], None]) -> None:
        heapq.heappush(self._later, (self.clock.now() + delay, next(self._order), action))

    def _arrived(self, item: WorkItem) -> None:
        if self._running >= self.assumed.concurrency and item.signal.source is not SignalSource.DIGEST:
            self._waiting.append(item)
            return
        message = ReceivedMessage(f"message-{next(self._order)}", "receipt", "")
        acquired = self.pipeline.acquire().run(item, message)
        if acquired is None:
            return
        item, claim = acquired
        if item.signal.source is SignalSource.DIGEST:
            self._tell_digest(item, claim)
        elif item.signal.source is SignalSource.CLOUDWATCH_ALARM:
            self._begin(item, claim)

    def _begin(self, item: WorkItem, claim: Claim) -> None:
        admission, now = self.pipeline.admission(), self.clock.now()
        reservation = item.reservation or admission.admit(item.investigation_id, claim.attempt, now)
        if isinstance(reservation, Refusal):
            self.tally.day(now).refused += 1
            self._deliver(claim, ())
            return
        self._running += 1
        self._beat(claim, now + self.assumed.duration)
        self._after(self.assumed.duration, lambda: self._end(item, claim, reservation))

    def _beat(self, claim: Claim, until: datetime) -> None:
        """The heartbeat of a run: its lease is renewed as long as it lasts."""
        interval = timedelta(seconds=self.pipeline.timing.heartbeat_s)
        if self.clock.now() + interval >= until:
            return

        def beat() -> None:
            try:
                self.pipeline.claims.renew(claim, self.clock.now(), self.pipeline.timing.lease_s)
            except ClaimLost:
                return
            self._beat(claim, until)

        self._after(interval, beat)

    def _end(self, item: WorkItem, claim: Claim, reservation: Reservation) -> None:
        self._running -= 1
        linked = LinkedToClaim(self.pipeline.claims.groups, self.pipeline.telemetry, claim).closed()
        self.pipeline.admission().settle(reservation, self.assumed.usage)
        day = self.tally.day(self.clock.now())
        day.investigations += 1
        day.usd += self.assumed.usage.usd
        alarm = self.tally.of_alarm(item.signal.name)
        alarm.investigations += 1
        alarm.usd += self.assumed.usage.usd
        self._deliver(claim, [one.fingerprint for one in linked])
        if self._waiting:
            self._arrived(self._waiting.popleft())

    def _deliver(self, claim: Claim, covers: Iterable[str]) -> None:
        key = f"reports/{claim.investigation_id}/report.md"
        if self.pipeline.claims.begin_delivery(claim, ChannelName.SNS):
            self.pipeline.claims.end_delivery(claim, ChannelName.SNS, key, covers)
        self.pipeline.claims.finish(claim, key, self.clock.now())

    def _tell_digest(self, item: WorkItem, claim: Claim) -> None:
        digest = item.signal.subject
        self.pipeline.digests.close(digest, self.clock.now())
        day = self.tally.day(self.clock.now())
        day.digests += 1
        self._deliver(claim, ())
