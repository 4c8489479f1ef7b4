"""Investigate: win the claim, let the agent work, archive and deliver the report."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from triage.agent.grounding import ground
from triage.agent.report_without_model import report_without_model
from triage.app.heartbeat import LEASE_S, Heartbeat
from triage.delivery.archive_layout import documents, folder
from triage.delivery.console_links import links_for
from triage.delivery.render.text import email
from triage.domain.claim import StartOutcome
from triage.domain.errors import ClaimLost, MalformedEvent
from triage.domain.investigation import Investigation
from triage.domain.work_item import WorkItem

if TYPE_CHECKING:
    from datetime import datetime

    from triage.agent.loop import AgentLoop, Outcome
    from triage.delivery.console_links import Links
    from triage.domain.claim import Claim
    from triage.domain.report import Report
    from triage.ports import (
        Archive,
        Channel,
        ClaimStore,
        Clock,
        Deadline,
        ReceivedMessage,
        Telemetry,
        WorkQueue,
    )

RETRY_AFTER_S = 5.0
# Three receives at this distance outlast a short outage of the Tracker; after that the notice function speaks.
TRACKER_RETRY_S = 30.0
EMAIL = "sns"


class InvestigationFailed(Exception):
    """The attempt failed after the claim was won; the message is on its way back to the queue."""


class ClaimGone(Exception):
    """There is no claim for the message; it reaches the dead-letter queue, and so people."""


class ClaimHeld(Exception):
    """Another attempt is at work; the message waits until its lease is over."""


@dataclass(frozen=True)
class Investigate:
    """The use case of the investigator function."""

    claims: ClaimStore
    queue: WorkQueue
    agent: AgentLoop
    archive: Archive
    channel: Channel
    clock: Clock
    telemetry: Telemetry

    def run(self, message: ReceivedMessage, deadline: Deadline) -> None:
        """Handle one message of the work queue; returning deletes it.

        Raises:
            MalformedEvent: not a work item; it reaches the dead-letter queue, and so people, within seconds.
            InvestigationFailed: to be tried again.
            ClaimLost: another attempt owns the investigation, or the Tracker does not say who does.
            ClaimGone: the Tracker knows nothing of this investigation.
            ClaimHeld: to be looked at again when the lease of the running attempt is over.
        """
        try:
            item = WorkItem.from_json(_decoded(message.body))
        except MalformedEvent as error:
            self.telemetry.failure("unreadable work item", error)
            self.queue.return_after(message.receipt_handle, 0)
            raise
        self._run(item, message, deadline)

    def _run(self, item: WorkItem, message: ReceivedMessage, deadline: Deadline) -> None:
        claim = self._won(item, message)
        if claim is None:
            return
        try:
            with Heartbeat(
                self.claims, self.queue, self.clock, self.telemetry, claim, message.receipt_handle
            ) as heartbeat:
                self._complete(item, claim, deadline, heartbeat)
        except ClaimLost as error:
            # Raised, not returned: returning would delete the message that the new owner depends on.
            self.telemetry.failure("claim lost", error, investigation_id=item.investigation_id)
            raise
        except Exception as error:
            self._give_back(claim, message.receipt_handle, error)
            raise InvestigationFailed(f"{item.investigation_id}, attempt {claim.attempt}: {error}") from error

    def _won(self, item: WorkItem, message: ReceivedMessage) -> Claim | None:
        """The claim, or ``None`` when there is nothing to do for this message."""
        now = self.clock.now()
        try:
            outcome, claim = self.claims.start(
                item.fingerprint, item.investigation_id, message.message_id, now, LEASE_S
            )
        except Exception:
            self.queue.return_after(message.receipt_handle, TRACKER_RETRY_S)
            raise
        if outcome is StartOutcome.STARTED:
            return claim
        self.telemetry.record(f"not started: {outcome.value}", investigation_id=item.investigation_id)
        if outcome is StartOutcome.GONE:
            self.queue.return_after(message.receipt_handle, 0)
            raise ClaimGone(f"{item.investigation_id} has no claim in the Tracker; it was restored or replaced")
        if outcome is StartOutcome.HELD and claim is not None:
            self._wait_for(claim, message.receipt_handle, now)
        return None

    def _complete(self, item: WorkItem, claim: Claim, deadline: Deadline, heartbeat: Heartbeat) -> None:
        """Investigate and deliver, unless an earlier attempt reached people and failed after that."""
        if EMAIL in claim.delivered:
            self.claims.finish(claim, claim.report_key or "", self.clock.now())
            return
        self._deliver(self._investigate(item, claim, deadline), claim, heartbeat)

    def _wait_for(self, claim: Claim, receipt_handle: str, now: datetime) -> None:
        left = (claim.lease_until - now).total_seconds() if claim.lease_until else 0.0
        self.queue.return_after(receipt_handle, max(left, 0.0) + RETRY_AFTER_S)
        raise ClaimHeld(f"{claim.investigation_id} is being investigated by attempt {claim.attempt}")

    def _give_back(self, claim: Claim, receipt_handle: str, error: Exception) -> None:
        self.telemetry.count("InvestigationsFailed")
        self.telemetry.failure("investigation failed", error, investigation_id=claim.investigation_id)
        try:
            self.claims.fail(claim)
        finally:
            self.queue.return_after(receipt_handle, RETRY_AFTER_S)

    def _investigate(self, item: WorkItem, claim: Claim, deadline: Deadline) -> Investigation:
        started_at = self.clock.now()
        self.telemetry.record(
            "investigation started",
            fingerprint=item.fingerprint,
            investigation_id=item.investigation_id,
            attempt=claim.attempt,
        )
        outcome = self.agent.run(item.investigation_id, item.signal, deadline)
        return Investigation(
            id=item.investigation_id,
            signal=item.signal,
            attempt=claim.attempt,
            started_at=started_at,
            finished_at=self.clock.now(),
            evidence=outcome.evidence,
            report=_report_of(item, outcome),
            usage=outcome.usage,
            model_id=outcome.model_id if outcome.report else None,
            stopped_by=outcome.stopped_by,
        )

    def _archived(self, investigation: Investigation) -> tuple[Investigation, Links, str]:
        """Archive the report: with its links and key; without both, and saying so, when the Archive fails.

        The message holds the findings. Trying again would cost a second investigation and keep people waiting.
        """
        where = folder(investigation)
        links = links_for(investigation, self.archive.bucket, where, self.archive.region)
        try:
            self.archive.store(where, documents(investigation, links))
        except Exception as error:
            self.telemetry.count("ReportsNotArchived")
            self.telemetry.failure("report not archived", error, investigation_id=investigation.id)
            return replace(investigation, archived=False), replace(links, report=None), ""
        return investigation, links, f"{where}/report.md"

    def _deliver(self, investigation: Investigation, claim: Claim, heartbeat: Heartbeat) -> None:
        """Archive, mail, then DONE: what fails before DONE is tried again, what was sent is not sent again."""
        heartbeat.check()
        investigation, links, report_key = self._archived(investigation)
        if self.claims.begin_delivery(claim, EMAIL):
            self.channel.send(email(investigation, links))
            self.claims.end_delivery(claim, EMAIL, report_key)
        self.claims.finish(claim, report_key, self.clock.now())
        self.telemetry.count("InvestigationsDone")
        self.telemetry.record(
            "report delivered",
            investigation_id=investigation.id,
            origin=investigation.report.origin.value,
            category=investigation.report.root_cause.category.value,
            confidence=investigation.report.root_cause.confidence.value,
            turns=investigation.usage.turns,
            tool_calls=investigation.usage.tool_calls,
            tokens=investigation.usage.tokens.total,
            duration_s=round(investigation.duration_s, 1),
        )


def _decoded(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise MalformedEvent(f"not a work item: {error}") from error


def _report_of(item: WorkItem, outcome: Outcome) -> Report:
    """The model's report, or one from the evidence alone; both went through the same check."""
    if outcome.report is not None:
        return outcome.report
    reason = outcome.stopped_by or "the model submitted no report"
    return ground(report_without_model(item.signal, outcome.evidence, reason), outcome.evidence).report
