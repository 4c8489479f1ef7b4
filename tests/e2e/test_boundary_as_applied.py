"""The boundary as it is applied: documents read back from IAM, the session policy of a real AssumeRole, and code
that tries what it may and what it may not: through the tool function, and with the role alone.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.credentials import session_policy
from tests.e2e.test_alarm_to_mail import invoke
from tests.security.checks import CHECKS, Subject
from tests.security.proof import PROOFS, proof
from tests.waiting import eventually, lookup_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.conftest import Deployment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("e2e")]

Attempt = tuple[str, str, str, dict[str, Any]]
"""An IAM action, and how to call for it: service, method of its client, arguments."""

#: How services say that IAM said no.
REFUSALS = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}

INVESTIGATION = "20261121T030205Z-boundary01"

# Each attempt prints its name and what came of it; what a refusal says is what a model learns from.
CODE = """
import boto3

def attempt(name, call):
    try:
        call()
    except Exception as error:
        answer = getattr(error, "response", {}).get("Error", {})
        print(name, answer.get("Code") or type(error).__name__, "|", answer.get("Message") or error)
    else:
        print(name, "answered |")

for name, service, operation, arguments in inputs["attempts"]:
    attempt(name, lambda: getattr(boto3.client(service), operation)(**arguments))
"""


@pytest.fixture(scope="module")
def targets(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """Data of each kind, so that a refusal is IAM's and not "not found"."""
    made = _make(deployment)
    try:
        yield made
    finally:
        _unmake(deployment, made)


def _make(deployment: Deployment) -> dict[str, Any]:
    queue = deployment.client("sqs").create_queue(QueueName="boundary-target")["QueueUrl"]
    deployment.client("sqs").send_message(QueueUrl=queue, MessageBody="an order")
    secret = deployment.client("secretsmanager").create_secret(Name="boundary-target", SecretString="hunter2")[
        "ARN"
    ]
    deployment.client("ssm").put_parameter(Name="/boundary/target", Value="hunter2", Type="SecureString")
    image = deployment.client("ec2").describe_images()["Images"]
    started = deployment.client("ec2").run_instances(
        ImageId=image[0]["ImageId"] if image else "ami-12345678",
        MinCount=1,
        MaxCount=1,
        UserData="export PASSWORD=x",
    )
    return {"queue": queue, "secret": secret, "instance": started["Instances"][0]["InstanceId"]}


def _unmake(deployment: Deployment, made: dict[str, Any]) -> None:
    deployment.client("sqs").delete_queue(QueueUrl=made["queue"])
    deployment.client("secretsmanager").delete_secret(SecretId=made["secret"], ForceDeleteWithoutRecovery=True)
    deployment.client("ssm").delete_parameter(Name="/boundary/target")
    deployment.client("ec2").terminate_instances(InstanceIds=[made["instance"]])


@pytest.fixture
def alone(deployment: Deployment) -> Iterator[Callable[[str], Any]]:
    """boto3 as a role with the investigator role's documents, under the session policy the tool function passes.

    A copy, since the investigator role trusts the tool function's role and nobody else.
    """
    iam, name = deployment.client("iam"), "boundary-copy"
    root = {"AWS": f"arn:aws:iam::{deployment.running.account}:root"}
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": root, "Action": "sts:AssumeRole"}],
    }
    attached = iam.list_attached_role_policies(RoleName=investigator_role(deployment))["AttachedPolicies"]
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    try:
        for one in attached:
            iam.attach_role_policy(RoleName=name, PolicyArn=one["PolicyArn"])
        yield _clients(deployment, arn)
    finally:
        for one in attached:
            iam.detach_role_policy(RoleName=name, PolicyArn=one["PolicyArn"])
        iam.delete_role(RoleName=name)


def investigator_role(deployment: Deployment) -> str:
    """Name of the investigator role."""
    arn: str = deployment.configuration.workspace().outputs()["triage"]["investigator_role_arn"]
    return arn.rsplit("/", 1)[1]


def _clients(deployment: Deployment, arn: str) -> Callable[[str], Any]:
    given = deployment.client("sts").assume_role(
        RoleArn=arn, RoleSessionName="boundary-iam-alone", Policy=session_policy(deployment.running.region)
    )["Credentials"]
    make: Any = boto3.client

    def client(service: str) -> Any:
        return make(
            service,
            region_name=deployment.running.region,
            endpoint_url=deployment.running.endpoint,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    return client


def attempt(deployment: Deployment, attempts: list[Attempt]) -> dict[str, tuple[str, str]]:
    """What came of each attempt of tool code: a code, and the message."""
    request = {"code": CODE, "investigation_id": INVESTIGATION, "inputs": {"attempts": attempts}}
    reply = invoke(deployment, "tool_handler", request)
    assert reply["status"] == "ok", reply
    lines = [line for line in reply["stdout"].splitlines() if " | " in line or line.endswith("|")]
    parts = [line.partition("|") for line in lines]
    return {head.split()[0]: (head.split()[1], message.strip()) for head, _, message in parts}


def forbidden(deployment: Deployment, targets: dict[str, Any]) -> list[Attempt]:
    """A write, and a read of each kind of data, secret and code; all of them exist."""
    demo = deployment.with_fault(deployment.inputs["fault"])
    deployment.client("s3").put_object(Bucket=demo.reports_bucket, Key="reports/target", Body=b"x")
    key = {"order_id": {"S": demo.order_id}}
    return [
        (
            "lambda:UpdateFunctionConfiguration",
            "lambda",
            "update_function_configuration",
            {"FunctionName": demo.function_name, "Timeout": 9},
        ),
        ("sns:Publish", "sns", "publish", {"TopicArn": demo.topic_arn, "Message": "x"}),
        ("sqs:SendMessage", "sqs", "send_message", {"QueueUrl": targets["queue"], "MessageBody": "x"}),
        ("s3:GetObject", "s3", "get_object", {"Bucket": demo.reports_bucket, "Key": "reports/target"}),
        ("dynamodb:GetItem", "dynamodb", "get_item", {"TableName": f"{demo.function_name}-orders", "Key": key}),
        ("dynamodb:Scan", "dynamodb", "scan", {"TableName": demo.table_name}),
        ("sqs:ReceiveMessage", "sqs", "receive_message", {"QueueUrl": targets["queue"]}),
        ("secretsmanager:GetSecretValue", "secretsmanager", "get_secret_value", {"SecretId": targets["secret"]}),
        ("ssm:GetParameter", "ssm", "get_parameter", {"Name": "/boundary/target", "WithDecryption": True}),
        ("lambda:GetFunction", "lambda", "get_function", {"FunctionName": demo.function_name}),
        (
            "ec2:DescribeInstanceAttribute",
            "ec2",
            "describe_instance_attribute",
            {"InstanceId": targets["instance"], "Attribute": "userData"},
        ),
        ("iam:CreateUser", "iam", "create_user", {"UserName": "mallory"}),
        (
            "sts:AssumeRole",
            "sts",
            "assume_role",
            {"RoleArn": f"arn:aws:iam::{deployment.running.account}:role/x", "RoleSessionName": "xy"},
        ),
    ]


def test_data_secrets_code_and_writes_are_refused_with_words_a_model_can_learn_from(
    deployment: Deployment, targets: dict[str, Any]
) -> None:
    attempts = forbidden(deployment, targets)

    outcome = attempt(deployment, attempts)

    assert set(outcome) == {name for name, *_ in attempts}
    assert {name: found for name, found in outcome.items() if found[0] == "answered"} == {}
    for action, (_, message) in outcome.items():
        assert action in message, (action, message)
        assert len(message) > len(action) + 20, message


def test_iam_alone_refuses_them_too(
    deployment: Deployment, targets: dict[str, Any], alone: Callable[[str], Any]
) -> None:
    """The same calls with the role's documents and no sandbox around them: they are the wall."""
    attempts = forbidden(deployment, targets)

    for action, service, operation, arguments in attempts:
        with pytest.raises(ClientError) as refused:
            getattr(alone(service), operation)(**arguments)
        answer = refused.value.response["Error"]
        assert answer["Code"] in REFUSALS, (action, answer)
        assert action in answer["Message"], (action, answer)
    left = deployment.client("sqs").receive_message(QueueUrl=targets["queue"], VisibilityTimeout=0)["Messages"]
    assert [one["Body"] for one in left] == ["an order"]


def test_an_investigation_sees_what_it_needs_outside_us_east_1(
    deployment: Deployment, targets: dict[str, Any]
) -> None:
    assert deployment.running.region != "us-east-1"
    demo = deployment.with_fault(deployment.inputs["fault"])
    deployment.incident(deployment.inputs["fault"])
    now = time.time()
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Period": 60, "Statistics": ["Sum"]}
    group = {"logGroupName": demo.function_log_group}
    attempts: list[Attempt] = [
        ("lambda:ListFunctions", "lambda", "list_functions", {}),
        (
            "lambda:GetFunctionConfiguration",
            "lambda",
            "get_function_configuration",
            {"FunctionName": demo.function_name},
        ),
        ("cloudwatch:DescribeAlarms", "cloudwatch", "describe_alarms", {}),
        (
            "cloudwatch:GetMetricStatistics",
            "cloudwatch",
            "get_metric_statistics",
            {**metric, "StartTime": now - 3600, "EndTime": now},
        ),
        ("logs:DescribeLogGroups", "logs", "describe_log_groups", {}),
        ("logs:FilterLogEvents", "logs", "filter_log_events", group),
        ("cloudtrail:LookupEvents", "cloudtrail", "lookup_events", {}),
        ("iam:ListRoles", "iam", "list_roles", {}),
        ("iam:GetRole", "iam", "get_role", {"RoleName": f"{demo.function_name}-{deployment.running.region}"}),
        ("ec2:DescribeInstances", "ec2", "describe_instances", {}),
        (
            "sqs:GetQueueAttributes",
            "sqs",
            "get_queue_attributes",
            {"QueueUrl": targets["queue"], "AttributeNames": ["All"]},
        ),
        ("s3:ListBucket", "s3", "list_objects_v2", {"Bucket": demo.reports_bucket}),
        ("dynamodb:DescribeTable", "dynamodb", "describe_table", {"TableName": demo.table_name}),
        ("sns:GetTopicAttributes", "sns", "get_topic_attributes", {"TopicArn": demo.topic_arn}),
        ("secretsmanager:DescribeSecret", "secretsmanager", "describe_secret", {"SecretId": targets["secret"]}),
        ("ssm:DescribeParameters", "ssm", "describe_parameters", {}),
        ("sts:GetCallerIdentity", "sts", "get_caller_identity", {}),
    ]

    outcome = attempt(deployment, attempts)

    assert {name: found for name, found in outcome.items() if found[0] != "answered"} == {}
    assert set(outcome) == {name for name, *_ in attempts}


def test_the_documents_as_applied_prove_the_boundary(
    deployment: Deployment, request: pytest.FixtureRequest
) -> None:
    subject = as_applied(deployment)

    assert set(subject.denies) == {"scope", "sensitive"}
    assert {name: found for name, check in CHECKS.items() if (found := check(subject))} == {}
    request.config.stash.setdefault(PROOFS, {})["documents as applied"] = proof(subject)


def as_applied(deployment: Deployment) -> Subject:
    """The denies read back from IAM, and the session policy the tool function really passed to AssumeRole."""
    attempt(deployment, [("sts:GetCallerIdentity", "sts", "get_caller_identity", {})])
    iam = deployment.client("iam")
    role = investigator_role(deployment)
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [one["PolicyArn"] for one in attached if ":aws:policy/" in one["PolicyArn"]] == [
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
    ]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == []
    documents = {
        one["PolicyName"].rsplit("-", 1)[1]: one["PolicyArn"] for one in attached if role in one["PolicyName"]
    }
    return Subject(
        {name: _document(iam, arn) for name, arn in documents.items()},
        _session_policy(deployment),
        deployment.running.account,
        deployment.running.region,
    )


def _document(iam: Any, arn: str) -> str:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return json.dumps(document, separators=(",", ":"))


def _session_policy(deployment: Deployment) -> str:
    """From CloudTrail's record of the call."""

    def newest() -> str | None:
        wanted = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}]
        found = lookup_events(deployment.client("cloudtrail"), LookupAttributes=wanted)["Events"]
        for event in found:
            parameters = json.loads(event["CloudTrailEvent"])["requestParameters"] or {}
            if parameters.get("roleSessionName") == INVESTIGATION:
                policy: str = parameters["policy"]
                return policy
        return None

    captured: str = eventually(newest, "CloudTrail shows the session policy")
    return captured
