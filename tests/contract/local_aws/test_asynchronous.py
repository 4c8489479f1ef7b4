"""Asynchronous invocations: retries, destinations and dead-letter queues; queues as event sources."""

from __future__ import annotations

import json

import pytest

from tests.contract.local_aws.account import Account
from tests.waiting import eventually

pytestmark = pytest.mark.slow

FAILING = """
    def handler(event, context):
        print("request", context.aws_request_id)
        raise ValueError("not today")
"""


def test_given_a_failing_function_when_invoked_asynchronously_then_the_destination_gets_the_record(
    account: Account,
) -> None:
    url, arn = account.queue()
    role = account.role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn})
    name = account.function(FAILING, role=role)
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=2, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    account.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"n": 1}))
    record = account.received(url)
    request_ids = {m.split()[1] for m in account.log_messages(name) if m.startswith("request ")}
    assert len([m for m in account.log_messages(name) if m.startswith("request ")]) == 3
    assert request_ids == {record["requestContext"]["requestId"]}, "retries keep the request id"
    assert record["version"] == "1.0"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"] == account.function_arn(name) + ":$LATEST"
    assert record["requestPayload"] == {"n": 1}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "not today"


def test_given_a_role_that_may_not_send_then_nothing_reaches_the_destination(account: Account) -> None:
    url, arn = account.queue()
    name = account.function(FAILING)
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    account.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    needle = f"{name} could not deliver to {arn}"
    eventually(lambda: needle in account.running.log.read_text(), "the refused delivery is logged")
    assert "Messages" not in account.client("sqs").receive_message(QueueUrl=url)


def test_given_an_asynchronous_failure_then_the_error_metric_counts_every_attempt(account: Account) -> None:
    name = account.function(FAILING)
    alarm = account.alarm(
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": name}],
        Threshold=3.0,
    )
    account.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    eventually(lambda: account.alarm_state(alarm) == "ALARM", "three errors were counted")


def test_given_a_queue_as_event_source_when_the_handler_keeps_failing_then_the_message_ends_in_the_dlq(
    account: Account,
) -> None:
    dead_url, dead_arn = account.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = account.queue(VisibilityTimeout="1", RedrivePolicy=redrive)
    consume = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    role = account.role({"Effect": "Allow", "Action": consume, "Resource": arn})
    name = account.function(FAILING, role=role, timeout=1)
    mapping = account.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2}
    )
    account.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"work": 1}))
    assert account.received(dead_url) == {"work": 1}
    assert len([m for m in account.log_messages(name) if m.startswith("request ")]) == 2
    account.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


def test_given_a_maximum_concurrency_of_two_then_no_more_than_two_batches_of_one_run_at_a_time(
    account: Account,
) -> None:
    report_url, report_arn = account.queue()
    url, arn = account.queue(VisibilityTimeout="30")
    role = account.role({"Effect": "Allow", "Action": "sqs:*", "Resource": [arn, report_arn]})
    name = account.function(
        """
        import json, os, time, boto3
        sqs = boto3.client("sqs")
        def handler(event, context):
            started = time.time()
            time.sleep(0.4)
            body = json.dumps([len(event["Records"]), started, time.time()])
            sqs.send_message(QueueUrl=os.environ["REPORT_URL"], MessageBody=body)
        """,
        role=role,
        variables={"REPORT_URL": report_url},
    )
    mapping = account.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2}
    )
    for number in range(5):
        account.client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
    runs = [account.received(report_url) for _ in range(5)]
    assert {size for size, _, _ in runs} == {1}
    overlaps = [sum(other[1] <= run[1] < other[2] for other in runs) for run in runs]
    assert max(overlaps) == 2
    account.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
