"""Archive, topic and work queue against S3, SNS and SQS semantics (moto)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tests.builders import a_signal
from triage.aws.archive import S3Archive
from triage.aws.checkpoints import S3Checkpoints
from triage.aws.queue import SqsWorkQueue
from triage.aws.topic import SnsChannel
from triage.domain.errors import DeliveryError
from triage.domain.message import OutgoingMessage
from triage.domain.work_item import WorkItem
from triage.ports import Document


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


def test_documents_lie_below_their_folder_with_their_type() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="reports")
    archive = S3Archive("reports", "us-east-1", s3)

    archive.store("reports/2026/11/21/x/", [Document("report.html", "text/html; charset=utf-8", b"<p>")])

    found = s3.get_object(Bucket="reports", Key="reports/2026/11/21/x/report.html")
    assert found["ContentType"] == "text/html; charset=utf-8"
    assert found["Body"].read() == b"<p>"
    assert (archive.bucket, archive.region) == ("reports", "us-east-1")


def test_a_message_reaches_the_topic() -> None:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="reports")["TopicArn"]
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    SnsChannel(topic, sns).send(OutgoingMessage("[HIGH] alarm", "what broke"))

    delivered = json.loads(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
    assert (delivered["Subject"], delivered["Message"]) == ("[HIGH] alarm", "what broke")


def test_a_topic_that_does_not_accept_is_a_delivery_error_naming_it() -> None:
    missing = "arn:aws:sns:us-east-1:123456789012:gone"

    with pytest.raises(DeliveryError, match=missing):
        SnsChannel(missing, boto3.client("sns")).send(OutgoingMessage("s", "b"))


def test_a_work_item_survives_the_queue_and_can_be_returned() -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "960"})["QueueUrl"]
    queue = SqsWorkQueue(url, sqs)
    item = WorkItem("fp", "inv-1", a_signal())

    queue.send(item)
    received = sqs.receive_message(QueueUrl=url)["Messages"][0]
    queue.return_after(received["ReceiptHandle"], 0)
    again = sqs.receive_message(QueueUrl=url)["Messages"][0]

    assert WorkItem.from_json(json.loads(again["Body"])) == item


def test_a_work_item_can_be_sent_to_arrive_later() -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="work")["QueueUrl"]

    SqsWorkQueue(url, sqs).send(WorkItem("fp", "inv-1", a_signal()), delay_s=1200)

    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1", "SQS takes at most 900 seconds"
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_checkpoints_come_back_in_the_order_of_their_history() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="reports")
    checkpoints = S3Checkpoints("reports", s3)
    for attempt, number in ((1, 0), (1, 1), (2, 2), (1, 2)):
        checkpoints.save("inv-1", attempt, number, f"{attempt}.{number}".encode())
    checkpoints.save("inv-12", 1, 0, b"of another investigation")

    assert checkpoints.load("inv-1", 3) == (b"1.0", b"1.1", b"2.2")
    assert checkpoints.load("inv-1", 2) == (b"1.0", b"1.1", b"1.2")
    assert checkpoints.load("inv-2", 2) == ()


def test_more_checkpoints_than_one_page_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="reports")
    checkpoints = S3Checkpoints("reports", s3)
    for number in range(25):
        checkpoints.save("inv-1", 1, number, b"x")

    assert s3.list_objects_v2(Bucket="reports")["IsTruncated"]
    assert len(checkpoints.load("inv-1", 2)) == 25
