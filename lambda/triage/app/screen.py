"""Screen: whether a claimed alarm is looked at by itself now, or told in a digest instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.grouping import MAX_LINKED
from triage.domain.maintenance import MaintenanceWindow, open_window
from triage.domain.storm import Refusal, Reservation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from triage.app.admission import Admission
    from triage.domain.claim import Claim
    from triage.domain.signal import Signal
    from triage.ports import ClaimStore, Digest, Groups, Telemetry

REASON_NOT_KNOWN = "a limit or a maintenance window kept it from being investigated"


@dataclass(frozen=True)
class Screen:
    """Maintenance windows and the storm guard, as triage meets them."""

    windows: Sequence[MaintenanceWindow]
    admission: Admission
    telemetry: Telemetry

    def run(
        self, signal: Signal, tags: Mapping[str, str], investigation_id: str, now: datetime
    ) -> Reservation | Refusal | None:
        """Spend set aside for an investigation, or why there is none.

        Returns:
            ``None`` when the Tracker does not say; the investigator then asks again before it starts.
        """
        window = open_window(self.windows, signal.name, tags, now)
        if window is not None:
            return Refusal(f"maintenance window {window.name}")
        try:
            return self.admission.admit(investigation_id, 1, now)
        except Exception as error:
            self.telemetry.failure("spend not reserved", error, investigation_id=investigation_id)
            return None


@dataclass(frozen=True)
class DivertToDigest:
    """Puts a claimed alarm into a digest: noted in the claim first, so that a retry finishes what was begun."""

    claims: ClaimStore
    groups: Groups
    digest: Digest

    def run(self, signal: Signal, claim: Claim, reason: str, now: datetime) -> bool:
        """Tell the signal in a digest, and let the alarm's next transition be investigated.

        Returns:
            ``False`` when another delivery of this event has sent it to an investigator meanwhile.
        """
        what = (claim.fingerprint, claim.investigation_id)
        digest = claim.digest or self.digest.current(now)
        if not self.claims.choose_digest(*what, digest):
            return False
        if claim.group is not None:
            self._disband(claim.group, claim.investigation_id)
        self.digest.join(digest, signal, reason, now)
        self.claims.join_digest(*what, now)
        return True

    def _disband(self, group: str, investigation_id: str) -> None:
        """Nobody is linked to an investigation that does not take place; who was, finds out by itself."""
        for linked in range(MAX_LINKED + 1):
            if self.groups.close(group, investigation_id, linked):
                return
