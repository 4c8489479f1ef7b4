"""Alarms on queues see what lies in them, and alarms on functions the events that got lost."""

from __future__ import annotations

import json

import pytest

from local_aws.faults.rules import Effect, Fault
from tests.contract.local_aws.account import Account
from tests.waiting import eventually

pytestmark = pytest.mark.slow


def alarm_on(account: Account, namespace: str, metric: str, **dimensions: str) -> str:
    return account.alarm(
        Namespace=namespace,
        MetricName=metric,
        Statistic="Maximum",
        TreatMissingData="notBreaching",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
    )


@pytest.mark.parametrize("metric", ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"])
def test_given_a_message_that_nobody_takes_then_the_queues_alarm_goes_off(account: Account, metric: str) -> None:
    url, arn = account.queue()
    alarm = alarm_on(account, "AWS/SQS", metric, QueueName=arn.rpartition(":")[2])
    eventually(lambda: account.alarm_state(alarm) == "OK", "an empty queue is well")

    account.client("sqs").send_message(QueueUrl=url, MessageBody="m")

    eventually(lambda: account.alarm_state(alarm) == "ALARM", "the alarm is on")


def test_given_a_message_in_flight_then_it_is_not_counted_as_visible(account: Account) -> None:
    url, arn = account.queue()
    hidden = alarm_on(account, "AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=arn.rpartition(":")[2])
    taken = alarm_on(account, "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", QueueName=arn.rpartition(":")[2])
    sqs = account.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="m", DelaySeconds=1)

    sqs.receive_message(QueueUrl=url, VisibilityTimeout=60, WaitTimeSeconds=5)

    eventually(lambda: account.alarm_state(taken) == "ALARM", "the message in flight is seen")
    assert account.alarm_state(hidden) == "OK"


def test_given_an_event_whose_destination_fails_then_a_metric_says_that_it_is_lost(account: Account) -> None:
    _, arn = account.queue()
    role = account.role({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn})
    function = account.function("def handler(event, context):\n    raise ValueError", role=role)
    client = account.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    lost = alarm_on(account, "AWS/Lambda", "DestinationDeliveryFailures", FunctionName=function)
    name = account.running.fail(Fault("sqs", Effect.UNAVAILABLE, role=role.rpartition("/")[2]))

    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps("event"))

    eventually(lambda: account.alarm_state(lost) == "ALARM", "the lost event is seen")
    account.running.clear_fault(name)
