"""Calls that say when they are made: what they make is as old as that, and nothing else is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evals import seeding
from local_aws.control import NOW_HEADER, TOKEN_HEADER
from local_aws.process import ADMINISTRATOR, Running
from tests.contract.local_aws.account import Account
from tests.waiting import lookup_events

pytestmark = pytest.mark.slow

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def client(running: Running, service: str, at: datetime, token: str) -> Any:
    headers = {NOW_HEADER: f"{at.timestamp():.0f}", TOKEN_HEADER: token}
    session = seeding.session(running.endpoint, running.region, ADMINISTRATOR, headers=headers)
    return session.client(service)


def near(moment: datetime, wanted: datetime) -> bool:
    return abs(moment - wanted) < timedelta(minutes=2)


def test_what_a_dated_call_makes_is_that_old(account: Account, local_aws: Running) -> None:
    then, name = datetime.now(UTC) - timedelta(days=30), f"dated-{id(account)}"

    role = client(local_aws, "iam", then, local_aws.token).create_role(
        RoleName=name, AssumeRolePolicyDocument=TRUST
    )
    queue = client(local_aws, "sqs", then, local_aws.token).create_queue(QueueName=name)["QueueUrl"]
    attributes = local_aws.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["CreatedTimestamp"])

    assert near(role["Role"]["CreateDate"], then)
    assert near(datetime.fromtimestamp(int(attributes["Attributes"]["CreatedTimestamp"]), UTC), then)


def test_cloudtrail_dates_the_call_by_it(local_aws: Running) -> None:
    then, name = datetime.now(UTC) - timedelta(days=20), "dated-in-the-trail"

    client(local_aws, "sns", then, local_aws.token).create_topic(Name=name)
    found = lookup_events(
        local_aws.client("cloudtrail"),
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateTopic"}],
        StartTime=then - timedelta(minutes=5),
        EndTime=then + timedelta(minutes=5),
    )["Events"]

    assert [json.loads(event["CloudTrailEvent"])["requestParameters"]["name"] for event in found] == [name]


def test_an_alarm_s_state_is_dated_by_it(account: Account, local_aws: Running) -> None:
    then, name = datetime.now(UTC) - timedelta(hours=7), "dated-alarm"
    cloudwatch = client(local_aws, "cloudwatch", then, local_aws.token)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="m",
        Namespace="dated",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=False,
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="because")

    reader = local_aws.client("cloudwatch")
    history = reader.describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")["AlarmHistoryItems"]

    assert any(near(item["Timestamp"], then) for item in history)


@pytest.mark.parametrize(("told", "recorded"), [(True, 0), (False, 1)])
def test_how_an_alarm_went_in_the_past_is_nobody_s_call(local_aws: Running, *, told: bool, recorded: int) -> None:
    name, token = f"alarm-of-the-past-{told}", local_aws.token if told else "guessed"
    cloudwatch = client(local_aws, "cloudwatch", datetime.now(UTC) - timedelta(hours=5), token)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        MetricName="m",
        Namespace="dated",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=False,
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="because")

    wanted = [{"AttributeKey": "EventName", "AttributeValue": "SetAlarmState"}]
    found = lookup_events(local_aws.client("cloudtrail"), LookupAttributes=wanted)["Events"]

    assert len([event for event in found if name in event["CloudTrailEvent"]]) == recorded


@pytest.mark.parametrize("token", ["", "guessed"])
def test_without_the_token_a_call_is_made_now(local_aws: Running, token: str) -> None:
    then = datetime.now(UTC) - timedelta(days=30)

    role = client(local_aws, "iam", then, token).create_role(
        RoleName=f"undated-{token}", AssumeRolePolicyDocument=TRUST
    )

    assert near(role["Role"]["CreateDate"], datetime.now(UTC))
