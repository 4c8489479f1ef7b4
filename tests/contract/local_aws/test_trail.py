"""CloudTrail's event history as LookupEvents shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account
from tests.waiting import lookup_events

pytestmark = pytest.mark.slow


GLOBAL = "us-east-1"


def ask(account: Account, region: str | None = None, **options: Any) -> dict[str, Any]:
    """One page, in the end: these tests ask more often than CloudTrail answers."""
    return lookup_events(account.running.client("cloudtrail", region), **options)


def look(
    account: Account, key: str, value: str, region: str | None = None, **options: Any
) -> list[dict[str, Any]]:
    attribute = {"AttributeKey": key, "AttributeValue": value}
    return list(ask(account, region, LookupAttributes=[attribute], **options)["Events"])


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["EventName"] for event in events]


def test_given_a_change_to_a_role_then_it_is_in_the_history_of_us_east_1_alone(account: Account) -> None:
    role = account.role({"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}).rpartition("/")[2]

    found = look(account, "ResourceName", role, GLOBAL)

    assert account.region == "eu-west-1"
    assert names(found) == ["PutRolePolicy", "CreateRole"]
    assert {json.loads(event["CloudTrailEvent"])["awsRegion"] for event in found} == {GLOBAL}
    assert look(account, "ResourceName", role) == []


def test_given_a_change_to_a_function_then_it_is_in_the_history_of_its_region_alone(account: Account) -> None:
    name = account.function("def handler(event, context):\n    return 1")
    account.client("lambda").update_function_configuration(FunctionName=name, Timeout=9)

    assert "UpdateFunctionConfiguration20150331v2" in names(look(account, "ResourceName", name))
    assert look(account, "ResourceName", name, GLOBAL) == []


def test_given_two_regions_then_a_change_to_a_role_is_the_same_event_seen_from_either(account: Account) -> None:
    role = account.role().rpartition("/")[2]
    elsewhere = account.running.client("iam", "ap-southeast-2")
    statement = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    elsewhere.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=policy)

    assert names(look(account, "ResourceName", role, GLOBAL)) == ["PutRolePolicy", "CreateRole"]
    assert look(account, "ResourceName", role, "ap-southeast-2") == []


def test_given_changes_to_a_function_then_they_are_found_by_its_name_newest_first(account: Account) -> None:
    name = account.function("def handler(event, context):\n    return 1")
    account.client("lambda").update_function_configuration(FunctionName=name, Timeout=9)
    account.invoke(name)
    events = [event for event in look(account, "ResourceName", name) if event["ReadOnly"] == "false"]
    assert [event["EventName"] for event in events] == [
        "UpdateFunctionConfiguration20150331v2",
        "CreateFunction20150331",
    ]
    record = json.loads(events[0]["CloudTrailEvent"])
    assert record["eventSource"] == "lambda.amazonaws.com"
    assert record["requestParameters"] == {"functionName": name, "timeout": 9}
    assert record["awsRegion"] == account.region
    assert record["readOnly"] is False


def test_given_a_call_by_a_role_then_the_user_name_is_its_session_and_the_issuer_its_role(
    account: Account,
) -> None:
    role = account.role(
        {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}, trust={"AWS": account.id}
    )
    account.as_role(role, "sqs").list_queues()
    events = look(account, "Username", "contract")
    mine = [e for e in events if json.loads(e["CloudTrailEvent"])["userIdentity"]["arn"].split("/")[1] in role]
    record = json.loads(mine[0]["CloudTrailEvent"])
    assert mine[0]["EventName"] == "ListQueues"
    assert record["userIdentity"]["type"] == "AssumedRole"
    assert record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == role


def test_given_a_refused_call_then_it_is_recorded_with_its_error(account: Account) -> None:
    role = account.role(trust={"AWS": account.id})
    iam = account.as_role(role, "iam")
    with pytest.raises(iam.exceptions.ClientError):
        iam.create_user(UserName="intruder")
    record = json.loads(look(account, "EventName", "CreateUser", GLOBAL)[0]["CloudTrailEvent"])
    assert record["errorCode"] == "AccessDenied"
    assert "iam:CreateUser" in record["errorMessage"]


def test_given_data_events_then_the_history_does_not_hold_them(account: Account) -> None:
    url, _ = account.queue()
    account.client("sqs").send_message(QueueUrl=url, MessageBody="m")
    assert look(account, "EventName", "SendMessage") == []
    assert look(account, "EventName", "CreateQueue") != []


def test_given_a_secret_then_its_value_is_not_in_the_history(account: Account) -> None:
    account.client("secretsmanager").create_secret(Name=account.name("secret"), SecretString="hunter2")
    assert "hunter2" not in look(account, "EventName", "CreateSecret")[0]["CloudTrailEvent"]


def test_given_more_events_than_a_page_then_tokens_lead_through_all_of_them_once(account: Account) -> None:
    for _ in range(5):
        account.client("sts").get_caller_identity()
    first = ask(account, MaxResults=2)
    second = ask(account, MaxResults=2, NextToken=first["NextToken"])
    times = [event["EventTime"] for event in first["Events"] + second["Events"]]
    assert times == sorted(times, reverse=True)
    assert len({event["EventId"] for event in first["Events"] + second["Events"]}) == 4


def test_given_a_time_range_then_only_its_events_come_back(account: Account) -> None:
    account.queue()
    past = datetime.now(UTC) - timedelta(hours=2)
    assert look(account, "EventName", "CreateQueue", StartTime=past, EndTime=past + timedelta(hours=1)) == []
    assert look(account, "EventName", "CreateQueue", StartTime=past) != []


def test_given_two_attributes_then_the_request_is_refused(account: Account) -> None:
    attributes = [{"AttributeKey": key, "AttributeValue": "v"} for key in ("EventName", "Username")]
    with pytest.raises(ClientError, match="InvalidLookupAttributesException"):
        ask(account, LookupAttributes=attributes)


DECLARED_IN = "sa-east-1"
"""A region whose history holds declared events alone."""


@pytest.fixture
def declared(account: Account) -> Iterator[datetime]:
    """Events of several people over a hundred days; yields the time they are told from."""
    now = datetime.now(UTC).replace(microsecond=0)

    def event(days: float, name: str, source: str, user: object, **more: Any) -> dict[str, Any]:
        return {
            "time": (now - timedelta(days=days)).isoformat(),
            "name": name,
            "source": source,
            "user": user,
            **more,
        }

    queue = [{"type": "AWS::SQS::Queue", "name": "orders"}]
    deploy = {"role": "ci/deploy", "session": "ci-4711"}
    events = [
        event(100, "DeleteQueue", "sqs.amazonaws.com", "alice", resources=queue),
        event(
            9, "SetQueueAttributes", "sqs.amazonaws.com", deploy, resources=queue, request={"queueUrl": "orders"}
        ),
        event(5, "DescribeStream", "kinesis.amazonaws.com", "bob"),
        event(
            3, "PutKeyPolicy", "kms.amazonaws.com", {"root": True}, error={"code": "AccessDenied", "message": "no"}
        ),
        event(2, "TerminateInstances", "ec2.amazonaws.com", {"service": "autoscaling.amazonaws.com"}),
        event(1, "PutRolePolicy", "iam.amazonaws.com", "alice"),
        event(
            0.5,
            "UpdateTable",
            "dynamodb.amazonaws.com",
            "alice",
            visible_from=(now + timedelta(days=1)).isoformat(),
        ),
        event(-1, "StartInstances", "ec2.amazonaws.com", "alice"),
    ]
    account.running.declare({"region": DECLARED_IN, "cloudtrail": events})
    yield now
    account.running.forget_declared()


def told(account: Account, **options: Any) -> list[dict[str, Any]]:
    """The declared events of all pages: looking is recorded too."""
    page = ask(account, DECLARED_IN, **options)
    events = list(page["Events"])
    while "NextToken" in page:
        page = ask(account, DECLARED_IN, NextToken=page["NextToken"], **options)
        events += page["Events"]
    return [event for event in events if event["EventName"] != "LookupEvents"]


def test_given_declared_events_then_those_of_ninety_days_come_newest_first_and_no_later_than_now(
    account: Account, declared: datetime
) -> None:
    shown = ["TerminateInstances", "PutKeyPolicy", "DescribeStream", "SetQueueAttributes"]
    assert names(told(account)) == shown
    assert names(told(account, StartTime=declared - timedelta(days=200))) == shown
    assert names(look(account, "Username", "alice", GLOBAL)) == ["PutRolePolicy"]


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("EventName", "PutKeyPolicy", ["PutKeyPolicy"]),
        ("EventSource", "sqs.amazonaws.com", ["SetQueueAttributes"]),
        ("Username", "ci-4711", ["SetQueueAttributes"]),
        ("Username", "root", ["PutKeyPolicy"]),
        ("ResourceName", "orders", ["SetQueueAttributes"]),
        ("ResourceType", "AWS::SQS::Queue", ["SetQueueAttributes"]),
        ("ReadOnly", "true", ["DescribeStream"]),
        ("Username", "nobody", []),
    ],
)
def test_given_an_attribute_then_only_events_with_that_value_come_back(
    account: Account, declared: datetime, key: str, value: str, shown: list[str]
) -> None:
    found = look(account, key, value, DECLARED_IN, EndTime=declared - timedelta(hours=1))
    assert names(found) == shown


def test_given_an_event_id_or_access_key_then_its_events_come_back(account: Account, declared: datetime) -> None:
    (changed,) = look(account, "EventName", "SetQueueAttributes", DECLARED_IN)
    assert names(look(account, "EventId", changed["EventId"], DECLARED_IN)) == ["SetQueueAttributes"]
    assert names(look(account, "AccessKeyId", changed["AccessKeyId"], DECLARED_IN)) == ["SetQueueAttributes"]


def test_given_a_window_then_moving_it_changes_what_is_shown(account: Account, declared: datetime) -> None:
    shown = told(account, StartTime=declared - timedelta(days=4), EndTime=declared - timedelta(days=2, hours=12))
    assert names(shown) == ["PutKeyPolicy"]
    assert names(told(account, EndTime=declared - timedelta(days=4))) == ["DescribeStream", "SetQueueAttributes"]
    with pytest.raises(ClientError, match="InvalidTimeRangeException"):
        ask(account, DECLARED_IN, StartTime=declared, EndTime=declared - timedelta(days=1))


def test_given_pages_then_their_tokens_lead_through_all_events_and_fit_no_other_request(
    account: Account, declared: datetime
) -> None:
    until = {"EndTime": declared - timedelta(days=2, hours=1)}
    first = ask(account, DECLARED_IN, MaxResults=2, **until)
    second = ask(account, DECLARED_IN, MaxResults=2, NextToken=first["NextToken"], **until)
    assert names(first["Events"] + second["Events"]) == ["PutKeyPolicy", "DescribeStream", "SetQueueAttributes"]
    assert "NextToken" not in second
    with pytest.raises(ClientError, match="InvalidNextTokenException"):
        ask(account, DECLARED_IN, NextToken=first["NextToken"])


def test_given_a_declared_event_then_its_record_is_as_cloudtrail_would_have_written_it(
    account: Account, declared: datetime
) -> None:
    (changed,) = look(account, "EventName", "SetQueueAttributes", DECLARED_IN)
    record = json.loads(changed["CloudTrailEvent"])
    assert (
        record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
        == f"arn:aws:iam::{account.id}:role/ci/deploy"
    )
    assert record["userIdentity"]["arn"] == f"arn:aws:sts::{account.id}:assumed-role/deploy/ci-4711"
    assert record["requestParameters"] == {"queueUrl": "orders"}
    assert (record["eventID"], record["awsRegion"], record["readOnly"]) == (changed["EventId"], DECLARED_IN, False)
    (refused,) = look(account, "EventName", "PutKeyPolicy", DECLARED_IN)
    assert json.loads(refused["CloudTrailEvent"])["errorCode"] == "AccessDenied"
    (scaled,) = look(account, "EventName", "TerminateInstances", DECLARED_IN)
    assert json.loads(scaled["CloudTrailEvent"])["userIdentity"] == {
        "type": "AWSService",
        "invokedBy": "autoscaling.amazonaws.com",
    }
    assert "Username" not in scaled


def test_given_three_calls_within_a_second_then_the_third_is_throttled_and_other_regions_are_not(
    account: Account,
) -> None:
    here, there = (account.running.client("cloudtrail", region) for region in ("me-south-1", "af-south-1"))
    codes = []
    for client in (here, here, here, there):
        try:
            client.lookup_events(MaxResults=1)
            codes.append("")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["", "", "ThrottlingException", ""]


def test_given_insights_then_they_are_refused(account: Account) -> None:
    with pytest.raises(ClientError, match="This local AWS does not keep Insights events"):
        ask(account, "eu-south-1", EventCategory="insight")
