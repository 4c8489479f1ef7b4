"""Tell refire: an alarm that fired again after its investigation began is counted once and told in short."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.app.post import Letterhead
from triage.domain.refire import Refire
from triage.domain.routes import ChannelName, Occasion

if TYPE_CHECKING:
    from triage.app.announce import Announce
    from triage.domain.claim import Claim
    from triage.domain.claim_timing import ClaimTiming
    from triage.domain.routes import Routes
    from triage.domain.signal import Signal
    from triage.ports import ClaimStore, Clock, Digest, Telemetry

REASON = "fired again after it was investigated"


@dataclass(frozen=True)
class TellRefire:
    """Counts a suppressed transition, then tells it; both are noted, so that a retry does what is missing.

    Attributes:
        bucket, bucket_region: of the Archive, for the link to the report.
        digest: takes the refires that are not told one by one.
    """

    claims: ClaimStore
    announce: Announce
    routes: Routes
    clock: Clock
    telemetry: Telemetry
    timing: ClaimTiming
    bucket: str
    bucket_region: str
    digest: Digest

    def run(self, signal: Signal, existing: Claim, *, is_told: bool) -> bool:
        """Count the transition, and tell people of it unless they do not want to know.

        Returns:
            ``False`` when another delivery of this transition counted it before, and has told it or is at it.

        Raises:
            DeliveryError: the notice was not accepted; the event is tried again.
            ClaimLost: the alarm is claimed for another investigation by now; the event is tried again.
        """
        now = self.clock.now()
        telling_until = now + timedelta(seconds=self.timing.telling_s)
        what = (existing.fingerprint, existing.investigation_id, signal.occurred_at)
        counted, claim = self.claims.count_refire(*what, telling_until)
        if not counted and not self.claims.resume_refire(*what, now, telling_until):
            return False
        if is_told:
            try:
                self._tell(signal, Refire.of(claim, signal.occurred_at))
            except Exception:
                with suppress(Exception):  # the error at hand matters more
                    self.claims.release_refire(*what)
                raise
        self.claims.mark_refire_told(*what)
        return True

    def _tell(self, signal: Signal, refire: Refire) -> None:
        if not refire.is_told_by_itself:
            now = self.clock.now()
            self.digest.join(self.digest.current(now), signal, REASON, now)
            return
        from triage.delivery.console_links import report_link  # noqa: PLC0415 - most instances never tell anybody
        from triage.delivery.notice import fired_again  # noqa: PLC0415 - as above

        link = report_link(signal, refire.claim.report_key, self.bucket, self.bucket_region)
        letterhead = Letterhead(
            f"{refire.claim.investigation_id}-{int(refire.occurred_at.timestamp()):x}",
            f"{signal.name} fired again",
            refire.occurred_at,
        )
        self.announce.run(fired_again(signal, refire, link), self._route(signal, refire.claim), letterhead)
        self.telemetry.count("RefiresTold")

    def _route(self, signal: Signal, claim: Claim) -> tuple[ChannelName, ...]:
        """Where the report went; while there is none, the route of what has no severity."""
        told = tuple(name for name in ChannelName if name in claim.delivered)
        return told or self.routes.channels(Occasion(signal.source))
