"""Reading logs gives what CloudWatch Logs would give, or an error; never silently something else."""

from __future__ import annotations

import base64
import gzip
import json
import time

import pytest

from local_aws.log_patterns import UnsupportedPatternError, compile_pattern
from tests.contract.local_aws.account import Account, eventually

MESSAGES = [
    "[ERROR] timeout while reading order-7",
    "[INFO] order-7 read",
    "[WARN] slow: reading timeout budget 80%",
    "error in lower case",
]


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("", [0, 1, 2, 3]),
        ("ERROR", [0]),
        ("error", [3]),
        ("reading timeout", [0, 2]),
        ('"reading timeout"', [2]),
        ('timeout -"order-7"', [2]),
        ("?ERROR ?WARN", [0, 2]),
        ("timeout ?INFO", [0, 2]),
        ('"[ERROR]"', [0]),
        ('"say \\"hi\\""', []),
    ],
)
def test_given_a_pattern_then_exactly_these_messages_match(pattern: str, matching: list[int]) -> None:
    matches = compile_pattern(pattern)
    assert [number for number, message in enumerate(MESSAGES) if matches(message)] == matching


@pytest.mark.parametrize(
    "pattern", ['{ $.level = "ERROR" }', "[ip, user, ...]", "%ERR.*%", '"open', "order-7", "a.b"]
)
def test_given_a_pattern_that_is_not_evaluated_then_it_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedPatternError):
        compile_pattern(pattern)


@pytest.fixture
def group(account: Account) -> str:
    name = account.name("/contract/group")
    logs = account.client("logs")
    logs.create_log_group(logGroupName=name)
    now = int(time.time() * 1000)
    for stream in ("a/1", "b/1"):
        logs.create_log_stream(logGroupName=name, logStreamName=stream)
        events = [{"timestamp": now + number, "message": text} for number, text in enumerate(MESSAGES)]
        logs.put_log_events(logGroupName=name, logStreamName=stream, logEvents=events)
    return name


@pytest.mark.slow
def test_given_filter_log_events_then_pages_and_stream_prefixes_hold(account: Account, group: str) -> None:
    pages = account.client("logs").get_paginator("filter_log_events")
    found = [
        [event["message"] for event in page["events"]]
        for page in pages.paginate(logGroupName=group, filterPattern="timeout", PaginationConfig={"PageSize": 3})
    ]
    assert [len(page) for page in found] == [3, 1]
    only = account.client("logs").filter_log_events(logGroupName=group, logStreamNamePrefix="b/")
    assert {event["logStreamName"] for event in only["events"]} == {"b/1"}
    assert [event["message"] for event in only["events"]] == MESSAGES


@pytest.mark.slow
def test_given_a_json_pattern_then_the_call_fails_instead_of_matching_everything(
    account: Account, group: str
) -> None:
    logs = account.client("logs")
    with pytest.raises(logs.exceptions.InvalidParameterException, match="quoted phrases"):
        logs.filter_log_events(logGroupName=group, filterPattern='{ $.level = "ERROR" }')


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "stats count(*) by bin(5m)",
        "fields @message | parse @message '*' as x",
        "filter level = 'ERROR'",
        "fields @timestamp | filter @message like /a/ and @message like /b/",
        "dedup @message",
    ],
)
def test_given_an_insights_query_it_cannot_evaluate_then_it_is_refused(
    account: Account, group: str, query: str
) -> None:
    logs = account.client("logs")
    with pytest.raises(logs.exceptions.MalformedQueryException, match="does not evaluate"):
        logs.start_query(logGroupName=group, startTime=0, endTime=int(time.time()) + 60, queryString=query)


@pytest.mark.slow
def test_given_a_simple_insights_query_then_it_is_answered(account: Account, group: str) -> None:
    logs = account.client("logs")
    query = "fields @timestamp, @message | filter @message like /timeout/ | sort @timestamp desc | limit 3"
    started = logs.start_query(logGroupName=group, startTime=0, endTime=int(time.time()) + 60, queryString=query)

    def rows() -> list[object]:
        answer = logs.get_query_results(queryId=started["queryId"])
        return list(answer["results"]) if answer["status"] == "Complete" else []

    assert len(eventually(rows, "the query completes")) == 3


@pytest.mark.slow
def test_given_a_subscribed_function_then_it_gets_matching_events_only_with_permission(
    account: Account, group: str
) -> None:
    function, queue = account.recorder()
    logs = account.client("logs")
    logs.put_subscription_filter(
        logGroupName=group, filterName="errors", filterPattern="ERROR", destinationArn=function
    )

    def put(text: str) -> None:
        event = {"timestamp": int(time.time() * 1000), "message": text}
        logs.put_log_events(logGroupName=group, logStreamName="a/1", logEvents=[event])

    put("ERROR before the permission")
    assert account.running.status()["refused_invocations"][-1]["function"] == function
    account.allow(function, "logs.eu-west-1.amazonaws.com", SourceAccount=account.id)
    put("INFO nothing")
    put("ERROR after it")
    data = account.received(queue)["event"]["awslogs"]["data"]
    message = json.loads(gzip.decompress(base64.b64decode(data)))
    assert [event["message"] for event in message["logEvents"]] == ["ERROR after it"]
    assert (message["logGroup"], message["subscriptionFilters"]) == (group, ["errors"])
