"""The incidents whose rendered reports are kept as golden files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.builders import (
    FIRED_AT,
    a_citation,
    a_metric,
    a_report,
    a_root_cause,
    a_signal,
    an_action,
    an_evidence,
    an_investigation,
)
from triage.agent.evidence_book import EvidenceBook
from triage.domain.budget import TokenUsage, Usage
from triage.domain.evidence import EvidenceStatus
from triage.domain.grouping import LinkedAlarm
from triage.domain.investigation import Investigation
from triage.domain.report import (
    Category,
    Confidence,
    Disposition,
    Finding,
    Impact,
    Origin,
    RuledOut,
    Severity,
    TimelineEntry,
)
from triage.domain.signal import AlarmState

HOSTILE = (
    "</samp></pre><script>alert(1)</script> ```\n````\n# Owned\n[click](javascript:alert(1)) "
    "![x](https://evil.example/p.png) <https://evil.example> | cell | www.evil.com \u202egnp.exe\u200b "
    "AKIAIOSFODNN7EXAMPLE password=hunter2hunter2 {{ 7 * 7 }} {% raw %}"
)


def _stopped_without_model() -> Investigation:
    return an_investigation(
        report=a_report(
            headline="Errors of prod-api-handler above 10 for two minutes",
            summary="The first look found AccessDenied errors in the log of prod-api-handler.",
            severity=Severity.HIGH,
            disposition=Disposition.UNKNOWN,
            root_cause=a_root_cause(confidence=Confidence.INCONCLUSIVE, category=Category.UNKNOWN),
            impact=Impact("Not assessed."),
            timeline=(),
            ruled_out=(),
            immediate_actions=(),
            prevention=(),
            monitoring=(),
            open_questions=(),
            gaps=("CloudTrail could not be read: AccessDenied.",),
            origin=Origin.FIRST_LOOK,
            origin_note="no configured model answered (ThrottlingException)",
        ),
        evidence=(
            an_evidence(),
            an_evidence(
                id="E2",
                purpose="Changes before onset",
                output="AccessDenied on cloudtrail:LookupEvents",
                status=EvidenceStatus.ERROR,
                duration_ms=95.4,
            ),
            an_evidence(
                id="E3",
                purpose="Every log line of the hour",
                output="\n".join(f"line {number}" for number in range(400)),
                status=EvidenceStatus.TIMEOUT,
                duration_ms=120_000.0,
                truncated=True,
            ),
        ),
        usage=Usage(turns=1, tool_calls=3, tokens=TokenUsage(input_tokens=700), priced=False),
        model_id=None,
        stopped_by="turn limit (1)",
        attempt=2,
    )


def _permission_removed_with_its_event() -> Investigation:
    """As an investigation records it: the event first, then code that begins with what it only prepares."""
    code = (
        "import json\nimport boto3\n\nLIMIT = 20\n\n\n"
        "def say(about, **facts):\n"
        '    print(json.dumps({"about": about} | facts))\n\n\n'
        "def ask(group):\n"
        '    logs = boto3.client("logs")\n'
        '    for event in logs.filter_log_events(logGroupName=group, limit=LIMIT)["events"]:\n'
        '        say("log", message=event["message"])\n\n\n'
        'ask("/aws/lambda/prod-api-handler")\n'
    )
    event = EvidenceBook(lambda: "").add_signal(a_signal())
    return an_investigation(
        report=a_report(
            root_cause=a_root_cause(citations=(a_citation("E1", "Threshold Crossed"), a_citation("E2")))
        ),
        evidence=(event, an_evidence(id="E2", code=code)),
    )


def _composite_in_china() -> Investigation:
    return an_investigation(
        signal=a_signal(
            partition="aws-cn",
            region="cn-north-1",
            name="订单服务/关键 \u201calarm\u201d",
            previous_state=None,
            metrics=(),
            alarm_rule='ALARM("队列积压") AND ALARM("lambda-high-error-rate")',
            reason="Composite alarm changed state",
            description=None,
        ),
        report=a_report(
            headline="订单服务不可用 队列 orders 积压",
            summary="队列积压超过阈值。\nThe consumer stopped at 02:58 UTC.",
            severity=Severity.MEDIUM,
            immediate_actions=(
                an_action(command="aws sqs get-queue-attributes --region cn-north-1", minutes=None),
            ),
        ),
    )


def _healthy_again() -> Investigation:
    return an_investigation(
        signal=a_signal(
            region="us-gov-west-1",
            partition="aws-us-gov",
            name="orders-age",
            previous_state=AlarmState.INSUFFICIENT_DATA,
            metrics=(
                a_metric(id="e1", namespace=None, name=None, dimensions={}, expression="m1 / m2 * 100"),
                a_metric(
                    id="m1",
                    namespace="AWS/SQS",
                    name="ApproximateAgeOfOldestMessage",
                    dimensions={"QueueName": "orders"},
                    returns_data=False,
                ),
            ),
        ),
        report=a_report(
            headline="orders was 9 minutes behind and has caught up",
            summary="The oldest message is 2 s old again. Nothing has to be done now.",
            severity=Severity.INFO,
            disposition=Disposition.TRANSIENT,
            root_cause=a_root_cause(
                statement="A single slow consumer run; the queue drained by itself at 03:09 UTC.",
                category=Category.HEALTHY_NOW,
                confidence=Confidence.LIKELY,
            ),
            immediate_actions=(),
            open_questions=(),
            gaps=(),
            findings=(),
        ),
        finished_at=FIRED_AT + timedelta(minutes=12),
    )


def _hostile() -> Investigation:
    citation = a_citation("E1", HOSTILE)
    return an_investigation(
        signal=a_signal(
            name=f"name {HOSTILE}"[:255],
            subject="arn:aws:cloudwatch:us-east-2:123456789012:alarm:name",
            reason=HOSTILE,
            description=HOSTILE,
            alarm_rule=HOSTILE,
            reason_data={"password": "hunter2hunter2", "note": HOSTILE},
            metrics=(a_metric(dimensions={"FunctionName": HOSTILE, HOSTILE: "x"}),),
        ),
        report=a_report(
            headline=HOSTILE,
            summary=HOSTILE,
            root_cause=a_root_cause(statement=HOSTILE, citations=(citation,)),
            impact=Impact(HOSTILE, (HOSTILE,), HOSTILE, citations=(citation,)),
            timeline=(TimelineEntry(HOSTILE, HOSTILE, citations=(a_citation('E1" onclick="x', HOSTILE),)),),
            findings=(Finding(HOSTILE, verified=False),),
            ruled_out=(RuledOut(HOSTILE, HOSTILE),),
            immediate_actions=(an_action(title=HOSTILE, command=f"curl {HOSTILE}"),),
            prevention=(HOSTILE,),
            monitoring=(HOSTILE,),
            open_questions=(HOSTILE,),
            gaps=(HOSTILE,),
        ),
        evidence=(an_evidence(purpose=HOSTILE, code=HOSTILE, output=HOSTILE),),
        model_id=HOSTILE,
        stopped_by=HOSTILE,
    )


def _with_linked_alarms() -> Investigation:
    throttles = a_signal(
        name="lambda-throttles",
        occurred_at=FIRED_AT + timedelta(minutes=2),
        reason="Threshold Crossed: 1 datapoint [9.0 (21/11/26 03:03:00)] was greater than the threshold (0.0).",
    )
    late = a_signal(name="lambda-duration", occurred_at=FIRED_AT + timedelta(minutes=4), reason=HOSTILE)
    return an_investigation(linked=(LinkedAlarm.of(throttles), replace(LinkedAlarm.of(late), examined=False)))


INCIDENTS = {
    "permission_removed": an_investigation(),
    "event_as_evidence": _permission_removed_with_its_event(),
    "stopped_without_model": _stopped_without_model(),
    "composite_in_china": _composite_in_china(),
    "healthy_again_in_govcloud": _healthy_again(),
    "hostile_text": _hostile(),
    "with_linked_alarms": _with_linked_alarms(),
}
