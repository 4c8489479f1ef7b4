"""DescribeLogGroups, DescribeLogStreams and the rest of the room's descriptions apply their filters and pages."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.log_groups import LogGroup, log_group

pytestmark = pytest.mark.slow


@pytest.fixture
def root(account: Account) -> str:
    """A prefix with four log groups below it."""
    prefix = account.name("/listing")
    for name, group_class in (
        ("b", "STANDARD"),
        ("a", "STANDARD"),
        ("Cold", "INFREQUENT_ACCESS"),
        ("ab", "STANDARD"),
    ):
        account.client("logs").create_log_group(logGroupName=f"{prefix}/{name}", logGroupClass=group_class)
    return prefix


def names(account: Account, prefix: str, **request: object) -> list[str]:
    pages = account.client("logs").get_paginator("describe_log_groups").paginate(**request)
    return [group["logGroupName"].removeprefix(f"{prefix}/") for page in pages for group in page["logGroups"]]


def test_given_a_prefix_a_part_or_a_class_then_only_these_groups_are_listed_in_order(
    account: Account, root: str
) -> None:
    assert names(account, root, logGroupNamePrefix=root) == ["Cold", "a", "ab", "b"]
    assert names(account, root, logGroupNamePrefix=f"{root}/a") == ["a", "ab"]
    assert names(account, root, logGroupNamePattern=f"{root[1:]}/C") == ["Cold"]
    assert names(account, root, logGroupNamePattern=f"{root[1:]}/c") == []
    assert names(account, root, logGroupNamePrefix=root, logGroupClass="INFREQUENT_ACCESS") == ["Cold"]
    assert names(account, root, logGroupIdentifiers=[f"{root}/b", "/none"]) == ["b"]


def test_given_a_page_size_then_groups_come_page_by_page(account: Account, root: str) -> None:
    paged = names(account, root, logGroupNamePrefix=root, PaginationConfig={"PageSize": 3})
    assert paged == ["Cold", "a", "ab", "b"]
    first = account.client("logs").describe_log_groups(logGroupNamePrefix=root, limit=3)
    assert len(first["logGroups"]) == 3
    with pytest.raises(ClientError, match="nextToken is invalid"):
        account.client("logs").describe_log_groups(nextToken=first["nextToken"])


def test_given_events_then_the_group_says_how_many_bytes_it_stores(account: Account) -> None:
    made = log_group(account)
    made.stream("s", [(0, "four"), (1, "ä")])
    described = account.client("logs").describe_log_groups(logGroupNamePrefix=made.name)["logGroups"][0]
    assert described["storedBytes"] == (4 + 26) + (2 + 26)
    assert (described["metricFilterCount"], described["logGroupClass"]) == (0, "STANDARD")


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        ({"logGroupNamePrefix": "/a", "logGroupNamePattern": "a"}, "mutually exclusive"),
        ({"includeLinkedAccounts": True}, "This local AWS does not apply includeLinkedAccounts"),
        ({"logGroupClass": "WARM"}, "Member must satisfy enum value set"),
        ({"limit": 51}, "less than or equal to 50"),
    ],
)
def test_given_what_cannot_be_applied_then_it_is_refused(
    account: Account, request_: dict[str, object], refusal: str
) -> None:
    with pytest.raises(ClientError, match=refusal):
        account.client("logs").describe_log_groups(**request_)


@pytest.fixture
def streams(account: Account) -> LogGroup:
    made = log_group(account)
    made.stream("web/2", [(1000, "x")])
    made.stream("web/1", [(0, "x"), (3000, "y")])
    made.stream("job/1", [(2000, "x")])
    made.stream("job/empty")
    return made


def stream_names(group: LogGroup, **request: object) -> list[str]:
    pages = group.client.get_paginator("describe_log_streams").paginate(
        logGroupName=group.name, PaginationConfig={"PageSize": 3}, **request
    )
    return [stream["logStreamName"] for page in pages for stream in page["logStreams"]]


def test_given_streams_then_they_are_listed_by_name_or_by_their_last_event(streams: LogGroup) -> None:
    assert stream_names(streams) == ["job/1", "job/empty", "web/1", "web/2"]
    assert stream_names(streams, descending=True) == ["web/2", "web/1", "job/empty", "job/1"]
    assert stream_names(streams, logStreamNamePrefix="web/") == ["web/1", "web/2"]
    assert stream_names(streams, orderBy="LastEventTime") == ["job/empty", "web/2", "job/1", "web/1"]
    newest = ["web/1", "job/1", "web/2", "job/empty"]
    assert stream_names(streams, orderBy="LastEventTime", descending=True) == newest


def test_given_last_event_time_and_a_prefix_then_it_is_refused_as_on_aws(streams: LogGroup) -> None:
    with pytest.raises(ClientError, match="Cannot order by LastEventTime with a logStreamNamePrefix"):
        stream_names(streams, orderBy="LastEventTime", logStreamNamePrefix="web/")


def test_given_a_stream_then_it_names_its_first_and_last_event(streams: LogGroup) -> None:
    described = streams.client.describe_log_streams(logGroupName=streams.name, logStreamNamePrefix="web/1")
    stream = described["logStreams"][0]
    assert stream["firstEventTimestamp"] - streams.start == 0
    assert stream["lastEventTimestamp"] - streams.start == 3000
    assert stream["storedBytes"] == 0


def test_given_an_operation_nobody_knows_here_then_it_is_refused_by_name(account: Account) -> None:
    with pytest.raises(ClientError, match="This local AWS does not answer ListAnomalies"):
        account.client("logs").list_anomalies()
