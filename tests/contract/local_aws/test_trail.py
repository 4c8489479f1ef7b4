"""CloudTrail's event history as LookupEvents shows it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account, eventually

pytestmark = pytest.mark.slow


GLOBAL = "us-east-1"


def ask(account: Account, region: str | None = None, **options: Any) -> Any:
    """One page; CloudTrail answers twice a second, and these tests ask more often."""
    cloudtrail = account.running.client("cloudtrail", region)

    def look() -> Any:
        try:
            return cloudtrail.lookup_events(**options)
        except cloudtrail.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ThrottlingException":
                raise
            return None

    return eventually(look, "an answer of CloudTrail")


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
