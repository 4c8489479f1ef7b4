"""Deliver report: archive it, send it where its route leads, and know afterwards what people have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.app.deliver_once import DeliverOnce
from triage.app.dispatch import ROUTED
from triage.app.post import Letterhead
from triage.delivery.archive_keys import folder
from triage.delivery.forms import form_of
from triage.domain.routes import ChannelName, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.app.dispatch import Dispatch
    from triage.delivery.console_links import Links
    from triage.domain.claim import Claim
    from triage.domain.investigation import Investigation
    from triage.domain.message import OutgoingMessage
    from triage.domain.routes import Routes
    from triage.ports import Archive, ClaimStore, Clock, Digest, Telemetry

DIGEST = "digest"
DIGEST_AFTER = timedelta(minutes=15)
"""After its first attempt began, a report that is not told by itself joins the digest of that moment: late enough
that the run is over and the digest still collects, and the same one for every attempt."""


@dataclass(frozen=True)
class DeliverReport:
    """What fails before DONE is tried again; what was sent is not sent again.

    Attributes:
        routes: say which channels a report takes.
        digest: takes the reports that are not told by themselves.
    """

    claims: ClaimStore
    archive: Archive
    dispatch: Dispatch
    routes: Routes
    clock: Clock
    telemetry: Telemetry
    digest: Digest

    def run(
        self,
        investigation: Investigation,
        claim: Claim,
        tags: Mapping[str, str],
        not_mailed: str | None = None,
    ) -> str:
        """Archive and deliver, each step noted in the claim, then DONE.

        Args:
            tags: those of the alarm's that routes ask for.
            not_mailed: why the report joins a digest instead; ``None`` to send it by itself.

        Returns:
            The report's key in the Archive; empty when that failed.

        Raises:
            ClaimLost: another attempt owns the claim.
            DeliveryError: the topic did not accept the message.
        """
        investigation, links, report_key = self._archived(investigation)
        covers = [alarm.fingerprint for alarm in investigation.linked]
        if not_mailed is None:
            self.dispatch.run(
                Letterhead(investigation.id, investigation.signal.name, investigation.signal.occurred_at),
                self._route(investigation, tags),
                lambda name: _rendered(name, investigation, links),
                claim,
                report_key,
                covers,
            )
        else:
            reason = not_mailed
            once = DeliverOnce(self.claims, self.clock, self.telemetry)
            once.run(
                claim, DIGEST, report_key, lambda: self._join(investigation, claim, reason, report_key), covers
            )
        self._delivered(investigation)
        return report_key

    def _route(self, investigation: Investigation, tags: Mapping[str, str]) -> tuple[ChannelName, ...]:
        return self.routes.channels(Occasion(investigation.signal.source, investigation.report.severity, tags))

    def _join(self, investigation: Investigation, claim: Claim, reason: str, report_key: str) -> None:
        """Tell the alarm in a digest, with the report's first sentence and where the rest is."""
        report = investigation.report
        covered = ", ".join(alarm.name for alarm in investigation.linked)
        note = ". ".join(
            part
            for part in (
                f"{report.severity.value}: {report.headline.rstrip('.')}",
                f"Also covers {covered}" if covered else "",
                f"Report: {report_key}" if report_key else "",
            )
            if part
        )
        began_at = claim.started_at or investigation.started_at
        digest = self.digest.current(began_at + DIGEST_AFTER)
        self.digest.join(digest, investigation.signal, reason, self.clock.now(), note)

    def finish(self, claim: Claim) -> bool:
        """Set DONE what an earlier attempt delivered before it failed; whether there was such an attempt."""
        if not claim.delivered & {ChannelName.SNS, DIGEST, ROUTED}:
            return False
        self.claims.finish(claim, claim.report_key or "", self.clock.now())
        return True

    def without_claim(self, investigation: Investigation, tags: Mapping[str, str]) -> None:
        """Archive and deliver without a note: for the times when the Tracker does not take one.

        Raises:
            DeliveryError: the topic did not accept the message.
        """
        investigation, links, _ = self._archived(investigation)
        self.dispatch.without_claim(
            self._route(investigation, tags), lambda name: _rendered(name, investigation, links)
        )
        self._delivered(investigation)

    def _archived(self, investigation: Investigation) -> tuple[Investigation, Links, str]:
        """Archive the report: with its links and key; without both, and saying so, when the Archive fails.

        The message holds the findings. Trying again would cost a second investigation and keep people waiting.
        """
        from triage.delivery.archive_layout import documents  # noqa: PLC0415 - waits for the first report
        from triage.delivery.console_links import links_for  # noqa: PLC0415 - as above

        where = folder(investigation)
        links = links_for(investigation, self.archive.bucket, where, self.archive.region)
        try:
            self.archive.store(where, documents(investigation, links))
        except Exception as error:
            self.telemetry.count("ReportsNotArchived")
            self.telemetry.failure("report not archived", error, investigation_id=investigation.id)
            return replace(investigation, archived=False), replace(links, report=None), ""
        return investigation, links, f"{where}/report.md"

    def _delivered(self, investigation: Investigation) -> None:
        report, usage = investigation.report, investigation.usage
        self.telemetry.count("InvestigationsDone")
        self.telemetry.record(
            "report delivered",
            investigation_id=investigation.id,
            origin=report.origin.value,
            category=report.root_cause.category.value,
            confidence=report.root_cause.confidence.value,
            turns=usage.turns,
            tool_calls=usage.tool_calls,
            tokens=usage.tokens.total,
            linked=len(investigation.linked),
            duration_s=round(investigation.duration_s, 1),
        )


def _rendered(name: ChannelName, investigation: Investigation, links: Links) -> OutgoingMessage:
    return form_of(name).report(investigation, links)
