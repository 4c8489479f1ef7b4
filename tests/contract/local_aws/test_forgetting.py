"""One incident after another on one local AWS: none leaves anything the next one's investigation would read."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.local_aws.account import Account
from tests.waiting import eventually, lookup_events

pytestmark = pytest.mark.slow

FAILING = "def handler(event, context):\n    raise ValueError('order without items')"


@pytest.fixture
def function(account: Account) -> str:
    return account.function(FAILING)


@pytest.fixture
def alarm(account: Account, function: str) -> str:
    """Goes off with the function's first error."""
    dimensions = [{"Name": "FunctionName", "Value": function}]
    return account.alarm(
        AlarmName=f"errors-{uuid.uuid4().hex}", Namespace="AWS/Lambda", MetricName="Errors", Dimensions=dimensions
    )


def sums(account: Account, function: str) -> dict[str, float]:
    """What all metrics of the function add up to, as an investigation reads them."""
    cloudwatch, now = account.client("cloudwatch"), datetime.now(UTC)
    dimensions = [{"Name": "FunctionName", "Value": function}]
    found = {}
    for metric in ("Invocations", "Errors", "Throttles"):
        query = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
        answer = cloudwatch.get_metric_statistics(
            **query,
            StartTime=now - timedelta(hours=2),
            EndTime=now + timedelta(minutes=5),
            Period=60,
            Statistics=["Sum"],
        )
        found[metric] = sum(point["Sum"] for point in answer["Datapoints"])
    return found


def fail_once(account: Account, function: str, alarm: str) -> None:
    account.invoke(function)
    eventually(lambda: account.alarm_state(alarm) == "ALARM", f"{alarm} goes off")


def test_given_a_second_incident_then_as_many_calls_of_as_many_failed_as_in_the_first(
    account: Account, function: str, alarm: str
) -> None:
    fail_once(account, function, alarm)
    first = sums(account, function)
    account.running.forget_alarm(alarm, f"/aws/lambda/{function}")
    fail_once(account, function, alarm)
    assert sums(account, function) == first == {"Invocations": 1.0, "Errors": 1.0, "Throttles": 0.0}


def test_given_a_forgotten_incident_then_metrics_of_other_functions_stay(
    account: Account, function: str, alarm: str
) -> None:
    other = account.function(FAILING)
    account.invoke(other)
    account.running.forget_alarm(alarm)
    assert sums(account, other)["Invocations"] == 1.0


def test_given_a_forgotten_incident_then_its_log_is_gone_and_cloudtrail_shows_no_cleaning(
    account: Account, function: str, alarm: str
) -> None:
    group = f"/aws/lambda/{function}"
    fail_once(account, function, alarm)
    assert account.log_messages(function)
    before = events_of(account, group)
    account.running.forget_alarm(alarm, group)
    assert account.log_messages(function) == []
    assert events_of(account, group) == before


def events_of(account: Account, group: str) -> list[str]:
    """Changes of a log group by CloudTrail."""
    attribute = {"AttributeKey": "ResourceName", "AttributeValue": group}
    events = lookup_events(account.client("cloudtrail"), LookupAttributes=[attribute])["Events"]
    return [event["EventName"] for event in events if event["ReadOnly"] == "false"]


def test_given_a_second_incident_then_the_history_holds_one_transition_and_the_alarms_definition(
    account: Account, function: str, alarm: str
) -> None:
    fail_once(account, function, alarm)
    account.running.forget_alarm(alarm)
    fail_once(account, function, alarm)
    history = account.client("cloudwatch").describe_alarm_history(AlarmName=alarm)["AlarmHistoryItems"]
    assert sorted(item["HistorySummary"] for item in history) == [
        f'Alarm "{alarm}" created',
        "Alarm updated from OK to ALARM",
    ]
