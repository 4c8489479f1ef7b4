"""Investigate: win the claim, let the agent work, deliver the report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.app.heartbeat import Heartbeat
from triage.app.journal import Journal
from triage.app.linked_alarms import LinkedToClaim
from triage.domain.errors import ClaimLost, MalformedEvent, TrackerUnavailable
from triage.domain.report import Origin
from triage.domain.signal import SignalSource
from triage.domain.storm import Refusal, Reservation
from triage.domain.work_item import WorkItem
from untrusted import redact

if TYPE_CHECKING:
    from triage.app.acquire_claim import AcquireClaim
    from triage.app.admission import Admission
    from triage.app.deliver_parcel import DeliverParcel
    from triage.app.deliver_report import DeliverReport
    from triage.app.examine import Examine
    from triage.app.remember import RememberInvestigation
    from triage.app.send_digest import SendDigest
    from triage.domain.budget import Usage
    from triage.domain.claim import Claim
    from triage.domain.claim_timing import ClaimTiming
    from triage.domain.investigation import Investigation
    from triage.ports import (
        Checkpoints,
        ClaimStore,
        Clock,
        Deadline,
        Groups,
        ReceivedMessage,
        Telemetry,
        WorkQueue,
    )

MAX_RECEIVES = 3
"""Receives after which the work queue hands a message to the dead-letter queue (``maxReceiveCount``)."""

_KEPT_IN_TRACKER = (SignalSource.DIGEST, SignalSource.DELIVERY)


class InvestigationFailed(Exception):
    """The attempt failed after the claim was won; the message is on its way back to the queue."""


@dataclass(frozen=True)
class Investigate:
    """The use case of the investigator function."""

    claims: ClaimStore
    groups: Groups
    queue: WorkQueue
    acquire: AcquireClaim
    admission: Admission
    examine: Examine
    deliver: DeliverReport
    remember: RememberInvestigation
    digests: SendDigest
    checkpoints: Checkpoints
    parcels: DeliverParcel
    clock: Clock
    telemetry: Telemetry
    timing: ClaimTiming

    def run(self, message: ReceivedMessage, deadline: Deadline) -> None:
        """Handle one message of the work queue; returning deletes it.

        Raises:
            MalformedEvent: not a work item; it reaches the dead-letter queue, and so people, within seconds.
            InvestigationFailed: to be tried again.
            TrackerUnavailable: to be tried again, and reported without the Tracker at the last receive.
            ClaimLost: another attempt owns the investigation, or the Tracker does not say who does.
            ClaimGone: the Tracker knows nothing of this investigation.
        """
        try:
            item = WorkItem.from_json(_decoded(message.body))
        except MalformedEvent as error:
            self.telemetry.failure("unreadable work item", error)
            self.queue.return_after(message.receipt_handle, 0)
            raise
        try:
            acquired = self.acquire.run(item, message)
        except TrackerUnavailable as error:
            self._without_tracker(item, message, deadline, error)
            return
        if acquired is not None:
            self._run(*acquired, message, deadline)

    def _run(self, item: WorkItem, claim: Claim, message: ReceivedMessage, deadline: Deadline) -> None:
        try:
            with Heartbeat(
                self.claims,
                self.queue,
                self.clock,
                self.telemetry,
                claim,
                message.receipt_handle,
                self.timing,
            ) as heartbeat:
                self._complete(item, claim, deadline, heartbeat)
        except ClaimLost as error:
            # Raised, not returned: returning would delete the message that the new owner depends on.
            self.telemetry.failure("claim lost", error, investigation_id=item.investigation_id)
            raise
        except Exception as error:
            self._give_back(claim, message.receipt_handle, error)
            # The runtime logs what is raised, and an error may repeat what a service was sent.
            what = redact(str(error))
            raise InvestigationFailed(f"{item.investigation_id}, attempt {claim.attempt}: {what}") from error

    def _without_tracker(
        self, item: WorkItem, message: ReceivedMessage, deadline: Deadline, error: TrackerUnavailable
    ) -> None:
        """Wait for the Tracker; at the last receive, tell what a first look says.

        A digest is in the Tracker and nowhere else, and a parcel must not arrive twice; their messages at last
        reach the notice function.
        No model is asked: without the Tracker nobody knows what is being spent, or whether others are at it.
        """
        self.telemetry.count("TrackerUnavailable")
        self.telemetry.failure("Tracker unavailable", error, investigation_id=item.investigation_id)
        if message.receive_count < MAX_RECEIVES or item.signal.source in _KEPT_IN_TRACKER:
            self.queue.return_after(message.receipt_handle, self.timing.tracker_retry_s)
            raise error
        started_at = self.clock.now()
        # Nobody renews anything now: hidden once, for as long as a look and the delivery may take.
        self.queue.return_after(message.receipt_handle, self.timing.visibility_s)
        reason = (
            "the Tracker could not be reached, so that no model was asked, and this report may reach you twice"
        )
        examined = self.examine.without_model(item, deadline, reason)
        investigation = self.examine.concluded(item, message.receive_count, started_at, examined)
        self.deliver.without_claim(investigation, item.tags)

    def _complete(self, item: WorkItem, claim: Claim, deadline: Deadline, heartbeat: Heartbeat) -> None:
        """Investigate and deliver, unless an earlier attempt reached people and failed after that."""
        if item.parcel is not None:
            self.parcels.run(item, item.parcel, claim)
            return
        if self.deliver.finish(claim):
            return
        if item.signal.source is SignalSource.DIGEST:
            self.digests.run(item, claim, deadline, heartbeat.check)
            return
        started_at = self.clock.now()
        admitted = self._admitted(item, claim)
        self.telemetry.record(
            "investigation started",
            fingerprint=item.fingerprint,
            investigation_id=item.investigation_id,
            attempt=claim.attempt,
        )
        linked = LinkedToClaim(self.groups, self.telemetry, claim)
        if isinstance(admitted, Refusal):
            gap = "not taken: the storm guard keeps alarms beyond its limits from being looked at"
            examined = self.examine.not_at_all(item, gap, f"no model was asked: {admitted.reason}")
        else:
            journal = Journal(self.checkpoints, claim, heartbeat.check, self.telemetry)
            examined = self.examine.run(item, deadline, linked, journal)
            self._settle(admitted, examined.outcome.usage.without_turns_of(journal.paid))
        heartbeat.check()
        investigation = self.examine.concluded(item, claim.attempt, started_at, examined, linked.closed())
        key = self.deliver.run(investigation, claim, item.tags, _not_mailed(item, investigation, admitted))
        if not isinstance(admitted, Refusal):
            self.remember.run(investigation, key)

    def _admitted(self, item: WorkItem, claim: Claim) -> Reservation | Refusal:
        """What this attempt may spend: set aside at triage for the first one, now for every other.

        Asking for the first one again is harmless: it is known by its id.
        """
        if claim.attempt == 1 and item.reservation is not None:
            return item.reservation
        return self.admission.admit(item.investigation_id, claim.attempt, self.clock.now())

    def _settle(self, reservation: Reservation, usage: Usage) -> None:
        """What is not given back is missing from the day's budget, which is no reason to lose a report."""
        try:
            self.admission.settle(reservation, usage)
        except Exception as error:
            self.telemetry.failure("spend not settled", error, reservation=reservation.id)

    def _give_back(self, claim: Claim, receipt_handle: str, error: Exception) -> None:
        self.telemetry.count("InvestigationsFailed")
        self.telemetry.failure("investigation failed", error, investigation_id=claim.investigation_id)
        try:
            self.claims.fail(claim)
        finally:
            self.queue.return_after(receipt_handle, self.timing.retry_after_s(claim.attempt))


def _not_mailed(item: WorkItem, investigation: Investigation, admitted: Reservation | Refusal) -> str | None:
    """Why the report joins a digest instead of being mailed; ``None`` when it is mailed.

    A storm must not come as mails either. What code wrote because no model answered has no severity worth the
    name, so no minimum keeps it back.
    """
    if isinstance(admitted, Refusal):
        return admitted.reason
    report, minimum = investigation.report, item.policy.minimum_severity
    if report.origin is Origin.FIRST_LOOK or minimum is None or item.policy.wants_mail(report.severity):
        return None
    return f"its report is below the minimum severity of the alarm's tags ({minimum.value})"


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise MalformedEvent(f"not a work item: {error}") from error
