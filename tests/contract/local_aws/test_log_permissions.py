"""IAM is asked about every log group a request names, in the form in which policies for AWS name them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.contract.local_aws.log_groups import LogGroup, log_group

pytestmark = pytest.mark.slow

READ = ["logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery", "logs:DescribeLogStreams"]


@pytest.fixture
def open_group(account: Account) -> LogGroup:
    made = log_group(account, "/open/group")
    made.stream("s/1", [(0, "open")])
    made.stream("t/1", [(0, "open")])
    return made


@pytest.fixture
def closed_group(account: Account) -> LogGroup:
    made = log_group(account, "/closed/group")
    made.stream("s/1", [(0, "closed")])
    return made


def arn(group: LogGroup) -> str:
    return f"arn:aws:logs:{group.account.region}:{group.account.id}:log-group:{group.name}"


def reader(account: Account, *statements: dict[str, Any]) -> Any:
    """A client that may do what the statements say."""
    trust = {"AWS": f"arn:aws:iam::{account.id}:root"}
    return account.as_role(account.role(*statements, trust=trust), "logs")


def denied(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    return str(caught.value)


def query(group: LogGroup, **groups: Any) -> dict[str, Any]:
    start = group.start // 1000
    return {"queryString": "fields @message", "startTime": start, "endTime": start + 60, **groups}


def test_given_a_denied_log_group_then_no_way_of_naming_it_reads_it(
    account: Account, open_group: LogGroup, closed_group: LogGroup
) -> None:
    logs = reader(
        account,
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "logs:*", "Resource": f"{arn(closed_group)}:*"},
    )
    assert "explicit deny" in denied(logs.filter_log_events, logGroupName=closed_group.name)
    denied(logs.filter_log_events, logGroupIdentifier=arn(closed_group))
    denied(logs.get_log_events, logGroupName=closed_group.name, logStreamName="s/1")
    denied(logs.describe_log_streams, logGroupIdentifier=closed_group.name)
    both = [open_group.name, closed_group.name]
    for groups in ({"logGroupNames": both}, {"logGroupIdentifiers": [arn(open_group), arn(closed_group)]}):
        assert closed_group.name in denied(logs.start_query, **query(open_group, **groups))
    assert logs.filter_log_events(logGroupName=open_group.name)["events"]
    assert logs.start_query(**query(open_group, logGroupNames=[open_group.name]))["queryId"]


def test_given_one_allowed_log_group_then_only_it_can_be_read(
    account: Account, open_group: LogGroup, closed_group: LogGroup
) -> None:
    logs = reader(account, {"Effect": "Allow", "Action": READ, "Resource": f"{arn(open_group)}:*"})
    assert logs.filter_log_events(logGroupIdentifier=arn(open_group))["events"]
    assert logs.get_log_events(logGroupName=open_group.name, logStreamName="s/1")["events"]
    assert logs.start_query(**query(open_group, logGroupIdentifiers=[open_group.name]))["queryId"]
    text = denied(logs.filter_log_events, logGroupName=closed_group.name)
    assert f"logs:FilterLogEvents on resource: {arn(closed_group)}:log-stream:" in text
    denied(logs.describe_log_groups)
    denied(logs.describe_queries)
    denied(logs.test_metric_filter, filterPattern="ERROR", logEventMessages=["ERROR"])


def test_given_one_allowed_stream_then_only_it_can_be_read(account: Account, open_group: LogGroup) -> None:
    logs = reader(account, {"Effect": "Allow", "Action": READ, "Resource": f"{arn(open_group)}:log-stream:s/*"})
    assert logs.get_log_events(logGroupName=open_group.name, logStreamName="s/1")["events"]
    denied(logs.get_log_events, logGroupName=open_group.name, logStreamName="t/1")
    denied(logs.filter_log_events, logGroupName=open_group.name)


def test_given_a_reader_that_may_not_unmask_then_asking_for_it_is_denied(
    account: Account, open_group: LogGroup
) -> None:
    logs = reader(account, {"Effect": "Allow", "Action": READ, "Resource": "*"})
    assert logs.filter_log_events(logGroupName=open_group.name, unmask=False)["events"]
    assert "logs:Unmask" in denied(logs.filter_log_events, logGroupName=open_group.name, unmask=True)


def test_given_a_policy_about_tags_then_those_of_the_group_count(account: Account, open_group: LogGroup) -> None:
    tagged = {"StringEquals": {"aws:ResourceTag/team": "shop"}}
    logs = reader(account, {"Effect": "Allow", "Action": READ, "Resource": "*", "Condition": tagged})
    denied(logs.filter_log_events, logGroupName=open_group.name)
    account.client("logs").tag_resource(resourceArn=arn(open_group), tags={"team": "shop"})
    assert logs.filter_log_events(logGroupName=open_group.name)["events"]
