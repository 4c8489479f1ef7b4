"""Subscription filters: put, described, and delivered to functions that allow it."""

from __future__ import annotations

import base64
import gzip
import json
import time
from typing import Any

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


def subscribe(account: Account, group: LogGroup, function: str, **settings: str) -> None:
    """Put a subscription filter for errors."""
    request = {"filterName": "errors", "filterPattern": '{ $.level = "ERROR" }'} | settings
    group.client.put_subscription_filter(logGroupName=group.name, destinationArn=function, **request)


def logged(account: Account, queue: str) -> dict[str, Any]:
    """What the next event of a recorder holds."""
    data = account.received(queue)["event"]["awslogs"]["data"]
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(data)))
    return found


def test_given_a_subscribed_function_then_it_gets_the_events_that_match(account: Account, group: LogGroup) -> None:
    function, queue = account.recorder()
    account.allow(function, f"logs.{account.region}.amazonaws.com", SourceAccount=account.id)
    subscribe(account, group, function)
    now = int(time.time() * 1000) - group.start

    group.put("a/1", [(now, {"level": "INFO"}), (now, {"level": "ERROR", "text": "found"})])

    message = logged(account, queue)
    assert [json.loads(event["message"])["text"] for event in message["logEvents"]] == ["found"]
    assert (message["messageType"], message["owner"]) == ("DATA_MESSAGE", account.id)
    assert (message["logGroup"], message["logStream"]) == (group.name, "a/1")
    assert message["subscriptionFilters"] == ["errors"]


def test_given_a_permission_for_another_log_group_then_the_function_cannot_be_subscribed(
    account: Account, group: LogGroup
) -> None:
    function, _ = account.recorder()
    others = f"arn:aws:logs:{account.region}:{account.id}:log-group:/another:*"
    account.allow(function, f"logs.{account.region}.amazonaws.com", SourceArn=others)

    with pytest.raises(ClientError, match="given CloudWatch Logs permission to execute your function"):
        subscribe(account, group, function)
    with pytest.raises(ClientError, match="given CloudWatch Logs permission to execute your function"):
        subscribe(account, group, account.function_arn("nobody"))


def test_given_a_permission_that_was_taken_back_then_the_function_gets_nothing(
    account: Account, group: LogGroup
) -> None:
    function, _ = account.recorder()
    name = function.rpartition(":")[2]
    group_arn = f"arn:aws:logs:{account.region}:{account.id}:log-group:{group.name}:*"
    account.allow(function, f"logs.{account.region}.amazonaws.com", SourceArn=group_arn)
    subscribe(account, group, function)
    client = account.client("lambda")
    [statement] = json.loads(client.get_policy(FunctionName=name)["Policy"])["Statement"]
    client.remove_permission(FunctionName=name, StatementId=statement["Sid"])

    group.put("a/1", [(int(time.time() * 1000) - group.start, {"level": "ERROR"})])

    assert account.running.status()["refused_invocations"][-1]["function"] == function


def test_given_subscriptions_then_they_are_described_by_prefix_and_page(account: Account, group: LogGroup) -> None:
    target, _ = account.recorder()
    account.allow(target, f"logs.{account.region}.amazonaws.com", SourceAccount=account.id)
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
