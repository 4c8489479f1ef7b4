"""The investigator function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.agent.loop import AgentLoop
from triage.agent.no_model import NoModel
from triage.app.acquire_claim import AcquireClaim
from triage.app.deliver_parcel import DeliverParcel
from triage.app.deliver_report import DeliverReport
from triage.app.dispatch import Dispatch
from triage.app.examine import Examine
from triage.app.interpret_first_look import InterpretFirstLook
from triage.app.investigate import Investigate
from triage.app.look_at_alarms import LookAtAlarms
from triage.app.post import Post
from triage.app.read_context import ReadContext
from triage.app.recall_memory import RecallMemory
from triage.app.remember import RememberInvestigation
from triage.app.send_digest import SendDigest
from triage.app.take_first_look import TakeFirstLook
from triage.aws.account_context import S3AccountContext
from triage.aws.archive import S3Archive
from triage.aws.bedrock import BedrockModel
from triage.aws.checkpoints import S3Checkpoints
from triage.aws.digests import DynamoDigests
from triage.aws.groups import DynamoGroups
from triage.aws.mail import SesChannel
from triage.aws.memory import DynamoMemory
from triage.aws.queue import SqsWorkQueue
from triage.aws.runtime import InvocationDeadline, SystemClock
from triage.aws.secrets import AwsSecrets
from triage.aws.telemetry import PowertoolsTelemetry
from triage.aws.tool_lambda import LambdaToolRunner
from triage.aws.topic import SnsChannel
from triage.delivery.channels.slack import SlackChannel
from triage.domain.routes import ChannelName
from triage.ports import ReceivedMessage
from triage.settings import InvestigatorSettings, log_level
from triage.wiring.pipeline import admission_of, announce_of, claims_of, digest_of, refires_of
from untrusted import new_nonce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.aws.runtime import LambdaContext
    from triage.ports import Channel


def investigator_function(environment: Mapping[str, str]) -> Callable[[Any, LambdaContext], None]:
    """The investigator function: one message of the work queue per invocation.

    Raises:
        ConfigurationError: a variable is missing or malformed.
    """
    settings = InvestigatorSettings.from_environment(environment)
    telemetry = PowertoolsTelemetry(log_level(environment))
    clock = SystemClock()
    pipeline = settings.pipeline
    claims = claims_of(pipeline)
    queue = SqsWorkQueue(pipeline.work_queue_url)
    channels = _channels(settings)
    dispatch = Dispatch(channels, claims, clock, telemetry, Post(queue, pipeline.home))
    archive = S3Archive(pipeline.reports_bucket, pipeline.region)
    tools = LambdaToolRunner(settings.tool_function_name, clock)
    memory = DynamoMemory(pipeline.table_name) if settings.memory_retention else None
    use_case = Investigate(
        claims=claims,
        groups=DynamoGroups(pipeline.table_name),
        queue=queue,
        acquire=AcquireClaim(
            claims=claims,
            queue=queue,
            clock=clock,
            telemetry=telemetry,
            timing=pipeline.timing,
            refires=refires_of(pipeline, claims, announce_of(pipeline, telemetry), telemetry),
        ),
        admission=admission_of(pipeline),
        examine=Examine(
            first_look=TakeFirstLook(
                tools, telemetry, settings.tool_timeout_s, settings.own_resources, settings.takes_first_look
            ),
            interpret=InterpretFirstLook(telemetry),
            context=ReadContext(S3AccountContext(pipeline.reports_bucket, settings.context_key), telemetry),
            recall=RecallMemory(memory, clock, telemetry),
            agent=AgentLoop(
                model=BedrockModel(settings.model_ids, clock) if settings.model_ids else NoModel(),
                tools=tools,
                clock=clock,
                budget=pipeline.budget,
                tool_timeout_s=settings.tool_timeout_s,
                new_nonce=new_nonce,
            ),
            clock=clock,
        ),
        deliver=DeliverReport(
            claims=claims,
            archive=archive,
            dispatch=dispatch,
            routes=pipeline.routes,
            clock=clock,
            telemetry=telemetry,
            digest=digest_of(pipeline),
        ),
        remember=RememberInvestigation(memory, settings.memory_retention, clock, telemetry),
        digests=SendDigest(
            store=DynamoDigests(pipeline.table_name),
            look=LookAtAlarms(tools, clock),
            claims=claims,
            archive=archive,
            dispatch=dispatch,
            routes=pipeline.routes,
            clock=clock,
            telemetry=telemetry,
        ),
        checkpoints=S3Checkpoints(pipeline.reports_bucket),
        parcels=DeliverParcel(channels, claims, queue, clock, telemetry),
        clock=clock,
        telemetry=telemetry,
        timing=pipeline.timing,
    )

    def handle(event: Any, context: LambdaContext) -> None:
        with telemetry.invocation(context):
            for record in event["Records"]:
                use_case.run(_received(record), InvocationDeadline(context))

    return handle


def _channels(settings: InvestigatorSettings) -> dict[ChannelName, Channel]:
    """The topic, and the optional channels that are configured; nothing is connected or read yet."""
    clock = SystemClock()
    channels: dict[ChannelName, Channel] = {ChannelName.SNS: SnsChannel(settings.pipeline.sns_topic_arn)}
    slack, email = settings.slack, settings.email
    if slack:
        channels[ChannelName.SLACK] = SlackChannel(slack.secret_arn, AwsSecrets(clock), clock)
    if email:
        channels[ChannelName.EMAIL] = SesChannel(
            email.sender, email.to, email.region, email.reply_to, email.configuration_set
        )
    return channels


def _received(record: Mapping[str, Any]) -> ReceivedMessage:
    """A record of an SQS event (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS")."""
    return ReceivedMessage(
        record["messageId"],
        record["receiptHandle"],
        record["body"],
        int(record["attributes"]["ApproximateReceiveCount"]),
    )
