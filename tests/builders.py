"""Builders of domain values for tests: valid and realistic by default, every field open to a keyword."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from triage.domain.briefing import Effort
from triage.domain.budget import TokenUsage, Usage
from triage.domain.chart import Chart, Mark, MarkKind
from triage.domain.evidence import Evidence, EvidenceStatus
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import Investigation
from triage.domain.memory import Feedback, Remembered, Verdict
from triage.domain.report import (
    Action,
    Category,
    Citation,
    Confidence,
    Disposition,
    Finding,
    Impact,
    Origin,
    Report,
    Risk,
    RootCause,
    RuledOut,
    Severity,
    TimelineEntry,
)
from triage.domain.signal import AlarmState, Metric, Signal, SignalSource

FIRED_AT = datetime(2026, 11, 21, 3, 2, 0, tzinfo=UTC)
"""When the alarm of :func:`a_signal` changed state."""


def a_metric(**overrides: Any) -> Metric:
    """The Errors metric of one Lambda function."""
    values: dict[str, Any] = {
        "id": "m1",
        "namespace": "AWS/Lambda",
        "name": "Errors",
        "dimensions": {"FunctionName": "prod-api-handler"},
        "statistic": "Sum",
        "period_s": 60,
    }
    return Metric(**(values | overrides))


def a_signal(**overrides: Any) -> Signal:
    """A metric alarm that went from OK to ALARM.

    Unless given, ``subject`` (the alarm's ARN) follows partition, region, account and name.
    """
    values: dict[str, Any] = {
        "source": SignalSource.CLOUDWATCH_ALARM,
        "partition": "aws",
        "account_id": "123456789012",
        "region": "us-east-2",
        "name": "lambda-high-error-rate",
        "state": AlarmState.ALARM,
        "previous_state": AlarmState.OK,
        "occurred_at": FIRED_AT,
        "reason": (
            "Threshold Crossed: 2 out of the last 2 datapoints [47.0 (21/11/26 03:01:00), "
            "31.0 (21/11/26 03:00:00)] were greater than the threshold (10.0) "
            "(minimum 2 datapoints for OK -> ALARM transition)."
        ),
        "reason_data": {"version": "1.0", "threshold": 10.0, "recentDatapoints": [31.0, 47.0], "period": 60},
        "description": "Triggers when Lambda errors exceed threshold",
        "metrics": (a_metric(),),
    } | overrides
    values.setdefault(
        "subject",
        "arn:{partition}:cloudwatch:{region}:{account_id}:alarm:{name}".format(**values),
    )
    return Signal(**values)


def an_evidence(**overrides: Any) -> Evidence:
    """A successful look into the function's log."""
    values: dict[str, Any] = {
        "id": "E1",
        "purpose": "Errors in the function's log around the alarm",
        "code": (
            'logs = boto3.client("logs")\n'
            "page = logs.filter_log_events(\n"
            '    logGroupName="/aws/lambda/prod-api-handler", filterPattern="AccessDenied"\n'
            ")\n"
            'print(len(page["events"]), page["events"][0]["message"])'
        ),
        "output": (
            "47 An error occurred (AccessDeniedException) when calling the GetItem operation: User: "
            "arn:aws:sts::123456789012:assumed-role/lambda-role/prod-api-handler is not authorized to perform: "
            "dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-2:123456789012:table/UserData"
        ),
        "status": EvidenceStatus.OK,
        "duration_ms": 412.0,
    }
    return Evidence(**(values | overrides))


def a_citation(evidence_id: str = "E1", quote: str = "is not authorized to perform: dynamodb:GetItem") -> Citation:
    """A quote of :func:`an_evidence`."""
    return Citation(evidence_id, quote)


def a_root_cause(**overrides: Any) -> RootCause:
    """A confirmed missing permission."""
    values: dict[str, Any] = {
        "statement": "Role lambda-role of prod-api-handler is not allowed dynamodb:GetItem on table UserData.",
        "category": Category.PERMISSION_DENIED,
        "confidence": Confidence.CONFIRMED,
        "citations": (a_citation(),),
    }
    return RootCause(**(values | overrides))


def an_action(**overrides: Any) -> Action:
    """Add the missing permission."""
    values: dict[str, Any] = {
        "title": "Allow the role to read the table",
        "risk": Risk.LOW,
        "command": (
            "aws iam put-role-policy --role-name lambda-role --policy-name read-user-data \\\n"
            '  --policy-document \'{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
            '"Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:us-east-2:123456789012:table/UserData"}]}\''
        ),
        "minutes": 2,
    }
    return Action(**(values | overrides))


def a_report(**overrides: Any) -> Report:
    """A full report with every section filled."""
    values: dict[str, Any] = {
        "headline": "prod-api-handler fails on every call: its role may not read table UserData",
        "summary": (
            "Every invocation of prod-api-handler since 02:59 UTC ends in AccessDeniedException on "
            "dynamodb:GetItem for table UserData. The inline policy that allowed it was removed at 02:58 UTC. "
            "Add the permission back."
        ),
        "severity": Severity.CRITICAL,
        "disposition": Disposition.INCIDENT,
        "root_cause": a_root_cause(),
        "impact": Impact(
            "All invocations fail; the API answers 500 to every request that reads a user.",
            ("prod-api-handler", "arn:aws:dynamodb:us-east-2:123456789012:table/UserData"),
            citations=(a_citation(),),
        ),
        "timeline": (
            TimelineEntry(
                "2026-11-21T02:58:10Z",
                "DeleteRolePolicy removed policy read-user-data from lambda-role.",
                citations=(a_citation("E2", "DeleteRolePolicy"),),
            ),
            TimelineEntry("2026-11-21T02:59:04Z", "First AccessDeniedException.", citations=(a_citation(),)),
        ),
        "findings": (
            Finding("47 AccessDenied errors in five minutes, all for one table.", citations=(a_citation(),)),
            Finding("Only AWSLambdaBasicExecutionRole is attached.", verified=False),
        ),
        "ruled_out": (
            RuledOut(
                "The table is missing or throttled",
                "It is ACTIVE and on demand.",
                citations=(a_citation("E2", "DeleteRolePolicy"),),
            ),
        ),
        "immediate_actions": (
            an_action(),
            an_action(title="Watch the error rate fall to zero", command=None, minutes=5),
        ),
        "prevention": ("Validate IAM changes against the code's calls before they are deployed.",),
        "monitoring": ("Lower the threshold to 5 errors a minute (now 10).",),
        "open_questions": ("Was the policy removed on purpose?",),
        "gaps": ("CloudTrail events of the last 5 minutes may not have arrived yet.",),
    }
    return Report(**(values | overrides))


def a_mark(minutes: float, kind: MarkKind = MarkKind.CHANGE, label: str = "") -> Mark:
    """Something that happened so many minutes after the alarm of :func:`a_signal`, or before with a minus."""
    return Mark(FIRED_AT + timedelta(minutes=minutes), kind, label)


def a_chart(**overrides: Any) -> Chart:
    """Errors of the function from an hour before the alarm on, none until three minutes before it."""
    values: dict[str, Any] = {
        "title": "AWS/Lambda Errors {FunctionName=prod-api-handler} Sum/60s",
        "unit": "Count",
        "start": FIRED_AT - timedelta(hours=1),
        "step_s": 60,
        "values": (*(0.0,) * 20, None, None, *(0.0,) * 35, 12.0, 31.0, 47.0),
        "reading": "0 → 30 Errors/min at 02:59 UTC, baseline 0, still high",
        "threshold": 10.0,
        "marks": (
            a_mark(-3 - 50 / 60, MarkKind.CHANGE, "DeleteRolePolicy lambda-role by deploy-bot"),
            a_mark(-3, MarkKind.ONSET, ""),
            a_mark(0, MarkKind.ALARM, "OK -> ALARM"),
        ),
    }
    return Chart(**(values | overrides))


def an_investigation(**overrides: Any) -> Investigation:
    """A finished investigation of :func:`a_signal` with two pieces of evidence."""
    values: dict[str, Any] = {
        "id": "20261121T030205Z-0a1b2c3d4e",
        "signal": a_signal(),
        "attempt": 1,
        "started_at": FIRED_AT + timedelta(seconds=5),
        "finished_at": FIRED_AT + timedelta(seconds=76),
        "evidence": (
            an_evidence(),
            an_evidence(
                id="E2",
                purpose="Changes to the role in the hour before the alarm",
                code='print(changes_before(onset, resource="lambda-role"))',
                output="2026-11-21T02:58:10Z DeleteRolePolicy lambda-role read-user-data by deploy-bot",
                duration_ms=1834.0,
            ),
        ),
        "report": a_report(),
        "usage": Usage(
            turns=4,
            tool_calls=2,
            tokens=TokenUsage(
                input_tokens=9_120, output_tokens=1_870, cache_read_tokens=21_400, cache_write_tokens=8_300
            ),
            usd=0.0930,
        ),
        "model_id": "global.anthropic.claude-sonnet-4-6",
        "first_look": Effort(api_calls=38, log_bytes=110_848, seconds=5.3),
    }
    return Investigation(**(values | overrides))


def a_remembered(**overrides: Any) -> Remembered:
    """An earlier investigation of the alarm of :func:`a_signal`, 19 days before."""
    values: dict[str, Any] = {
        "investigation_id": "20261102T030005Z-00aa11bb22",
        "fingerprint": fingerprint(a_signal()),
        "alarm": "lambda-high-error-rate",
        "at": FIRED_AT - timedelta(days=19),
        "headline": "prod-api-handler is denied dynamodb:GetItem",
        "cause": "Role lambda-role of prod-api-handler is not allowed dynamodb:GetItem on table UserData.",
        "category": Category.PERMISSION_DENIED,
        "confidence": Confidence.CONFIRMED,
        "disposition": Disposition.INCIDENT,
        "origin": Origin.MODEL,
        "folder": "reports/2026/11/02/030005Z_lambda-high-error-rate_20261102T030005Z-00aa11bb22",
    }
    return Remembered(**(values | overrides))


def a_feedback(**overrides: Any) -> Feedback:
    """Somebody on call said that the cause was right."""
    values: dict[str, Any] = {
        "verdict": Verdict.RIGHT,
        "by": "arn:aws:iam::123456789012:user/on-call",
        "at": FIRED_AT - timedelta(days=18),
    }
    return Feedback(**(values | overrides))
