"""Logs Insights over the API: window, log groups, pages, pointers and refusals."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.log_groups import LogGroup, log_group

pytestmark = pytest.mark.slow


@pytest.fixture
def group(account: Account) -> LogGroup:
    made = log_group(account)
    made.stream(
        "a", [(number * 60_000, {"n": number, "level": "ERROR" if number % 3 else "INFO"}) for number in range(6)]
    )
    made.stream("b", [(30_000, "no JSON")])
    return made


def test_given_a_query_then_rows_statistics_and_status_are_those_of_the_window(group: LogGroup) -> None:
    start = group.start // 1000
    request = {"logGroupName": group.name, "queryString": "filter level = 'ERROR' | fields n | sort n"}
    query = group.client.start_query(**request, startTime=start, endTime=start + 240)
    answer = group.client.get_query_results(**query_id(query))
    assert [[one["value"] for one in row if one["field"] == "n"] for row in answer["results"]] == [
        ["1"],
        ["2"],
        ["4"],
    ]
    statistics = answer["statistics"]
    assert (statistics["recordsMatched"], statistics["recordsScanned"]) == (3, 6)
    assert statistics["bytesScanned"] == 6 * len('{"n": 0, "level": "ERROR"}') - 2 - 26 + len("no JSON")


def query_id(started: dict[str, str]) -> dict[str, str]:
    return {"queryId": started["queryId"]}


def test_given_a_moved_window_then_other_events_are_counted_and_both_ends_are_included(group: LogGroup) -> None:
    start = group.start // 1000
    query = "stats count(*) as n"
    assert group.queried(query, startTime=start, endTime=start + 60) == [{"n": "3"}]
    assert group.queried(query, startTime=start + 1, endTime=start + 59) == [{"n": "1"}]
    assert group.queried(query, startTime=start + 61, endTime=start + 300) == [{"n": "4"}]
    assert group.queried(query, startTime=start - 600, endTime=start - 1) == []


def test_given_another_query_then_another_answer(group: LogGroup) -> None:
    assert group.queried("filter ispresent(n) | stats max(n) as most by level | sort level") == [
        {"level": "ERROR", "most": "5"},
        {"level": "INFO", "most": "3"},
    ]
    assert group.queried("fields @logStream, @log | filter @message like /JSON$/") == [
        {"@logStream": "b", "@log": f"{group.account.id}:{group.name}"}
    ]


def test_given_several_groups_then_all_of_them_are_asked(group: LogGroup, account: Account) -> None:
    other = log_group(account)
    other.stream("c", [(45_000, "other"), (200_000, "later")])
    both = {"startTime": group.start // 1000, "endTime": group.start // 1000 + 3600}
    query = "fields @message | sort @timestamp | limit 3"
    started = group.client.start_query(logGroupNames=[group.name, other.name], queryString=query, **both)
    answer = group.client.get_query_results(**query_id(started))
    found = [next(one["value"] for one in row if one["field"] == "@message") for row in answer["results"]]
    assert found[1:] == ["no JSON", "other"]
    assert answer["statistics"]["logGroupsScanned"] == 2


def test_given_a_pointer_then_the_whole_record_can_be_read(group: LogGroup) -> None:
    window = {"startTime": group.start // 1000, "endTime": group.start // 1000 + 60}
    started = group.client.start_query(logGroupName=group.name, queryString="fields n | filter n = 1", **window)
    row = group.client.get_query_results(**query_id(started))["results"][0]
    pointer = next(one["value"] for one in row if one["field"] == "@ptr")
    record = group.client.get_log_record(logRecordPointer=pointer)["logRecord"]
    assert (record["n"], record["level"], record["@logStream"]) == ("1", "ERROR", "a")
    with pytest.raises(ClientError, match="Invalid logRecordPointer"):
        group.client.get_log_record(logRecordPointer="bm9uZQ==")


def test_given_many_rows_then_results_come_page_by_page(group: LogGroup) -> None:
    window = {"startTime": group.start // 1000, "endTime": group.start // 1000 + 3600}
    started = query_id(group.client.start_query(logGroupName=group.name, queryString="fields n", **window))
    first = group.client.get_query_results(**started, maxItems=4)
    second = group.client.get_query_results(**started, maxItems=4, nextToken=first["nextToken"])
    assert (len(first["results"]), len(second["results"]), second.get("nextToken")) == (4, 3, None)


def test_given_queries_that_ran_then_they_are_described_and_cannot_be_stopped(group: LogGroup) -> None:
    group.queried("stats count(*)")
    described = group.client.describe_queries(logGroupName=group.name, status="Complete")["queries"]
    assert [one["queryString"] for one in described] == ["stats count(*)"]
    assert group.client.describe_queries(logGroupName=group.name, status="Failed")["queries"] == []
    with pytest.raises(ClientError, match="is not running"):
        group.client.stop_query(queryId=described[0]["queryId"])
    with pytest.raises(group.client.exceptions.ResourceNotFoundException):
        group.client.get_query_results(queryId="no-such-query")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("fields @message | pattern @message", "'pattern'"),
        ("diff", "'diff'"),
        ("unnest a into b", "'unnest'"),
        ("SOURCE logGroups(namePrefix: ['/x'])", "'SOURCE'"),
        ("fields jsonParse(@message)", "jsonParse"),
        ("filter level == 'x'", "unexpected '='"),
    ],
)
def test_given_what_is_not_evaluated_then_the_query_is_refused_and_names_it(
    group: LogGroup, query: str, named: str
) -> None:
    with pytest.raises(group.client.exceptions.MalformedQueryException, match=named):
        group.queried(query)


def test_given_requests_that_cannot_be_applied_then_they_are_refused(group: LogGroup) -> None:
    now = int(time.time())
    with pytest.raises(group.client.exceptions.MalformedQueryException, match="does not evaluate queries in SQL"):
        group.queried("SELECT 1", queryLanguage="SQL")
    with pytest.raises(ClientError, match="Exactly one of"):
        group.client.start_query(queryString="fields x", startTime=0, endTime=now)
    with pytest.raises(ClientError, match="End time should not be before"):
        group.queried("fields x", startTime=now, endTime=now - 1)
    with pytest.raises(ClientError, match="epoch seconds"):
        group.queried("fields x", startTime=group.start, endTime=now * 1000)
    with pytest.raises(group.client.exceptions.ResourceNotFoundException):
        group.queried("fields x", logGroupName="/none")


def test_given_a_log_group_then_its_fields_are_named_with_their_share(group: LogGroup) -> None:
    answer = group.client.get_log_group_fields(logGroupName=group.name, time=group.start // 1000)
    shares = {field["name"]: field["percent"] for field in answer["logGroupFields"]}
    assert (shares["@message"], shares["n"]) == (100, 86)
    later = group.client.get_log_group_fields(logGroupName=group.name, time=group.start // 1000 + 3600)
    assert later["logGroupFields"] == []
