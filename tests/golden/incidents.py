"""The incidents whose rendered reports are kept as golden files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.builders import (
    FIRED_AT,
    a_chart,
    a_citation,
    a_feedback,
    a_mark,
    a_metric,
    a_remembered,
    a_report,
    a_root_cause,
    a_signal,
    an_action,
    an_evidence,
    an_investigation,
)
from triage.agent.earlier import gathered_of, recurrence_of
from triage.agent.evidence_book import EvidenceBook
from triage.domain.briefing import Gathered
from triage.domain.budget import TokenUsage, Usage
from triage.domain.chart import Breach, MarkKind
from triage.domain.evidence import Evidence, EvidenceStatus
from triage.domain.grouping import LinkedAlarm
from triage.domain.investigation import Investigation
from triage.domain.memory import Verdict
from triage.domain.recurrence import Recalled
from triage.domain.report import (
    Category,
    Confidence,
    Disposition,
    Finding,
    Hypothesis,
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


_METRIC = """\
asked: window: 2026-11-21T02:02:00Z/2026-11-21T03:04:00Z
name: RunningTaskCount
reading: 4 → 2 RunningTaskCount at 02:36 UTC, half the baseline, still low
series: from: 2026-11-21T02:02:00Z; step_s: 60; values: 4 4 4 4 4 2 2 2"""
_SERVICE = """\
asked: resource: ecs payments/payout-sender
desired: 4
running: 2
changes:
- at: 2026-11-21T02:31:40Z; when: 4 min before onset; what: deployment started, task definition 41
events:
- (service payout-sender) was unable to place a task because no container instance met all of its requirements. \
The closest matching container-instance has insufficient memory available."""
_OTHER_METRICS = """\
- name: MemoryReservation; reading: 61 % → 97 % MemoryReservation at 02:34 UTC, still high
- name: CPUUtilization; reading: no clear change"""

_LOOKED_AT = (
    ("The alarm and its history", "describe_alarm()", "definition: Threshold: 3; EvaluationPeriods: 3"),
    ("The metric around the breach", "breach()", _METRIC),
    ("The resource and its own fresh changes", "configuration()", _SERVICE),
    (
        "Event sources, dead letters, what it depends on",
        "surroundings()",
        "depends_on:\n- kind: sqs; name: payouts",
    ),
    ("Errors in the logs", "log_errors()", "asked: filter: lines that speak of trouble\ngroups:\n- lines: 0"),
    ("Changes before the onset", "changes_before()", "gap: denied: cloudtrail:LookupEvents"),
    ("Other metrics of the resource", "related_metrics()", _OTHER_METRICS),
    ("Other alarms", "related_alarms()", "none rings"),
    ("AWS Health", "health_events()", "none"),
)


def _first_look_only() -> Investigation:
    """As code writes it when no model answers: a cause by pattern, other explanations, a chart, much evidence."""
    event = EvidenceBook(lambda: "").add_signal(a_signal())
    evidence = tuple(
        Evidence(f"E{number}", purpose, code, output, EvidenceStatus.OK, duration_ms=120.0 * number)
        for number, (purpose, code, output) in enumerate(_LOOKED_AT, 2)
    )
    placed = a_citation("E4", "The closest matching container-instance has insufficient memory available.")
    released = a_citation("E4", "what: deployment started, task definition 41")
    full = a_citation("E8", "61 % → 97 % MemoryReservation at 02:34 UTC, still high")
    reading = a_citation("E3", "4 → 2 RunningTaskCount at 02:36 UTC, half the baseline, still low")
    return an_investigation(
        signal=a_signal(name="payout-sender-tasks-below-desired", metrics=(), reason="2 tasks run, 4 are desired"),
        report=a_report(
            headline="Tasks of payments/payout-sender cannot be placed: no instance has the memory",
            summary="2 of 4 tasks run since 02:36 UTC. ECS finds no instance with enough memory for the others.",
            severity=Severity.HIGH,
            disposition=Disposition.UNKNOWN,
            root_cause=a_root_cause(
                statement="The cluster has no memory left for the tasks of payout-sender.",
                category=Category.CAPACITY,
                confidence=Confidence.LIKELY,
                citations=(placed, full),
            ),
            impact=Impact("payments/payout-sender runs with 2 of 4 tasks.", ("payments/payout-sender",)),
            timeline=(
                TimelineEntry(
                    "2026-11-21T02:31:40Z", "Deployment of task definition 41 started.", citations=(released,)
                ),
                TimelineEntry("2026-11-21T02:36:00Z", "Onset: 4 → 2 running tasks.", citations=(reading,)),
            ),
            findings=(Finding("The metric is still low.", citations=(reading,)),),
            hypotheses=(
                Hypothesis(
                    "Task definition 41 asks for more memory than the one before.",
                    Category.BAD_DEPLOY,
                    speaks_for="the deployment started 4 min before the onset",
                    speaks_against="the two definitions were not compared",
                    citations=(released,),
                ),
                Hypothesis(
                    "Another service of the cluster took the memory.",
                    Category.CAPACITY,
                    speaks_for="memory reservation rose from 61 % to 97 %",
                    citations=(full,),
                ),
            ),
            ruled_out=(),
            immediate_actions=(
                an_action(
                    title="See what ECS says about the tasks it could not place",
                    command="aws ecs describe-services --cluster payments --services payout-sender "
                    "--query 'services[0].events[:5]'",
                    minutes=1,
                ),
            ),
            prevention=(),
            monitoring=(),
            open_questions=(),
            gaps=("Changes before the onset: denied: cloudtrail:LookupEvents.",),
            origin=Origin.FIRST_LOOK,
            origin_note="no configured model answered (ThrottlingException)",
        ),
        evidence=(event, *evidence),
        chart=a_chart(
            title="AWS/ECS RunningTaskCount {ClusterName=payments, ServiceName=payout-sender} Minimum/60s",
            values=(*(4.0,) * 34, *(2.0,) * 26, None, None),
            reading="4 → 2 RunningTaskCount at 02:36 UTC, half the baseline, still low",
            threshold=3.0,
            breach=Breach.BELOW,
            marks=(
                a_mark(-30 - 20 / 60, MarkKind.DEPLOYMENT, "deployment started, task definition 41"),
                a_mark(-26, MarkKind.ONSET),
                a_mark(0, MarkKind.ALARM),
            ),
        ),
        usage=Usage(tool_calls=1),
        model_id=None,
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
        chart=a_chart(
            title="AWS/SQS ApproximateAgeOfOldestMessage {QueueName=orders} Maximum/60s",
            unit="Seconds",
            values=(*(2.0,) * 50, *(60.0 * minute for minute in range(1, 10)), 500.0, 90.0, 2.0, 2.0, 2.0),
            reading="2 s → 540 s at 02:52 UTC, back: 2 s",
            threshold=300.0,
            marks=(a_mark(-10, MarkKind.ONSET), a_mark(0, MarkKind.ALARM)),
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
            hypotheses=(Hypothesis(HOSTILE, Category.UNKNOWN, HOSTILE, HOSTILE, citations=(citation,)),),
            ruled_out=(RuledOut(HOSTILE, HOSTILE),),
            immediate_actions=(an_action(title=HOSTILE, command=f"curl {HOSTILE}"),),
            prevention=(HOSTILE,),
            monitoring=(HOSTILE,),
            open_questions=(HOSTILE,),
            gaps=(HOSTILE,),
        ),
        evidence=(an_evidence(purpose=HOSTILE, code=HOSTILE, output=HOSTILE),),
        chart=a_chart(
            title=HOSTILE,
            unit=HOSTILE,
            reading=HOSTILE,
            marks=tuple(
                a_mark(-4 * number, kind, HOSTILE) for number, kind in enumerate((*MarkKind, *MarkKind) * 2)
            ),
        ),
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


def _seen_before() -> Investigation:
    """The third time in a month; what was found then is evidence, and a person judged it."""
    last = a_remembered(feedback=a_feedback(note="the policy was put back by hand"))
    before = a_remembered(investigation_id="20261028T110005Z-33cc44dd55", at=FIRED_AT - timedelta(days=24))
    other = a_remembered(
        investigation_id="20261115T090005Z-66ee77ff88",
        fingerprint="another",
        alarm="lambda-throttles",
        at=FIRED_AT - timedelta(days=6),
        cause="The account's concurrency was used up by a batch of another team.",
        category=Category.THROTTLED,
        confidence=Confidence.LIKELY,
        origin=Origin.FIRST_LOOK,
        feedback=a_feedback(verdict=Verdict.WRONG, note=HOSTILE),
    )
    recalled = Recalled(2, of_alarm=(last, before), of_resource=(other,))
    book = EvidenceBook(lambda: "")
    book.add_signal(a_signal())
    book.add_gathered(Gathered("Errors in the logs", "log_errors()", an_evidence().output))
    gathered = gathered_of(recalled)
    assert gathered is not None
    remembered = book.add_gathered(gathered)
    return an_investigation(
        report=a_report(
            root_cause=a_root_cause(citations=(a_citation("E2"),)),
            findings=(
                Finding(
                    "An earlier investigation named the same cause.",
                    citations=(a_citation("E3", "cause named then: permission_denied, CONFIRMED"),),
                ),
            ),
            timeline=(),
            ruled_out=(),
        ),
        evidence=book.items,
        recurrence=recurrence_of(recalled, remembered),
    )


INCIDENTS = {
    "permission_removed": an_investigation(),
    "with_chart": an_investigation(chart=a_chart()),
    "event_as_evidence": _permission_removed_with_its_event(),
    "stopped_without_model": _stopped_without_model(),
    "first_look_only": _first_look_only(),
    "composite_in_china": _composite_in_china(),
    "healthy_again_in_govcloud": _healthy_again(),
    "hostile_text": _hostile(),
    "with_linked_alarms": _with_linked_alarms(),
    "seen_before": _seen_before(),
}
