"""Rules on the event bus: which events they match, and where an event rests that the target did not take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.local_aws.account import Account
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:"


def event(name: str) -> dict[str, Any]:
    """An alarm's state change, as the bus carries it."""
    return {
        "id": "1",
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": "123456789012",
        "region": "us-east-1",
        "time": "2026-11-21T03:02:00Z",
        "resources": [f"{ARN}{name}"],
        "detail": {"alarmName": name, "state": {"value": "ALARM"}},
    }


@pytest.fixture
def rule(account: Account) -> Iterator[tuple[str, str]]:
    """Name and ARN of a rule on the changes of alarms that nothing else in the account is named like."""
    name = account.name("rule")
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": [{"prefix": name}]}}
    events = account.client("events")
    yield name, events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    events.remove_targets(Rule=name, Ids=["one"])
    events.delete_rule(Name=name)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        pytest.param(
            {"resources": [{"anything-but": {"prefix": [f"{ARN}test-", f"{ARN}own"]}}]},
            ["payments", "my-test-1", "Test-1", "ow"],
            ["test-1", "test-", "own", "owner"],
            id="anything but a list of prefixes",
        ),
        pytest.param(
            {"detail": {"alarmName": [{"prefix": "prod-"}, {"prefix": "shared"}]}},
            ["prod-1", "shared"],
            ["nonprod-1", "Prod-1", "share"],
            id="one prefix or another",
        ),
        pytest.param(
            {
                "resources": [{"anything-but": {"prefix": [f"{ARN}prod-test-"]}}],
                "detail": {"alarmName": [{"prefix": "prod-"}], "state": {"value": ["ALARM", "OK"]}},
            },
            ["prod-1"],
            ["prod-test-1", "stage-1"],
            id="all fields of a pattern",
        ),
    ],
)
def test_a_pattern_matches_as_the_event_pattern_reference_says(
    account: Account, pattern: dict[str, Any], matching: list[str], others: list[str]
) -> None:
    def matches(name: str) -> bool:
        answer = account.client("events").test_event_pattern(
            EventPattern=json.dumps(pattern), Event=json.dumps(event(name))
        )
        return bool(answer["Result"])

    assert [name for name in [*matching, *others] if matches(name)] == matching


@pytest.mark.parametrize(
    "operand", [{"prefix": [""]}, {"prefix": []}, [{"prefix": "a"}]], ids=["empty", "none", "in a list"]
)
def test_an_exclusion_that_aws_refuses_is_refused(account: Account, operand: Any) -> None:
    events = account.client("events")
    with pytest.raises(events.exceptions.InvalidEventPatternException):
        events.put_rule(
            Name=account.name("rule"), EventPattern=json.dumps({"resources": [{"anything-but": operand}]})
        )


def allow_sending(account: Account, queue: tuple[str, str], rule_arn: str) -> None:
    """Let the rule send to the queue, over TLS."""
    url, arn = queue
    send = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [tls_only, send]}
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})


def fire(account: Account, rule: tuple[str, str], function: str, **target: Any) -> str:
    """Target the function and let an alarm of the rule go off; the alarm's name."""
    name, _ = rule
    account.client("events").put_targets(Rule=name, Targets=[{"Id": "one", "Arn": function, **target}])
    alarm = account.alarm(AlarmName=account.name(name))
    account.client("cloudwatch").set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="by hand")
    return alarm


@pytest.mark.parametrize("exists", [True, False], ids=["without permission", "gone"])
def test_given_a_function_that_cannot_be_invoked_then_the_event_rests_in_the_targets_dead_letter_queue(
    account: Account, rule: tuple[str, str], exists: bool
) -> None:
    function = account.recorder()[0] if exists else account.function_arn("gone")
    queue = account.queue()
    allow_sending(account, queue, rule[1])

    alarm = fire(account, rule, function, DeadLetterConfig={"Arn": queue[1]})

    kept = account.received(queue[0])
    assert kept["detail-type"] == "CloudWatch Alarm State Change"
    assert kept["resources"] == [account.alarm_arn(alarm)]
    assert kept["detail"]["state"]["value"] == "ALARM"


def test_given_a_function_that_takes_the_event_then_nothing_rests(account: Account, rule: tuple[str, str]) -> None:
    function, received = account.recorder()
    account.allow(function, "events.amazonaws.com", SourceArn=rule[1])
    queue = account.queue()
    allow_sending(account, queue, rule[1])

    alarm = fire(account, rule, function, DeadLetterConfig={"Arn": queue[1]})

    assert account.received(received)["event"]["detail"]["alarmName"] == alarm
    assert "Messages" not in account.client("sqs").receive_message(QueueUrl=queue[0])


@pytest.mark.parametrize("policy", ["none", "of another rule"])
def test_given_a_queue_the_rule_may_not_send_to_then_the_event_is_lost_and_counted(
    account: Account, rule: tuple[str, str], policy: str
) -> None:
    name, arn = rule
    queue = account.queue()
    if policy == "of another rule":
        allow_sending(account, queue, f"{arn}-2")
    lost = account.alarm(
        Namespace="AWS/Events",
        MetricName="InvocationsFailedToBeSentToDlq",
        Dimensions=[{"Name": "RuleName", "Value": name}],
    )

    fire(account, rule, account.function_arn("gone"), DeadLetterConfig={"Arn": queue[1]})

    eventually(lambda: account.alarm_state(lost) == "ALARM", "the loss is counted")
    assert "Messages" not in account.client("sqs").receive_message(QueueUrl=queue[0])
