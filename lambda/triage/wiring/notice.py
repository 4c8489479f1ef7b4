"""The notice function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.app.announce import Announce
from triage.app.notify_failure import NotifyFailure
from triage.app.post import Post
from triage.aws.queue import SqsWorkQueue
from triage.aws.runtime import SystemClock
from triage.aws.telemetry import PowertoolsTelemetry
from triage.aws.topic import SnsChannel
from triage.settings import NoticeSettings, home_of, log_level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.aws.runtime import LambdaContext


def notice_function(environment: Mapping[str, str]) -> Callable[[Any, LambdaContext], None]:
    """The notice function: dead letters in, one short message each out.

    Raises:
        ConfigurationError: a variable is missing or malformed.
    """
    settings = NoticeSettings.from_environment(environment)
    telemetry = PowertoolsTelemetry(log_level(environment))
    topic = SnsChannel(settings.sns_topic_arn)
    home = home_of(settings.sns_topic_arn)
    post = Post(SqsWorkQueue(settings.work_queue_url), home)
    use_case = NotifyFailure(
        home=home,
        announce=Announce(topic, post, telemetry),
        routes=settings.routes,
        clock=SystemClock(),
        telemetry=telemetry,
        triage_log_group=settings.triage_log_group,
        investigator_log_group=settings.investigator_log_group,
    )

    def handle(event: Any, context: LambdaContext) -> None:
        with telemetry.invocation(context):
            for record in event["Records"]:
                use_case.run(record["body"])

    return handle
