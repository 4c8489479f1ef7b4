"""Post: give a message for one channel to the work queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.fingerprint import fingerprint
from triage.domain.signal import AlarmState, Signal, SignalSource
from triage.domain.work_item import WorkItem

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.home import Home
    from triage.domain.parcel import Parcel
    from triage.ports import WorkQueue


@dataclass(frozen=True)
class Letterhead:
    """What a message is known by, the same each time it is told.

    Attributes:
        reference: unique for what is told, at most 55 characters of ``[A-Za-z0-9-]``.
        title: what it is, for people.
        at: when that happened.
    """

    reference: str
    title: str
    at: datetime


@dataclass(frozen=True)
class Post:
    """Sends a parcel on its way.

    A delivery is claimed and queued like an alarm, under an id that follows from what is told and where: so it
    shares lease, retries, dead-letter queue and notice with every investigation, and is done once however often it
    is posted. The investigator claims it, since not everyone who posts may write to the Tracker.
    """

    queue: WorkQueue
    home: Home

    def send(self, letterhead: Letterhead, parcel: Parcel, delay_s: float = 0.0) -> None:
        """Queue the parcel; it is delivered after ``delay_s`` at the earliest.

        Raises:
            Exception: the queue did not take it.
        """
        channel = parcel.channel.value
        signal = Signal(
            source=SignalSource.DELIVERY,
            partition=self.home.partition,
            account_id=self.home.account_id,
            region=self.home.region,
            subject=f"{letterhead.reference}/{channel}",
            name=f"{channel} message: {letterhead.title}",
            state=AlarmState.ALARM,
            occurred_at=letterhead.at,
        )
        item = WorkItem(
            fingerprint(signal),
            f"{letterhead.reference}-{channel}",
            signal,
            claimed=False,
            tells_refire=False,
            parcel=parcel,
        )
        self.queue.send(item, delay_s)
