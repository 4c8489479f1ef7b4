"""The triage function."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from triage.app.read_policy import ReadPolicy
from triage.app.screen import DivertToDigest, Screen
from triage.app.sent_unclaimed import SentUnclaimed
from triage.app.take_log_errors import TakeLogErrors
from triage.app.triage_signal import TriageSignal
from triage.aws.alarm_tags import CloudWatchAlarmTags
from triage.aws.groups import DynamoGroups
from triage.aws.occurrences import DynamoOccurrences
from triage.aws.queue import SqsWorkQueue
from triage.aws.runtime import SystemClock
from triage.aws.telemetry import PowertoolsTelemetry
from triage.settings import TriageSettings, log_level
from triage.wiring.pipeline import admission_of, announce_of, claims_of, digest_of, refires_of
from untrusted import new_nonce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.aws.runtime import LambdaContext


def triage_function(environment: Mapping[str, str]) -> Callable[[Any, LambdaContext], dict[str, str]]:
    """The triage function: one asynchronous event in, a decision out.

    Raises:
        ConfigurationError: a variable is missing or malformed.
    """
    settings = TriageSettings.from_environment(environment)
    telemetry = PowertoolsTelemetry(log_level(environment))
    pipeline = settings.pipeline
    claims = claims_of(pipeline)
    announce = announce_of(pipeline, telemetry)
    use_case = TriageSignal(
        home=pipeline.home,
        claims=claims,
        queue=SqsWorkQueue(pipeline.work_queue_url),
        announce=announce,
        routes=pipeline.routes,
        clock=SystemClock(),
        telemetry=telemetry,
        timing=pipeline.timing,
        refires=refires_of(pipeline, claims, announce, telemetry),
        policies=ReadPolicy(
            CloudWatchAlarmTags() if settings.reads_alarm_tags else None, settings.policy_prefix, telemetry
        ),
        logs=TakeLogErrors(
            DynamoOccurrences(pipeline.table_name),
            telemetry,
            settings.log_errors.rule,
            settings.log_errors.notify_refire,
            settings.own_log_groups,
        ),
        unclaimed=SentUnclaimed(timedelta(seconds=pipeline.window_s)),
        screen=Screen(settings.maintenance_windows, admission_of(pipeline), telemetry),
        divert=DivertToDigest(claims, DynamoGroups(pipeline.table_name), digest_of(pipeline)),
        investigate_states=settings.investigate_states,
        notify_refire=settings.notify_refire,
        rearm_on_ok=settings.rearm_on_ok,
        new_nonce=new_nonce,
    )

    def handle(event: Any, context: LambdaContext) -> dict[str, str]:
        with telemetry.invocation(context):
            return use_case.run(event)

    return handle
