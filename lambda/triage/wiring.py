"""Puts settings, adapters and use cases together, once per execution environment and function."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from triage.agent.loop import AgentLoop
from triage.agent.no_model import NoModel
from triage.app.acquire_claim import AcquireClaim
from triage.app.admission import Admission
from triage.app.announce import Announce
from triage.app.deliver_parcel import DeliverParcel
from triage.app.deliver_report import DeliverReport
from triage.app.dispatch import Dispatch
from triage.app.interpret_first_look import InterpretFirstLook
from triage.app.investigate import Investigate
from triage.app.join_digest import JoinDigest
from triage.app.look_at_alarms import LookAtAlarms
from triage.app.notify_failure import NotifyFailure
from triage.app.post import Post
from triage.app.read_context import ReadContext
from triage.app.read_policy import ReadPolicy
from triage.app.recall_memory import RecallMemory
from triage.app.remember import RememberInvestigation
from triage.app.screen import DivertToDigest, Screen
from triage.app.send_digest import SendDigest
from triage.app.sent_unclaimed import SentUnclaimed
from triage.app.take_first_look import TakeFirstLook
from triage.app.take_log_errors import TakeLogErrors
from triage.app.tell_refire import TellRefire
from triage.app.triage_signal import TriageSignal
from triage.aws.account_context import S3AccountContext
from triage.aws.alarm_tags import CloudWatchAlarmTags
from triage.aws.archive import S3Archive
from triage.aws.bedrock import BedrockModel
from triage.aws.checkpoints import S3Checkpoints
from triage.aws.claims import DynamoClaimStore
from triage.aws.digests import DynamoDigests
from triage.aws.groups import DynamoGroups
from triage.aws.mail import SesChannel
from triage.aws.memory import DynamoMemory
from triage.aws.occurrences import DynamoOccurrences
from triage.aws.queue import SqsWorkQueue
from triage.aws.runtime import InvocationDeadline, SystemClock
from triage.aws.secrets import AwsSecrets
from triage.aws.spend import DynamoSpend
from triage.aws.telemetry import PowertoolsTelemetry
from triage.aws.tool_lambda import LambdaToolRunner
from triage.aws.topic import SnsChannel
from triage.delivery.channels.slack import SlackChannel
from triage.domain.routes import ChannelName
from triage.ports import ReceivedMessage
from triage.settings import InvestigatorSettings, NoticeSettings, TriageSettings, home_of, log_level
from untrusted import new_nonce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.aws.runtime import LambdaContext
    from triage.ports import Channel
    from triage.settings import PipelineSettings


def triage_function(environment: Mapping[str, str]) -> Callable[[Any, LambdaContext], dict[str, str]]:
    """The triage function: one asynchronous event in, a decision out.

    Raises:
        ConfigurationError: a variable is missing or malformed.
    """
    settings = TriageSettings.from_environment(environment)
    telemetry = PowertoolsTelemetry(log_level(environment))
    pipeline = settings.pipeline
    claims = _claims(pipeline)
    announce = _announce(pipeline, telemetry)
    use_case = TriageSignal(
        home=pipeline.home,
        claims=claims,
        queue=SqsWorkQueue(pipeline.work_queue_url),
        announce=announce,
        routes=pipeline.routes,
        clock=SystemClock(),
        telemetry=telemetry,
        timing=pipeline.timing,
        refires=_refires(pipeline, claims, announce, telemetry),
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
        screen=Screen(settings.maintenance_windows, _admission(pipeline), telemetry),
        divert=DivertToDigest(claims, DynamoGroups(pipeline.table_name), _digest(pipeline)),
        investigate_states=settings.investigate_states,
        notify_refire=settings.notify_refire,
        rearm_on_ok=settings.rearm_on_ok,
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
    pipeline = settings.pipeline
    claims = _claims(pipeline)
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
            refires=_refires(pipeline, claims, _announce(pipeline, telemetry), telemetry),
        ),
        admission=_admission(pipeline),
        first_look=TakeFirstLook(
            tools, telemetry, settings.tool_timeout_s, settings.own_resources, settings.takes_first_look
        ),
        interpret=InterpretFirstLook(telemetry),
        recall=RecallMemory(memory, clock, telemetry),
        context=ReadContext(S3AccountContext(pipeline.reports_bucket, settings.context_key), telemetry),
        agent=AgentLoop(
            model=BedrockModel(settings.model_ids, clock) if settings.model_ids else NoModel(),
            tools=tools,
            clock=clock,
            budget=pipeline.budget,
            tool_timeout_s=settings.tool_timeout_s,
            new_nonce=new_nonce,
        ),
        deliver=DeliverReport(
            claims=claims,
            archive=archive,
            dispatch=dispatch,
            routes=pipeline.routes,
            clock=clock,
            telemetry=telemetry,
            digest=_digest(pipeline),
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


def _claims(settings: PipelineSettings) -> DynamoClaimStore:
    return DynamoClaimStore(settings.table_name, settings.window_s, group_window_s=settings.group_window_s)


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


def _announce(settings: PipelineSettings, telemetry: PowertoolsTelemetry) -> Announce:
    post = Post(SqsWorkQueue(settings.work_queue_url), settings.home)
    return Announce(SnsChannel(settings.sns_topic_arn), post, telemetry)


def _refires(
    settings: PipelineSettings, claims: DynamoClaimStore, announce: Announce, telemetry: PowertoolsTelemetry
) -> TellRefire:
    return TellRefire(
        claims=claims,
        announce=announce,
        routes=settings.routes,
        clock=SystemClock(),
        telemetry=telemetry,
        timing=settings.timing,
        bucket=settings.reports_bucket,
        bucket_region=settings.region,
        digest=_digest(settings),
    )


def _admission(settings: PipelineSettings) -> Admission:
    return Admission(DynamoSpend(settings.table_name), settings.storm.limits, settings.budget)


def _digest(settings: PipelineSettings) -> JoinDigest:
    return JoinDigest(
        store=DynamoDigests(settings.table_name),
        claims=_claims(settings),
        queue=SqsWorkQueue(settings.work_queue_url),
        interval=settings.storm.digest_interval,
        home=settings.home,
        new_nonce=new_nonce,
    )


def _received(record: Mapping[str, Any]) -> ReceivedMessage:
    """A record of an SQS event (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS")."""
    return ReceivedMessage(
        record["messageId"],
        record["receiptHandle"],
        record["body"],
        int(record["attributes"]["ApproximateReceiveCount"]),
    )
