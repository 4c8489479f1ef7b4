"""Faults on demand: what a client sees is what it sees on AWS, and nothing else fails."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ResponseStreamingError

from local_aws.faults.rules import Effect, Fault
from local_aws.process import LocalAwsError
from tests.contract.local_aws.account import Account
from tests.waiting import eventually

pytestmark = pytest.mark.slow

CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "dynamodb": ("UpdateItem", "update_item", {"TableName": "nowhere", "Key": {"pk": {"S": "x"}}}),
    "sqs": ("SendMessage", "send_message", {"QueueUrl": "http://127.0.0.1/1/nowhere", "MessageBody": "x"}),
    "s3": ("PutObject", "put_object", {"Bucket": "nowhere-to-be-found", "Key": "x", "Body": b"x"}),
    "sns": ("Publish", "publish", {"TopicArn": "arn:aws:sns:eu-west-1:210987654321:nowhere", "Message": "x"}),
    "lambda": ("Invoke", "invoke", {"FunctionName": "nowhere", "Payload": b"{}"}),
}

CODES = {
    ("dynamodb", Effect.UNAVAILABLE): (500, "InternalServerError"),
    ("dynamodb", Effect.THROTTLED): (400, "ThrottlingException"),
    ("sqs", Effect.UNAVAILABLE): (503, "ServiceUnavailable"),
    ("sqs", Effect.THROTTLED): (400, "RequestThrottled"),
    ("s3", Effect.UNAVAILABLE): (500, "InternalError"),
    ("s3", Effect.THROTTLED): (503, "SlowDown"),
    ("sns", Effect.UNAVAILABLE): (500, "InternalError"),
    ("sns", Effect.THROTTLED): (400, "Throttling"),
    ("lambda", Effect.UNAVAILABLE): (500, "ServiceException"),
    ("lambda", Effect.THROTTLED): (429, "TooManyRequestsException"),
}


@pytest.fixture(autouse=True)
def well_again(account: Account) -> Iterator[None]:
    yield
    account.running.clear_fault()


def outcome(account: Account, service: str) -> tuple[int, str]:
    """Status and code of the service's call."""
    _, method, arguments = CALLS[service]
    with pytest.raises(ClientError) as caught:
        getattr(account.client(service), method)(**arguments)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def read_answer(account: Account, service: str) -> None:
    """Make the service's call; the payload of an invocation is handed out by botocore before it is complete."""
    _, method, arguments = CALLS[service]
    answer = getattr(account.client(service), method)(**arguments)
    if "Payload" in answer:
        answer["Payload"].read()


@pytest.mark.parametrize(("service", "effect"), sorted(CODES))
def test_given_a_service_that_fails_then_its_client_reads_the_services_own_error(
    account: Account, service: str, effect: Effect
) -> None:
    well = outcome(account, service)
    name = account.running.fail(Fault(service, effect, actions=(CALLS[service][0],), calls=1))

    assert outcome(account, service) == CODES[service, effect]
    assert outcome(account, service) == well, "one call only"
    assert account.running.fault_hits()[name] == 1


@pytest.mark.parametrize("service", sorted(CALLS))
def test_given_a_dropped_connection_then_the_client_gets_no_answer(account: Account, service: str) -> None:
    account.running.fail(Fault(service, Effect.DROPPED, calls=1))

    with pytest.raises((ConnectionClosedError, ResponseStreamingError)):
        read_answer(account, service)


def test_given_a_lost_answer_then_the_call_was_carried_out_all_the_same(account: Account) -> None:
    url, _ = account.queue()
    account.running.fail(Fault("sqs", Effect.ANSWER_LOST, actions=("SendMessage",), about=url, calls=1))

    with pytest.raises(ConnectionClosedError):
        account.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps("arrived"))

    assert account.received(url) == "arrived"


def test_given_a_slow_service_then_it_answers_late(account: Account) -> None:
    account.running.fail(Fault("sqs", Effect.SLOW, actions=("ListQueues",), delay_s=0.4))
    before = time.monotonic()

    account.client("sqs").list_queues()

    assert time.monotonic() - before >= 0.4


def test_given_a_while_then_calls_fail_from_the_first_one_on_and_then_no_more(account: Account) -> None:
    account.running.fail(Fault("sqs", Effect.UNAVAILABLE, actions=("ListQueues",), seconds=0.3))

    def answered() -> bool:
        try:
            account.client("sqs").list_queues()
        except ClientError:
            return False
        return True

    assert [answered(), answered()] == [False, False]
    eventually(answered, "the service is well again")


def test_given_a_fault_of_one_role_then_others_are_served(account: Account) -> None:
    url, arn = account.queue()
    roles = [account.role({"Effect": "Allow", "Action": "sqs:*", "Resource": arn}) for _ in range(2)]
    source = """
        import os, boto3
        from botocore.config import Config
        sqs = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}))
        def handler(event, context):
            try:
                sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="x")
            except Exception as error:
                return type(error).__name__
            return "sent"
    """
    first, second = (account.function(source, role=role, variables={"QUEUE_URL": url}) for role in roles)

    account.running.fail(Fault("sqs", Effect.UNAVAILABLE, role=roles[0].rpartition("/")[2]))

    assert [account.invoke(first), account.invoke(second)] == ["ClientError", "sent"]


def test_given_a_fault_about_one_event_then_only_the_invocation_that_works_on_it_meets_it(
    account: Account,
) -> None:
    """Also in calls that do not name it, which is how faults are kept apart that happen at the same time."""
    source = """
        import boto3
        from botocore.config import Config
        sts = boto3.client("sts", config=Config(retries={"total_max_attempts": 1}))
        def handler(event, context):
            try:
                sts.get_caller_identity()
            except Exception as error:
                return type(error).__name__
            return "answered"
    """
    function = account.function(source)

    account.running.fail(Fault("sts", Effect.UNAVAILABLE, about="alarm-7"))

    assert account.invoke(function, {"alarm": "alarm-7"}) == "ClientError"
    assert account.invoke(function, {"alarm": "alarm-8"}) == "answered"


def test_given_a_function_then_it_cannot_switch_faults_on(account: Account) -> None:
    function = account.function(
        """
        import os, urllib.error, urllib.request
        def handler(event, context):
            url = os.environ["AWS_ENDPOINT_URL"] + "/_local/" + event
            try:
                urllib.request.urlopen(urllib.request.Request(url, b"{}", method="POST"))
            except urllib.error.HTTPError as error:
                return error.code
        """
    )
    assert [account.invoke(function, name) for name in ("faults", "invocations")] == [403, 403]


@pytest.mark.parametrize(
    ("request_document", "words"),
    [
        ({"add": {"effect": "unavailable"}}, "a service and an effect"),
        ({"add": {"service": "sqs", "effect": "weary"}}, "weary"),
        ({"add": {"service": "sqs", "effect": "slow", "when": 1}}, "when"),
        ({"clear": "fault-0"}, "no fault 'fault-0'"),
    ],
)
def test_given_a_fault_that_cannot_be_then_it_is_refused_with_its_reason(
    account: Account, request_document: dict[str, Any], words: str
) -> None:
    with pytest.raises(LocalAwsError, match=words):
        account.running._call("POST", "faults", request_document)


def test_given_a_running_invocation_then_it_can_be_halted_and_killed_as_by_its_host(account: Account) -> None:
    function = account.function(
        """
        import threading
        def handler(event, context):
            threading.Event().wait(60)
        """,
        timeout=60,
    )
    account.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b'"marked"')
    running = account.running
    [found] = eventually(
        lambda: [one for one in running.invocations("marked") if one["pid"]], "the invocation has a process"
    )
    assert (found["function_name"], found["event"]) == (function, "marked")

    running.signal(found["request_id"], "STOP")
    eventually(lambda: state_of(found["pid"]) == "T", "it is halted")
    running.signal(found["request_id"], "KILL")

    eventually(lambda: any("signal: killed" in line for line in account.log_messages(function)), "Lambda says so")
    assert running.invocations("no such event") == []
    with pytest.raises(LocalAwsError, match="runs now"):
        running.signal("00000000-0000-0000-0000-000000000000", "KILL")


def state_of(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return ""
