"""Send a digest: close it, look once at all its alarms, tell people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.app.post import Letterhead
from triage.delivery.forms import form_of
from triage.domain.digest import DigestReport, grouped
from triage.domain.routes import Occasion

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.app.dispatch import Dispatch
    from triage.app.look_at_alarms import LookAtAlarms
    from triage.delivery.console_links import Link
    from triage.domain.claim import Claim
    from triage.domain.routes import Routes
    from triage.domain.signal import Signal
    from triage.domain.work_item import WorkItem
    from triage.ports import Archive, ClaimStore, Clock, Deadline, DigestStore, Telemetry


@dataclass(frozen=True)
class SendDigest:
    """The second half of an alarm's way through a digest; the claim around it is that of any investigation."""

    store: DigestStore
    look: LookAtAlarms
    claims: ClaimStore
    archive: Archive
    dispatch: Dispatch
    routes: Routes
    clock: Clock
    telemetry: Telemetry

    def run(self, item: WorkItem, claim: Claim, deadline: Deadline, check: Callable[[], None]) -> None:
        """Deliver the digest that the item is about.

        Args:
            check: raises ClaimLost when this attempt no longer owns the claim.

        Raises:
            ClaimLost: another attempt owns the claim.
            DeliveryError: the topic did not accept the message.
        """
        report = self._made(item, deadline)
        check()
        full_list, key = self._archived(report, item.signal)
        if report.entries:
            self.dispatch.run(
                Letterhead(report.id, item.signal.name, item.signal.occurred_at),
                self.routes.channels(Occasion(item.signal.source)),
                lambda name: form_of(name).digest(report, full_list),
                claim,
                key,
            )
        else:
            self.claims.finish(claim, key, self.clock.now())
        self.telemetry.count("DigestsSent")
        self.telemetry.record(
            "digest sent",
            investigation_id=report.id,
            digest=report.digest,
            alarms=len(report.entries),
            transitions=report.count,
            gaps=len(report.now.gaps),
        )

    def _made(self, item: WorkItem, deadline: Deadline) -> DigestReport:
        """Close first, then read: what joined is complete then, also when this is done a second time."""
        digest = item.signal.subject
        self.store.close(digest, self.clock.now())
        entries = self.store.entries(digest)
        seen = self.look.run(entries, item.investigation_id, deadline)
        return DigestReport(item.investigation_id, digest, self.clock.now(), grouped(entries), seen)

    def _archived(self, report: DigestReport, home: Signal) -> tuple[Link | None, str]:
        """Where the whole list is; an Archive that fails keeps nobody from being told."""
        from triage.delivery.digest import documents, folder, full_list_link  # noqa: PLC0415 - most send no digest

        where = folder(report)
        try:
            self.archive.store(where, documents(report))
        except Exception as error:
            self.telemetry.count("ReportsNotArchived")
            self.telemetry.failure("digest not archived", error, investigation_id=report.id)
            return None, ""
        return full_list_link(report, home, self.archive.bucket, self.archive.region), f"{where}/digest.md"
