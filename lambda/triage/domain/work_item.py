"""The message between triage and investigator."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from triage.domain.alarm_policy import AlarmPolicy
from triage.domain.claim import Leader
from triage.domain.errors import MalformedEvent
from triage.domain.parcel import Parcel
from triage.domain.signal import Signal
from triage.domain.storm import Reservation

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""Keys may be added under one version, and are written only where they say something: messages cross a deployment
in both directions. A change of meaning raises it."""


@dataclass(frozen=True)
class WorkItem:
    """A signal on its way to an investigator.

    Attributes:
        claimed: ``False`` when the Tracker did not answer at triage; the investigator then claims it.
        tells_refire: for one that is not claimed: whether people are told when it turns out that the alarm was
            investigated before.
        leader: the investigation whose report is expected to cover the signal. The message waits for it, and
            makes sure that the alarm is investigated if that report never comes.
        waited: how many times the message has waited for its leader.
        stands_for: message id of the message that this one replaces, where it is not the first.
        reservation: spend set aside for the first attempt; without one it is reserved when the attempt begins.
        policy: what the alarm's own tags ask for.
        tags: those of the alarm's tags that routes ask for.
        parcel: the message to be delivered, where that is all there is to do.
    """

    fingerprint: str
    investigation_id: str
    signal: Signal
    claimed: bool = True
    tells_refire: bool = True
    leader: Leader | None = None
    waited: int = 0
    stands_for: str | None = None
    reservation: Reservation | None = None
    policy: AlarmPolicy = field(default_factory=AlarmPolicy)
    tags: Mapping[str, str] = field(default_factory=dict)
    parcel: Parcel | None = None

    def waiting_on(self) -> WorkItem:
        """The message that waits for the leader once more."""
        return replace(self, waited=self.waited + 1)

    def to_json(self) -> dict[str, Any]:
        """The JSON object that travels through the work queue."""
        return {
            "version": VERSION,
            "fingerprint": self.fingerprint,
            "investigation_id": self.investigation_id,
            "signal": self.signal.to_json(),
            **self._what_only_some_have(),
        }

    def _what_only_some_have(self) -> dict[str, Any]:
        written = {
            "unclaimed": not self.claimed,
            "quiet_refire": not self.tells_refire,
            "leader": self.leader and dict(vars(self.leader)),
            "waited": self.waited,
            "stands_for": self.stands_for,
            "reservation": self.reservation and self.reservation.to_json(),
            "policy": self.policy.to_json(),
            "tags": dict(self.tags),
            "parcel": self.parcel and self.parcel.to_json(),
        }
        return {key: value for key, value in written.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WorkItem:
        """Read a message written by :meth:`to_json`, of this or an earlier version of the code.

        Raises:
            MalformedEvent: it was written by something else, or by a version this code does not know.
        """
        try:
            if data["version"] != VERSION:
                raise MalformedEvent(f"work item has version {data['version']!r}; this code reads {VERSION}")
            return cls(
                data["fingerprint"],
                data["investigation_id"],
                Signal.from_json(data["signal"]),
                claimed=not data.get("unclaimed", False),
                tells_refire=not data.get("quiet_refire", False),
                leader=Leader(**data["leader"]) if data.get("leader") else None,
                waited=int(data.get("waited", 0)),
                stands_for=data.get("stands_for"),
                reservation=Reservation.from_json(data["reservation"]) if data.get("reservation") else None,
                policy=AlarmPolicy.from_json(data.get("policy") or {}),
                tags=dict(data.get("tags") or {}),
                parcel=Parcel.from_json(data["parcel"]) if data.get("parcel") else None,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedEvent(f"not a work item: {type(error).__name__}: {error}") from error
