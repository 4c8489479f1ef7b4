"""Triage and investigator as they are wired, over moto: from alarms beyond the limit to their digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import time_machine

from tests.events import event
from tests.unit.test_settings import INVESTIGATOR, TRIAGE
from triage.aws import clients
from triage.wiring.investigator import investigator_function
from triage.wiring.triage import triage_function

MINUTE = "2026-11-21T03:02:05Z"
ONE_AN_HOUR = json.dumps({"max_investigations_per_hour": 1})
NIGHTLY = json.dumps([{"name": "nightly", "schedule": "0 3 * * *", "duration_minutes": 60}])


@dataclass
class Context:
    """Of an invocation."""

    aws_request_id: str = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class Account:
    """What the two functions need, and the functions."""

    def __init__(self, tracker: Any, **environment: str) -> None:
        self.tracker = tracker
        self.sqs, self.s3, sns = boto3.client("sqs"), boto3.client("s3"), boto3.client("sns")
        self.queue_url = self.sqs.create_queue(QueueName="work")["QueueUrl"]
        self.mail_url = self.sqs.create_queue(QueueName="mailbox")["QueueUrl"]
        topic = sns.create_topic(Name="alarms")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=self._arn(self.mail_url))
        self.s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "us-east-2"})
        real = {"WORK_QUEUE_URL": self.queue_url, "SNS_TOPIC_ARN": topic, "ALARM_POLICY_TAGS": "null"}
        self.triage = triage_function(TRIAGE | real | environment)
        self.investigator = investigator_function(INVESTIGATOR | real | environment)

    def _arn(self, queue_url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def fires(self, name: str) -> str:
        """Hand an alarm to triage; returns the decision."""
        received = deepcopy(event("direct_metric_alarm"))
        received["alarmArn"] = f"arn:aws:cloudwatch:us-east-2:123456789012:alarm:{name}"
        received["alarmData"]["alarmName"] = name
        metric = received["alarmData"]["configuration"]["metrics"][0]["metricStat"]["metric"]
        metric["dimensions"] = {"FunctionName": name}
        return self.triage(received, Context())["decision"]

    def messages(self, url: str) -> list[dict[str, Any]]:
        """What a queue holds now."""
        found: list[dict[str, Any]] = []
        while batch := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        ).get("Messages"):
            found += batch
        return found

    def work_off(self) -> list[str]:
        """Hand every message of a digest to the investigator; returns the fingerprints of the others."""
        others = []
        for message in self.messages(self.queue_url):
            fingerprint = json.loads(message["Body"])["fingerprint"]
            if not fingerprint.startswith("digest#"):
                others.append(fingerprint)
                continue
            record = {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
            }
            self.investigator({"Records": [record]}, Context())
        return others

    @property
    def mails(self) -> list[dict[str, Any]]:
        """Subject and message of everything published."""
        return [json.loads(message["Body"]) for message in self.messages(self.mail_url)]

    @property
    def archived(self) -> list[str]:
        """Names of the archived documents."""
        listed = self.s3.list_objects_v2(Bucket="reports").get("Contents", [])
        return sorted(one["Key"].rpartition("/")[2] for one in listed)


@pytest.fixture
def fresh_clients(tracker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Clients of this test's account only."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "AlarmTriage")
    clients._made.cache_clear()
    yield tracker
    clients._made.cache_clear()


def test_alarms_beyond_the_limit_come_in_one_digest_when_its_interval_is_over(fresh_clients: Any) -> None:
    with time_machine.travel(MINUTE, tick=False) as clock:
        account = Account(fresh_clients, STORM_GUARD=ONE_AN_HOUR)

        assert [account.fires(name) for name in ("first", "second", "third")] == [
            "investigate",
            "digest",
            "digest",
        ]
        assert account.fires("third") == "duplicate"
        investigated = account.work_off()
        assert [one.rpartition(":")[2] for one in investigated] == ["first"]
        assert account.mails == []

        clock.shift(13 * 60)
        account.work_off()
        (mail,) = account.mails

    assert mail["Subject"] == "[DIGEST] 2 alarms: not investigated one by one"
    assert "2 alarms: the limit of 1 investigation per hour is reached" in mail["Message"]
    assert "- second: " in mail["Message"]
    assert "- third: " in mail["Message"]
    assert "could not be looked at" in mail["Message"]  # there is no tool function here
    assert account.archived == ["digest.json", "digest.md"]


def test_an_alarm_in_a_maintenance_window_is_told_in_a_digest(fresh_clients: Any) -> None:
    with time_machine.travel(MINUTE, tick=False) as clock:
        account = Account(fresh_clients, MAINTENANCE_WINDOWS=NIGHTLY)

        assert account.fires("deploying") == "digest"
        clock.shift(13 * 60)
        account.work_off()

    (mail,) = account.mails
    assert "1 alarm: maintenance window nightly" in mail["Message"]
