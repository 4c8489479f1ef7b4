"""Alarm to e-mail: the module applied by Terraform, its packages in the real runtime client, IAM enforced."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.process import CHECKOUT
from tests.waiting import eventually

if TYPE_CHECKING:
    from local_aws.incident import Delivered
    from tests.e2e.conftest import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]

CAUSES = {
    "permission": ("permission_denied", "dynamodb:GetItem"),
    "timeout": ("timeout", "time limit"),
    "memory": ("out_of_memory", "memory"),
}


def archived_report(deployment: Deployment, delivered: Delivered) -> dict[str, Any]:
    """The report.json beside the page that the mail names."""
    assert deployment.demo is not None
    assert delivered.html_report is not None
    key = delivered.html_report.relative_to(deployment.running.state).with_name("report.json")
    answer = deployment.client("s3").get_object(Bucket=deployment.demo.reports_bucket, Key=str(key))
    loaded: dict[str, Any] = json.load(answer["Body"])
    return loaded


@pytest.mark.parametrize("fault", sorted(CAUSES) if os.environ.get("E2E") == "full" else ["permission", "timeout"])
def test_the_report_follows_the_fault_the_names_and_the_place(deployment: Deployment, fault: str) -> None:
    delivered = deployment.incident(fault)

    category, words = CAUSES[fault]
    report = archived_report(deployment, delivered)["report"]
    assert report["root_cause"]["category"] == category, report["root_cause"]
    assert report["root_cause"]["confidence"] == "CONFIRMED"
    assert words in report["root_cause"]["statement"]
    assert deployment.inputs["function_name"] in report["root_cause"]["statement"]
    text = delivered.text
    assert f"Account        {deployment.running.account}" in text
    assert f"region={deployment.running.region}" in text
    assert f"function:{deployment.inputs['function_name']}" in text or deployment.inputs["function_name"] in text
    others = [other_words for other, (_, other_words) in CAUSES.items() if other != fault]
    assert not any(other in report["root_cause"]["statement"] for other in others)
    assert len(delivered.subject) < 100
    assert delivered.html_report is not None
    assert delivered.html_report.is_file()


def test_every_claim_of_the_report_is_verified(deployment: Deployment) -> None:
    delivered = deployment.incident("permission")

    report = archived_report(deployment, delivered)["report"]

    claims = [report["root_cause"], *report["findings"], *report["timeline"]]
    assert all(claim["verified"] and claim["citations"] for claim in claims)


def test_the_functions_run_the_committed_packages(deployment: Deployment) -> None:
    functions = {
        item["Handler"].split(".")[0]: item for item in deployment.client("lambda").list_functions()["Functions"]
    }

    for handler, package in (
        ("triage_handler", "triage"),
        ("investigate_handler", "triage"),
        ("notice_handler", "triage"),
        ("tool_handler", "tool"),
    ):
        committed = (CHECKOUT / "dist" / f"{package}.zip").read_bytes()
        assert base64.b64decode(functions[handler]["CodeSha256"]) == hashlib.sha256(committed).digest()


def test_a_plan_is_empty_after_apply_and_after_traffic(deployment: Deployment) -> None:
    workspace = deployment.configuration.workspace()
    assert workspace.pending_changes(deployment.inputs) == ""

    deployment.incident(deployment.inputs["fault"])

    assert workspace.pending_changes(deployment.inputs) == ""


def test_an_alarm_that_fires_again_is_told_once_however_often_it_is_delivered(deployment: Deployment) -> None:
    demo = deployment.with_fault("permission")
    deployment.incident("permission")
    [alarm] = deployment.client("cloudwatch").describe_alarms(AlarmNames=[demo.alarm_name])["MetricAlarms"]
    event = {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "alarmData": {
            "alarmName": demo.alarm_name,
            "state": {"value": "ALARM", "timestamp": "2026-11-21T03:02:00Z"},
        },
    }
    before = len(deployment.mails())

    answers = [invoke(deployment, "triage_handler", event)["decision"] for _ in range(3)]

    assert answers == ["suppressed", "duplicate", "duplicate"]
    assert len(deployment.mails()) == before + 1
    assert "fired again" in deployment.mails()[-1][1]


@pytest.mark.parametrize(("event", "decision"), [({}, "unsupported"), ({"Records": []}, "unsupported")])
def test_what_is_no_alarm_is_refused_without_a_mail(
    deployment: Deployment, event: dict[str, Any], decision: str
) -> None:
    before = len(deployment.mails())

    assert invoke(deployment, "triage_handler", event)["decision"] == decision
    assert len(deployment.mails()) == before


def test_a_message_nobody_can_read_reaches_people_as_a_notice(deployment: Deployment) -> None:
    queue = deployment.client("sqs").list_queues()["QueueUrls"]
    work = next(url for url in queue if url.rsplit("/", 1)[1].startswith("triage-work") and "dlq" not in url)
    deployment.client("sqs").send_message(QueueUrl=work, MessageBody="not a work item")

    def told() -> bool:
        return any(
            "NOT INVESTIGATED" in subject
            and "a message that is not JSON reached the dead-letter queue" in " ".join(text.split())
            for subject, text in deployment.mails()
        )

    assert eventually(told, "the mail says so")


def test_the_investigator_role_reads_and_the_local_iam_means_it(deployment: Deployment) -> None:
    code = """
import boto3
def attempt(name, call):
    try:
        call()
    except Exception as error:
        print(name, type(error).__name__, getattr(error, "response", {}).get("Error", {}).get("Code"))
    else:
        print(name, "answered")
attempt("list", lambda: boto3.client("lambda").list_functions())
attempt("alarms", lambda: boto3.client("cloudwatch").describe_alarms())
attempt("code", lambda: boto3.client("lambda").get_function(FunctionName=inputs["function"]))
attempt("body", lambda: boto3.client("s3").get_object(Bucket=inputs["bucket"], Key="x"))
attempt("write", lambda: boto3.client("sns").publish(TopicArn=inputs["topic"], Message="x"))
attempt("items", lambda: boto3.client("dynamodb").scan(TableName=inputs["table"]))
"""
    demo = deployment.with_fault(deployment.inputs["fault"])
    request = {
        "code": code,
        "investigation_id": "20261121T030205Z-0123456789",
        "inputs": {
            "function": demo.function_name,
            "bucket": demo.reports_bucket,
            "topic": demo.topic_arn,
            "table": demo.table_name,
        },
    }

    reply = invoke(deployment, "tool_handler", request)

    assert reply["status"] == "ok", reply
    outcome = dict(line.split(" ", 1) for line in reply["stdout"].splitlines())
    assert outcome["list"] == "answered"
    assert outcome["alarms"] == "answered"
    assert all("answered" not in outcome[name] for name in ("code", "body", "write", "items")), outcome


@pytest.mark.ends_deployment
def test_destroy_leaves_nothing(deployment: Deployment) -> None:
    deployment.configuration.workspace().destroy(deployment.inputs)

    left = {
        "functions": deployment.client("lambda").list_functions()["Functions"],
        "layers": deployment.client("lambda").list_layers()["Layers"],
        "queues": deployment.client("sqs").list_queues().get("QueueUrls", []),
        "tables": deployment.client("dynamodb").list_tables()["TableNames"],
        "buckets": deployment.client("s3").list_buckets()["Buckets"],
        "rules": deployment.client("events").list_rules()["Rules"],
        "topics": deployment.client("sns").list_topics()["Topics"],
        "alarms": deployment.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "log groups": deployment.client("logs").describe_log_groups()["logGroups"],
        "roles": deployment.client("iam").list_roles()["Roles"],
        "policies": deployment.client("iam").list_policies(Scope="Local")["Policies"],
    }
    assert {kind: found for kind, found in left.items() if found} == {}


def invoke(deployment: Deployment, handler: str, event: dict[str, Any]) -> dict[str, Any]:
    """Call one of the module's functions by the name of its handler."""
    functions = deployment.client("lambda").list_functions()["Functions"]
    name = next(item["FunctionName"] for item in functions if item["Handler"].startswith(handler))
    answer = deployment.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    payload: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload
