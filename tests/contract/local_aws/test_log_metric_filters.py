"""Metric filters turn events into datapoints, and say which events they would match."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.log_groups import LogGroup, log_group
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def group(account: Account) -> LogGroup:
    made = log_group(account)
    made.stream("s")
    return made


def metric_filter(group: LogGroup, pattern: str, name: str = "filter", **transformation: Any) -> str:
    """Put a filter on a metric of its own; returns the namespace."""
    namespace = group.account.name("Contract")
    made = {"metricName": "Found", "metricNamespace": namespace, "metricValue": "1", **transformation}
    group.client.put_metric_filter(
        logGroupName=group.name, filterName=name, filterPattern=pattern, metricTransformations=[made]
    )
    return namespace


def sums(group: LogGroup, namespace: str, **dimensions: str) -> dict[int, tuple[float, float]]:
    """Sum and count by minutes after the group's start."""
    begin = datetime.fromtimestamp(group.start / 1000, UTC)
    answer = group.account.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Found",
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=begin,
        EndTime=begin + timedelta(hours=2),
        Period=60,
        Statistics=["Sum", "SampleCount"],
    )
    return {
        int((point["Timestamp"] - begin).total_seconds() // 60): (point["Sum"], point["SampleCount"])
        for point in answer["Datapoints"]
    }


def test_given_matching_events_then_each_counts_at_its_own_time(group: LogGroup) -> None:
    namespace = metric_filter(group, "ERROR")
    group.put("s", [(0, "ERROR a"), (1000, "ERROR b"), (2000, "INFO"), (180_000, "ERROR c")])
    assert sums(group, namespace) == {0: (2, 2), 3: (1, 1)}


def test_given_events_before_the_filter_then_they_do_not_count(group: LogGroup) -> None:
    group.put("s", [(0, "ERROR a")])
    namespace = metric_filter(group, "ERROR")
    assert sums(group, namespace) == {}


def test_given_a_selector_as_value_then_the_number_in_the_event_counts(group: LogGroup) -> None:
    from_json = metric_filter(group, "{ $.latency = * }", "json", metricValue="$.latency")
    from_fields = metric_filter(group, "[level, took = took, ms > 5]", "fields", metricValue="$ms")
    group.put("s", [(0, {"latency": 50}), (1, {"latency": "12.5"}), (2, {"latency": "slow"}), (3, "INFO took 7")])
    assert sums(group, from_json) == {0: (62.5, 2)}
    assert sums(group, from_fields) == {0: (7, 1)}


def test_given_a_default_value_then_it_stands_for_minutes_with_events_but_no_match(group: LogGroup) -> None:
    namespace = metric_filter(group, "ERROR", defaultValue=0)
    group.put("s", [(0, "INFO"), (1000, "INFO"), (60_000, "ERROR"), (120_000, "INFO")])
    assert sums(group, namespace) == {0: (0, 1), 1: (1, 1), 2: (0, 1)}
    group.put("s", [(2000, "ERROR late"), (61_000, "INFO"), (121_000, "INFO")])
    assert sums(group, namespace) == {0: (1, 1), 1: (1, 1), 2: (0, 1)}


def test_given_dimensions_then_each_value_is_a_metric_of_its_own(group: LogGroup) -> None:
    namespace = metric_filter(group, "{ $.code = * }", dimensions={"Code": "$.code"})
    group.put("s", [(0, {"code": "A"}), (1, {"code": "B"}), (2, {"code": "A"})])
    assert sums(group, namespace, Code="A") == {0: (2, 2)}
    assert sums(group, namespace, Code="B") == {0: (1, 1)}
    assert sums(group, namespace) == {}


def test_given_an_alarm_on_the_metric_then_a_logged_error_sets_it_off(group: LogGroup, account: Account) -> None:
    namespace = metric_filter(group, "ERROR")
    alarm = account.alarm(Namespace=namespace, MetricName="Found", Threshold=2.0)
    group.put("s", [(3_600_000, "ERROR a"), (3_600_001, "ERROR b")])
    eventually(lambda: account.alarm_state(alarm) == "ALARM", "the alarm goes off")


def test_given_a_function_that_logs_then_metric_filters_on_its_group_count(account: Account) -> None:
    source = """
        def handler(event, context):
            print("ERROR " + event["text"])
    """
    name = account.function(source)
    group = LogGroup(account, f"/aws/lambda/{name}")
    group.client.create_log_group(logGroupName=group.name)
    namespace = metric_filter(group, "ERROR")
    account.invoke(name, {"text": "once"})
    counted = eventually(lambda: sums(group, namespace), "the function's line is counted")
    assert sum(total for total, _ in counted.values()) == 1


@pytest.mark.parametrize(
    ("pattern", "transformation", "refusal"),
    [
        ("order-7", {}, "Invalid filter pattern"),
        ("ERROR", {"dimensions": {"A": "$.a"}}, "does not support dimensions"),
        ("{ $.a = * }", {"dimensions": {"A": "$.a"}, "defaultValue": 0.0}, "mutually exclusive"),
        ("ERROR", {"metricValue": "much"}, "neither a number nor"),
    ],
)
def test_given_a_filter_aws_refuses_then_it_is_refused(
    group: LogGroup, pattern: str, transformation: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(ClientError, match=refusal):
        metric_filter(group, pattern, **transformation)


def test_given_filters_then_they_are_described_by_group_prefix_and_metric(group: LogGroup) -> None:
    first = metric_filter(group, "ERROR", "errors")
    metric_filter(group, "WARN", "warnings")

    def described(**request: str) -> list[str]:
        pages = group.client.get_paginator("describe_metric_filters").paginate(
            **request, PaginationConfig={"PageSize": 1}
        )
        return [one["filterName"] for page in pages for one in page["metricFilters"]]

    assert described(logGroupName=group.name) == ["errors", "warnings"]
    assert described(logGroupName=group.name, filterNamePrefix="warn") == ["warnings"]
    assert described(metricName="Found", metricNamespace=first) == ["errors"]
    assert described(metricName="Other", metricNamespace=first) == []
    with pytest.raises(ClientError, match="must contain both"):
        described(metricName="Found")
    group.client.delete_metric_filter(logGroupName=group.name, filterName="errors")
    assert described(logGroupName=group.name) == ["warnings"]


def test_given_sample_messages_then_the_test_names_those_that_match_and_their_values(account: Account) -> None:
    samples = ['{"latency": 50, "path": "/a"}', "no JSON", '{"latency": 7}']
    answer = account.client("logs").test_metric_filter(
        filterPattern="{ $.latency > 10 }", logEventMessages=samples
    )
    assert answer["matches"] == [
        {"eventNumber": 1, "eventMessage": samples[0], "extractedValues": {"$.latency": "50"}}
    ]
