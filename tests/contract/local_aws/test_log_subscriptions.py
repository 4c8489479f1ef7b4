"""Subscription filters: put, described, and delivered to functions that allow it."""

from __future__ import annotations

import base64
import gzip
import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.log_groups import LogGroup, log_group

pytestmark = pytest.mark.slow


@pytest.fixture
def group(account: Account) -> LogGroup:
    made = log_group(account)
    made.stream("a/1")
    return made


def test_given_a_subscribed_function_then_it_gets_matching_events_only_with_permission(
    account: Account, group: LogGroup
) -> None:
    function, queue = account.recorder()
    group.client.put_subscription_filter(
        logGroupName=group.name,
        filterName="errors",
        filterPattern='{ $.level = "ERROR" }',
        destinationArn=function,
    )
    now = int(time.time() * 1000) - group.start
    group.put("a/1", [(now, {"level": "ERROR", "text": "before the permission"})])
    assert account.running.status()["refused_invocations"][-1]["function"] == function
    account.allow(function, f"logs.{account.region}.amazonaws.com", SourceAccount=account.id)
    group.put("a/1", [(now, {"level": "INFO"}), (now, {"level": "ERROR", "text": "after it"})])
    data = account.received(queue)["event"]["awslogs"]["data"]
    message = json.loads(gzip.decompress(base64.b64decode(data)))
    assert [json.loads(event["message"])["text"] for event in message["logEvents"]] == ["after it"]
    assert (message["logGroup"], message["subscriptionFilters"]) == (group.name, ["errors"])


def test_given_subscriptions_then_they_are_described_by_prefix_and_page(account: Account, group: LogGroup) -> None:
    target = account.function_arn("anything")
    request = {"logGroupName": group.name, "filterPattern": "ERROR", "destinationArn": target}
    for name in ("two", "one"):
        group.client.put_subscription_filter(**request, filterName=name)
    pages = group.client.get_paginator("describe_subscription_filters")

    def described(**more: str) -> list[str]:
        found = pages.paginate(logGroupName=group.name, **more, PaginationConfig={"PageSize": 1})
        return [one["filterName"] for page in found for one in page["subscriptionFilters"]]

    assert described() == ["one", "two"]
    assert described(filterNamePrefix="tw") == ["two"]
    with pytest.raises(group.client.exceptions.LimitExceededException):
        group.client.put_subscription_filter(**request, filterName="three")
    with pytest.raises(ClientError, match="Invalid filter pattern"):
        group.client.put_subscription_filter(**{**request, "filterName": "one", "filterPattern": "a-b"})
