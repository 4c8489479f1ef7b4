"""FilterLogEvents, GetLogEvents and PutLogEvents apply the window, streams, pattern and page asked for."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.control import NOW_HEADER, TOKEN_HEADER
from tests.contract.local_aws.account import Account
from tests.contract.local_aws.log_groups import LogGroup, log_group

pytestmark = pytest.mark.slow


@pytest.fixture
def group(account: Account) -> LogGroup:
    made = log_group(account)
    made.stream("a/1", [(0, "a0 ERROR one"), (2000, "a2 INFO"), (4000, {"id": "a4", "level": "ERROR", "ms": 40})])
    made.stream(
        "b/1", [(1000, "b1 WARN"), (2000, "b2 ERROR two"), (3000, {"id": "b3", "level": "INFO", "ms": 30})]
    )
    return made


def refused(call: object, **request: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)  # type: ignore[operator]
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def ids(messages: list[str]) -> list[str]:
    """The first word, or the id of a JSON message."""
    return [text.split()[0] if text[0] != "{" else text.split('"')[3] for text in messages]


def test_given_no_filter_then_streams_are_interleaved_by_time(group: LogGroup) -> None:
    assert ids(group.filtered()) == ["a0", "b1", "a2", "b2", "b3", "a4"]


def test_given_a_moved_window_then_other_events_are_found_and_both_ends_are_included(group: LogGroup) -> None:
    begin = group.start
    assert ids(group.filtered(startTime=begin + 1000, endTime=begin + 2000)) == ["b1", "a2", "b2"]
    assert ids(group.filtered(startTime=begin + 1001, endTime=begin + 1999)) == []
    assert ids(group.filtered(startTime=begin + 3000)) == ["b3", "a4"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("ERROR", ["a0", "b2", "a4"]),
        ("?WARN ?one", ["a0", "b1"]),
        ("ERROR -two", ["a0", "a4"]),
        ('"b2 ERROR"', ["b2"]),
        ('{ $.level = "ERROR" }', ["a4"]),
        ("{ $.ms >= 30 }", ["b3", "a4"]),
        ("[id, level = ERROR, ...]", ["a0", "b2"]),
        ("%[ab]2%", ["a2", "b2"]),
    ],
)
def test_given_another_pattern_then_other_events_are_found(
    group: LogGroup, pattern: str, found: list[str]
) -> None:
    assert ids(group.filtered(filterPattern=pattern)) == found


def test_given_streams_or_a_prefix_then_only_theirs_are_found(group: LogGroup) -> None:
    assert ids(group.filtered(logStreamNamePrefix="b/")) == ["b1", "b2", "b3"]
    assert ids(group.filtered(logStreamNames=["a/1"])) == ["a0", "a2", "a4"]
    call = group.client.filter_log_events
    both = refused(call, logGroupName=group.name, logStreamNames=["a/1"], logStreamNamePrefix="b")
    assert both.startswith("InvalidParameterException")
    absent = refused(call, logGroupName=group.name, logStreamNames=["none"])
    assert absent == "ResourceNotFoundException: The specified log stream does not exist."


def test_given_pages_then_events_that_arrive_in_between_shift_nothing(group: LogGroup) -> None:
    request = {"logGroupName": group.name, "limit": 2}
    first = group.client.filter_log_events(**request)
    group.put("a/1", [(500, "a05 late")])
    rest = []
    token = first["nextToken"]
    while token:
        page = group.client.filter_log_events(**request, nextToken=token)
        assert len(page["events"]) <= 2
        rest += [event["message"] for event in page["events"]]
        token = page.get("nextToken")
    assert ids([event["message"] for event in first["events"]]) == ["a0", "b1"]
    assert ids(rest) == ["a2", "b2", "b3", "a4"]


def test_given_a_token_of_another_request_then_it_is_refused(group: LogGroup) -> None:
    token = group.client.filter_log_events(logGroupName=group.name, limit=1)["nextToken"]
    call = group.client.filter_log_events
    for changed in ({"filterPattern": "ERROR"}, {"startTime": 5}, {"nextToken": "bm9uc2Vuc2U="}):
        answer = refused(call, **{"logGroupName": group.name, "nextToken": token, **changed})
        assert answer == "InvalidParameterException: The specified nextToken is invalid."


def test_given_the_newest_first_then_the_order_and_the_pages_turn_round(group: LogGroup) -> None:
    found = group.filtered(startFromHead=False, startTime=group.start, page=4)
    assert ids(found) == ["a4", "b3", "b2", "a2", "b1", "a0"]
    answer = refused(group.client.filter_log_events, logGroupName=group.name, startFromHead=False)
    assert "on or after Jan 1, 2024" in answer


def test_given_an_arn_then_it_names_the_group_and_not_beside_a_name(group: LogGroup) -> None:
    arn = f"arn:aws:logs:{group.account.region}:{group.account.id}:log-group:{group.name}"
    call = group.client.filter_log_events
    assert len(call(logGroupIdentifier=arn)["events"]) == 6
    assert "Exactly one of" in refused(call, logGroupIdentifier=arn, logGroupName=group.name)
    elsewhere = arn.replace(group.account.region, "ap-south-1")
    assert refused(call, logGroupIdentifier=elsewhere).startswith("ResourceNotFoundException")
    assert refused(call, logGroupName="/none").startswith("ResourceNotFoundException")


def test_given_a_pattern_aws_refuses_then_the_error_is_aws_s(group: LogGroup) -> None:
    answer = refused(group.client.filter_log_events, logGroupName=group.name, filterPattern="order-7")
    assert answer == "InvalidParameterException: Invalid filter pattern: Invalid character(s) in term 'order-7'"
    answer = refused(group.client.filter_log_events, logGroupName=group.name, limit=10_001)
    assert answer.endswith("Member must have value less than or equal to 10000")


def test_given_get_log_events_then_its_end_is_not_included_and_its_tokens_go_both_ways(group: LogGroup) -> None:
    request = {"logGroupName": group.name, "logStreamName": "a/1"}
    call = group.client.get_log_events
    window = call(**request, startTime=group.start, endTime=group.start + 4000)
    assert ids([event["message"] for event in window["events"]]) == ["a0", "a2"]
    latest = call(**request, limit=2)
    assert ids([event["message"] for event in latest["events"]]) == ["a2", "a4"]
    before = call(**request, limit=2, nextToken=latest["nextBackwardToken"])
    assert ids([event["message"] for event in before["events"]]) == ["a0"]
    again = call(**request, limit=2, nextToken=before["nextBackwardToken"])
    assert (again["events"], again["nextBackwardToken"]) == ([], before["nextBackwardToken"])
    after = call(**request, limit=2, nextToken=again["nextForwardToken"], startFromHead=True)
    assert ids([event["message"] for event in after["events"]]) == ["a0", "a2"]


def test_given_the_end_of_a_stream_then_the_forward_token_stays_until_something_arrives(group: LogGroup) -> None:
    request = {"logGroupName": group.name, "logStreamName": "b/1", "startFromHead": True}
    call = group.client.get_log_events
    whole = call(**request)
    at_end = call(**request, nextToken=whole["nextForwardToken"])
    assert (at_end["events"], at_end["nextForwardToken"]) == ([], whole["nextForwardToken"])
    group.put("b/1", [(9000, "b9")])
    assert [event["message"] for event in call(**request, nextToken=at_end["nextForwardToken"])["events"]] == [
        "b9"
    ]
    other = {"logGroupName": group.name, "logStreamName": "a/1", "nextToken": whole["nextForwardToken"]}
    assert "The specified nextToken is invalid" in refused(call, **other)


def test_given_large_events_then_a_page_ends_at_a_megabyte(account: Account) -> None:
    made = log_group(account)
    made.stream("s")
    for number in range(6):
        made.put("s", [(number, f"{number} " + "x" * 400_000)])
    pages = list(made.client.get_paginator("filter_log_events").paginate(logGroupName=made.name))
    assert [len(page["events"]) for page in pages] == [2, 2, 2]
    latest = made.client.get_log_events(logGroupName=made.name, logStreamName="s")
    assert ids([event["message"] for event in latest["events"]]) == ["4", "5"]


DAY = 86_400_000


@pytest.mark.parametrize(
    ("events", "refusal"),
    [
        ([(5, "later"), (4, "earlier")], "must be in chronological order"),
        ([(-25 * 3_600_000, "early"), (0, "late")], "cannot span more than 24 hours"),
        ([(0, "x" * 600_000), (1, "y" * 600_000)], "Upload too large"),
    ],
)
def test_given_a_batch_aws_refuses_then_nothing_is_stored(
    group: LogGroup, events: list[tuple[int, object]], refusal: str
) -> None:
    with pytest.raises(ClientError, match=refusal):
        group.put("a/1", events)
    assert len(group.filtered()) == 6


def test_given_events_too_old_or_too_new_then_the_others_are_stored_and_these_named(account: Account) -> None:
    made = log_group(account)
    made.stream("s")
    answer = made.put("s", [(-15 * DAY, "old"), (0, "fine"), (4 * 3_600_000, "new")])
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}
    made.client.put_retention_policy(logGroupName=made.name, retentionInDays=3)
    expired = made.put("s", [(-4 * DAY, "expired"), (1, "kept")])
    assert expired["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    assert made.filtered() == ["fine", "kept"]


def test_given_a_shorter_retention_then_older_events_are_gone(account: Account) -> None:
    made = log_group(account)
    made.stream("s", [(-2 * DAY, "older")])
    made.put("s", [(0, "newer")])
    assert made.filtered() == ["older", "newer"]
    made.client.put_retention_policy(logGroupName=made.name, retentionInDays=1)
    assert made.filtered() == ["newer"]


def test_given_another_log_class_then_reading_is_refused_as_documented(account: Account) -> None:
    made = log_group(account, logGroupClass="INFREQUENT_ACCESS")
    made.stream("s", [(0, {"a": 1})])
    assert "not supported on log groups" in refused(made.client.filter_log_events, logGroupName=made.name)
    assert made.queried("fields a, @message") == [{"@message": '{"a": 1}'}]


def test_given_calls_that_tell_of_the_past_then_nothing_looks_as_if_it_had_been_made_today(
    account: Account,
) -> None:
    logs = account.running.client("logs")
    long_ago = int(time.time()) - 180 * 86_400

    def dated(params: dict[str, Any], **_: object) -> None:
        params["headers"] |= {NOW_HEADER: str(long_ago), TOKEN_HEADER: account.running.token}

    logs.meta.events.register("before-call.logs.*", dated)
    name = account.name("/contract/past")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    happened = int(time.time() * 1000) - 3_600_000
    logs.put_log_events(
        logGroupName=name, logStreamName="s", logEvents=[{"timestamp": happened, "message": "then"}]
    )
    transformation = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName=name, filterName="f", filterPattern="x", metricTransformations=[transformation]
    )
    now = account.client("logs")
    group = now.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    stream = now.describe_log_streams(logGroupName=name)["logStreams"][0]
    metric_filter = now.describe_metric_filters(logGroupName=name)["metricFilters"][0]
    event = now.filter_log_events(logGroupName=name)["events"][0]
    assert {group["creationTime"] // 10_000, metric_filter["creationTime"] // 10_000} == {long_ago // 10}
    assert stream["creationTime"] == happened
    assert event["timestamp"] == happened
    assert happened < event["ingestionTime"] < happened + 5000
