"""Puts settings, adapters and use cases together, once per execution environment and function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.agent.loop import AgentLoop
from triage.app.investigate import Investigate
from triage.app.notify_failure import NotifyFailure
from triage.app.triage_signal import TriageSignal
from triage.aws.archive import S3Archive
from triage.aws.bedrock import BedrockModel
from triage.aws.claims import DynamoClaimStore
from triage.aws.queue import SqsWorkQueue
from triage.aws.runtime import InvocationDeadline, SystemClock
from triage.aws.telemetry import PowertoolsTelemetry
from triage.aws.tool_lambda import LambdaToolRunner
from triage.aws.topic import SnsChannel
from triage.ports import ReceivedMessage
from triage.settings import InvestigatorSettings, NoticeSettings, TriageSettings, log_level
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
    use_case = TriageSignal(
        claims=DynamoClaimStore(settings.pipeline.table_name, settings.pipeline.window_s),
        queue=SqsWorkQueue(settings.pipeline.work_queue_url),
        channel=SnsChannel(settings.pipeline.sns_topic_arn),
        clock=SystemClock(),
        telemetry=telemetry,
        investigate_states=settings.investigate_states,
        new_nonce=new_nonce,
    )

    def handle(event: Any, context: LambdaContext) -> dict[str, str]:
        with telemetry.invocation(context):
            return use_case.run(event)

    return handle


def investigator_function(environment: Mapping[str, str]) -> Callable[[Any, LambdaContext], None]:
    """The investigator function: one message of the work queue per invocation.

    Raises:
        ConfigurationError: a variable is missing or malformed.
    """
    settings = InvestigatorSettings.from_environment(environment)
    telemetry = PowertoolsTelemetry(log_level(environment))
    clock = SystemClock()
    use_case = Investigate(
        claims=DynamoClaimStore(settings.pipeline.table_name, settings.pipeline.window_s),
        queue=SqsWorkQueue(settings.pipeline.work_queue_url),
        agent=AgentLoop(
            model=BedrockModel((settings.model_id, *settings.fallback_model_ids), clock),
            tools=LambdaToolRunner(settings.tool_function_name, clock),
            clock=clock,
            budget=settings.budget,
            tool_timeout_s=settings.tool_timeout_s,
            new_nonce=new_nonce,
        ),
        archive=S3Archive(settings.reports_bucket, settings.region),
        channel=SnsChannel(settings.pipeline.sns_topic_arn),
        clock=clock,
        telemetry=telemetry,
    )

    def handle(event: Any, context: LambdaContext) -> None:
        with telemetry.invocation(context):
            for record in event["Records"]:
                message = ReceivedMessage(record["messageId"], record["receiptHandle"], record["body"])
                use_case.run(message, InvocationDeadline(context))

    return handle


def notice_function(environment: Mapping[str, str]) -> Callable[[Any, LambdaContext], None]:
    """The notice function: dead letters in, one short message each out.

    Raises:
        ConfigurationError: a variable is missing or malformed.
    """
    settings = NoticeSettings.from_environment(environment)
    telemetry = PowertoolsTelemetry(log_level(environment))
    use_case = NotifyFailure(
        channel=SnsChannel(settings.sns_topic_arn),
        telemetry=telemetry,
        triage_log_group=settings.triage_log_group,
        investigator_log_group=settings.investigator_log_group,
    )

    def handle(event: Any, context: LambdaContext) -> None:
        with telemetry.invocation(context):
            for record in event["Records"]:
                use_case.run(record["body"])

    return handle
