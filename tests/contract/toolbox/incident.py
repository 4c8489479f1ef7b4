"""An account with an incident: made with plain boto3 and declared state, the way the local AWS documents it."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3.session

from evals import authoring, seeding
from local_aws.control import NOW_HEADER, TOKEN_HEADER
from local_aws.process import ADMINISTRATOR, Running

FUNCTION = "orders-api"
ROLE = "order-writer"
TABLE = "orders"
QUEUE = "order-events"
ALARM = "orders-api-errors"
PASSWORD = "correct-horse-7Yq"


@dataclass(frozen=True)
class Incident:
    """What happened where.

    Attributes:
        running: The local AWS.
        session: An administrator's, as of now.
        now: The present.
        onset: When the errors began.
        signal: The alarm as an investigation gets it; it changed its state three minutes after the onset.
    """

    running: Running
    session: boto3.session.Session
    now: datetime
    onset: datetime
    signal: dict[str, Any]

    def as_role(self, *statements: dict[str, Any]) -> boto3.session.Session:
        """A session that may do only what the statements say."""
        iam, sts = self.session.client("iam"), self.session.client("sts")
        name = f"looker-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.running.account}:root"}}
        arn = iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=_document({**trust, "Action": "sts:AssumeRole"})
        )
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_document(*statements))
        keys = sts.assume_role(RoleArn=arn["Role"]["Arn"], RoleSessionName="look")["Credentials"]
        return seeding.session(
            self.running.endpoint,
            self.running.region,
            {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            },
        )

    def fresh_session(self) -> boto3.session.Session:
        """An administrator's session whose clients nobody has made yet."""
        return seeding.session(self.running.endpoint, self.running.region, ADMINISTRATOR)


def happen(running: Running) -> Incident:
    """Make the account what it was when the alarm went off."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    onset = now - timedelta(minutes=42)
    made = now - timedelta(days=30)
    headers = {NOW_HEADER: f"{made.timestamp():.0f}", TOKEN_HEADER: running.token}
    past = seeding.session(running.endpoint, running.region, ADMINISTRATOR, None, headers)
    _resources(past, running)
    _telemetry(past, now, onset)
    running.declare({"cloudtrail": _trail(onset), "alarm_history": []})
    session = seeding.session(running.endpoint, running.region, ADMINISTRATOR)
    queue: Any = session.client("sqs")
    queue.send_message(QueueUrl=queue.get_queue_url(QueueName=f"{QUEUE}-dead")["QueueUrl"], MessageBody="{}")
    return Incident(running, session, now, onset, _signal(running, onset + timedelta(minutes=3)))


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _resources(session: boto3.session.Session, running: Running) -> None:
    role = authoring.make_role(session, ROLE, "lambda.amazonaws.com", ["logs:*", "dynamodb:GetItem"])
    session.client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    sqs: Any = session.client("sqs")
    sqs.create_queue(QueueName=f"{QUEUE}-dead")
    arn = f"arn:aws:sqs:{running.region}:{running.account}:{QUEUE}"
    redrive = json.dumps({"deadLetterTargetArn": f"{arn}-dead", "maxReceiveCount": 3})
    sqs.create_queue(QueueName=QUEUE, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "180"})
    variables = {"TABLE_NAME": TABLE, "DB_PASSWORD": PASSWORD}
    authoring.make_function(session, FUNCTION, role, Environment={"Variables": variables})
    session.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=FUNCTION, Enabled=False)
    authoring.put_alarm(
        session,
        ALARM,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions={"FunctionName": FUNCTION},
        Threshold=5,
    )


def _telemetry(session: boto3.session.Session, now: datetime, onset: datetime) -> None:
    rng = random.Random(7)  # noqa: S311 - the same every time
    denied = (
        "{at}\t{id}\tERROR\tInvoke Error \t"
        '{"errorType":"AccessDeniedException","errorMessage":"User: arn:aws:sts::210987654321:assumed-role/'
        f"{ROLE}/{FUNCTION} is not authorized to perform: dynamodb:PutItem on resource: "
        f'arn:aws:dynamodb:eu-west-1:210987654321:table/{TABLE}","stack":["AccessDeniedException: not authorized",'
        '"    at throwDefaultError (/var/runtime/node_modules/@aws-sdk/client.js:388:22)",'
        f'"    at async saveOrder (/var/task/orders.js:42:5)"],"password":"{PASSWORD}"}}'
    )
    lines: list[authoring.Line] = []
    for minute in authoring.minutes(now, -180, -1):
        for _ in range(4):
            at = authoring.within(minute, rng)
            failed = at >= onset and rng.random() < 0.7
            said = denied if failed else f"{{at}}\t{{id}}\tINFO\torder {rng.randint(1, 9999)} saved"
            lines += authoring.invocation(at, rng, [said], duration_ms=rng.uniform(30, 60))
    authoring.put_function_lines(session, FUNCTION, lines)

    def measured(at: datetime) -> dict[str, float]:
        errors = 30 + rng.randint(0, 5) if at >= onset else rng.choice([0, 0, 0, 1])
        return {"Invocations": 40 + rng.randint(0, 6), "Errors": errors, "Duration": 40 + rng.random()}

    for first, last in ((-8 * 24 * 60, -6 * 24 * 60), (-2 * 24 * 60, -1)):
        authoring.put_function_metrics(session, FUNCTION, authoring.minutes(now, first, last), measured)


def _trail(onset: datetime) -> list[dict[str, Any]]:
    def event(minutes: int, name: str, source: str, role: str, **request: str) -> dict[str, Any]:
        at = (onset - timedelta(minutes=minutes)).isoformat()
        user = {"role": role, "session": "ci-77"}
        return {"time": at, "name": name, "source": f"{source}.amazonaws.com", "user": user, "request": request}

    deleted = event(2, "DeleteRolePolicy", "iam", "platform", roleName=ROLE, policyName="table-access")
    other = event(
        20, "UpdateFunctionConfiguration20150331v2", "lambda", "deploy", functionName="basket", timeout="3"
    )
    stream = event(1, "CreateLogStream", "logs", ROLE, logGroupName=f"/aws/lambda/{FUNCTION}")
    return [{**deleted, "region": "us-east-1"}, other, stream]


def _signal(running: Running, changed: datetime) -> dict[str, Any]:
    metric = {
        "id": "m1",
        "namespace": "AWS/Lambda",
        "name": "Errors",
        "dimensions": {"FunctionName": FUNCTION},
        "statistic": "Sum",
        "period_s": 60,
        "expression": None,
        "returns_data": True,
    }
    return {
        "source": "cloudwatch_alarm",
        "partition": "aws",
        "account_id": running.account,
        "region": running.region,
        "subject": f"arn:aws:cloudwatch:{running.region}:{running.account}:alarm:{ALARM}",
        "name": ALARM,
        "state": "ALARM",
        "occurred_at": changed.isoformat(),
        "reason": "Threshold Crossed: 1 datapoint [33.0] was greater than or equal to the threshold (5.0).",
        "reason_data": {"threshold": 5.0},
        "metrics": [metric],
    }
