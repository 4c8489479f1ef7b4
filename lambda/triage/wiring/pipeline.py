"""What triage and investigator put together in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.app.admission import Admission
from triage.app.announce import Announce
from triage.app.join_digest import JoinDigest
from triage.app.post import Post
from triage.app.tell_refire import TellRefire
from triage.aws.claims import DynamoClaimStore
from triage.aws.digests import DynamoDigests
from triage.aws.queue import SqsWorkQueue
from triage.aws.runtime import SystemClock
from triage.aws.spend import DynamoSpend
from triage.aws.topic import SnsChannel
from untrusted import new_nonce

if TYPE_CHECKING:
    from triage.aws.telemetry import PowertoolsTelemetry
    from triage.settings import PipelineSettings


def claims_of(settings: PipelineSettings) -> DynamoClaimStore:
    """The claims of the Tracker."""
    return DynamoClaimStore(settings.table_name, settings.window_s, group_window_s=settings.group_window_s)


def announce_of(settings: PipelineSettings, telemetry: PowertoolsTelemetry) -> Announce:
    """Where notices go."""
    post = Post(SqsWorkQueue(settings.work_queue_url), settings.home)
    return Announce(SnsChannel(settings.sns_topic_arn), post, telemetry)


def refires_of(
    settings: PipelineSettings, claims: DynamoClaimStore, announce: Announce, telemetry: PowertoolsTelemetry
) -> TellRefire:
    """What tells of a signal that comes again."""
    return TellRefire(
        claims=claims,
        announce=announce,
        routes=settings.routes,
        clock=SystemClock(),
        telemetry=telemetry,
        timing=settings.timing,
        bucket=settings.reports_bucket,
        bucket_region=settings.region,
        digest=digest_of(settings),
    )


def admission_of(settings: PipelineSettings) -> Admission:
    """The storm guard."""
    return Admission(DynamoSpend(settings.table_name), settings.storm.limits, settings.budget)


def digest_of(settings: PipelineSettings) -> JoinDigest:
    """What puts signals into the next digest."""
    return JoinDigest(
        store=DynamoDigests(settings.table_name),
        claims=claims_of(settings),
        queue=SqsWorkQueue(settings.work_queue_url),
        interval=settings.storm.digest_interval,
        home=settings.home,
        new_nonce=new_nonce,
    )
