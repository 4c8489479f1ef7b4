"""One alarm, delivered fifty times at once through the wired functions: one investigation, one e-mail.

DynamoDB is moto's behind a lock around each call (``conftest.OneCallAtATime``): it then keeps DynamoDB's promise
that a conditional write or a transaction happens at once, and the threads interleave between the calls, which is
where the product could fail. By itself moto checks a condition and writes in two steps.

Each thread is an execution environment of its own. A few rounds run here; ``CONCURRENCY_ROUNDS=100`` runs more.
"""

from __future__ import annotations

import io
import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import boto3
import pytest

from tests.contract.aws.conftest import OneCallAtATime
from tests.events import event
from tests.fakes import RecordedTelemetry
from tests.unit.domain.test_report_schema import a_submission
from tests.unit.test_settings import INVESTIGATOR, TRIAGE
from triage.wiring import investigator, triage

DELIVERIES = 50
ROUNDS = int(os.environ.get("CONCURRENCY_ROUNDS", "2"))


@dataclass
class Context:
    """What Lambda tells a handler about its invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class Telemetry(RecordedTelemetry):
    """Telemetry of one execution environment, kept together with that of all others."""

    everything: Counter[str]

    def __init__(self, _level: str) -> None:
        super().__init__()

    @contextmanager
    def invocation(self, _context: Context) -> Iterator[None]:
        yield

    def record(self, decision: str, **fields: object) -> None:
        self.everything[decision] += 1


class Model:
    """A model that reports at once, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.meta = boto3.client("bedrock-runtime").meta

    def converse(self, **_: Any) -> dict[str, Any]:
        self.asked += 1
        use = {"toolUse": {"toolUseId": f"t{self.asked}", "name": "submit_report", "input": a_submission()}}
        return {
            "output": {"message": {"role": "assistant", "content": [use]}},
            "stopReason": "tool_use",
            "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        }


class Tool:
    """A tool function whose first look finds nothing."""

    def invoke(self, **_: Any) -> dict[str, Any]:
        return {"Payload": io.BytesIO(json.dumps({"status": "ok", "result": {"version": 1}}).encode())}


class Account:
    """Both functions over one Tracker, queue, topic and bucket."""

    def __init__(self, dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sqs, sns, s3 = boto3.client("sqs"), boto3.client("sns"), boto3.client("s3")
        self.model = Model()
        self.decisions: Counter[str] = Counter()
        s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "us-east-2"})
        topic = sns.create_topic(Name="alarms")["TopicArn"]
        self._work = self._sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "960"})["QueueUrl"]
        self._mailbox = self._sqs.create_queue(QueueName="mailbox")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._mailbox, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        clients = {
            "dynamodb": dynamodb,
            "sqs": OneCallAtATime(self._sqs),
            "sns": OneCallAtATime(sns),
            "s3": OneCallAtATime(s3),
            "bedrock-runtime": self.model,
            "lambda": Tool(),
        }
        monkeypatch.setattr("triage.aws.clients._made", lambda service, *_: clients[service])
        for module in (triage, investigator):
            monkeypatch.setattr(module, "PowertoolsTelemetry", Telemetry)
        monkeypatch.setattr(Telemetry, "everything", self.decisions, raising=False)
        self._environment = {"WORK_QUEUE_URL": self._work, "SNS_TOPIC_ARN": topic}

    def deliver(self, request_ids: list[str]) -> None:
        """The same event to as many execution environments at once."""
        together = Barrier(len(request_ids))
        environment = TRIAGE | {"ALARM_POLICY_TAGS": "null"} | self._environment
        functions = [triage.triage_function(environment) for _ in request_ids]

        def invoke(function: Callable[..., object], request_id: str) -> None:
            together.wait()
            function(event("direct_metric_alarm"), Context(request_id))

        with ThreadPoolExecutor(len(request_ids)) as pool:
            list(pool.map(invoke, functions, request_ids))

    def work(self) -> None:
        """Hand every message of the work queue to two investigators at once, until there are none."""
        while messages := self._received(self._work):
            functions = [investigator.investigator_function(INVESTIGATOR | self._environment) for _ in range(2)]
            records = [_record(message) for message in messages for _ in functions]
            with ThreadPoolExecutor(len(records)) as pool:
                for function, record in zip(itertools.cycle(functions), records, strict=False):
                    pool.submit(function, record, Context(record["Records"][0]["messageId"]))
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._work, ReceiptHandle=message["ReceiptHandle"])

    @property
    def mails(self) -> list[str]:
        """Subjects of everything that reached people."""
        return [json.loads(message["Body"])["Subject"] for message in self._received(self._mailbox)]

    def _received(self, queue: str) -> list[Any]:
        answer = self._sqs.receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        )
        return list(answer.get("Messages", []))


def _record(message: Any) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
            }
        ]
    }


ONE_ID = ["c0ffee00-0000-4000-8000-000000000000"] * DELIVERIES
MANY_IDS = [f"c0ffee00-0000-4000-8000-{number:012}" for number in range(DELIVERIES)]


@pytest.mark.parametrize("request_ids", [ONE_ID, MANY_IDS], ids=["one request id", "fifty request ids"])
@pytest.mark.parametrize("_round", range(ROUNDS))
def test_fifty_deliveries_of_one_alarm_are_one_investigation_and_one_mail(
    tracker: Any, monkeypatch: pytest.MonkeyPatch, request_ids: list[str], _round: int
) -> None:
    account = Account(tracker, monkeypatch)

    account.deliver(request_ids)
    account.work()

    assert account.decisions["investigate"] == 1
    assert account.decisions["investigation started"] == 1
    (mail,) = account.mails
    assert "lambda-high-error-rate" in mail


class Unconditional:
    """A Tracker whose conditions always hold, as if nobody had written them."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, operation: str) -> Any:
        call = getattr(self._client, operation)
        return lambda **arguments: call(**self._always_true(arguments))

    def _always_true(self, arguments: dict[str, Any]) -> dict[str, Any]:
        parts = [part for item in arguments.get("TransactItems", []) for part in item.values()]
        for part in (arguments, *parts):
            if "ConditionExpression" in part:
                condition = part["ConditionExpression"]
                part["ConditionExpression"] = f"({condition}) OR attribute_exists(pk) OR attribute_not_exists(pk)"
        return arguments


def test_without_conditions_the_same_deliveries_are_several_investigations(
    tracker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account(Unconditional(tracker), monkeypatch)

    account.deliver(MANY_IDS[:4])
    account.work()

    assert account.decisions["investigation started"] > 1
    assert len(account.mails) > 1
