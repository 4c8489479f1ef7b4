"""SimulatePrincipalPolicy decides as IAM does, and as the local AWS enforces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.local_aws.account import Account

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("declared")]

BUCKET = "arn:aws:s3:::reports"


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*", **more}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def entry(name: str, *values: str, kind: str = "string") -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


def decided(account: Account, role: str, *actions: str, **options: Any) -> list[str]:
    """The decisions, one per action and resource."""
    answer = account.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=list(actions), **options
    )
    return [one["EvalDecision"] for one in answer["EvaluationResults"]]


def test_given_an_allow_and_an_explicit_deny_then_each_action_is_decided_by_itself(account: Account) -> None:
    role = account.role(allow("s3:*"), deny("s3:DeleteObject"))
    decisions = decided(account, role, "s3:GetObject", "s3:DeleteObject", "sqs:SendMessage")
    assert decisions == ["allowed", "explicitDeny", "implicitDeny"]


def test_given_several_resources_then_each_is_decided_by_itself(account: Account) -> None:
    role = account.role(allow("s3:GetObject", resource=f"{BUCKET}/public/*"))
    resources = [f"{BUCKET}/public/a", f"{BUCKET}/private/a"]
    answer = account.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=["s3:GetObject"], ResourceArns=resources
    )
    found = [(one["EvalResourceName"], one["EvalDecision"]) for one in answer["EvaluationResults"]]
    assert found == [(resources[0], "allowed"), (resources[1], "implicitDeny")]
    assert decided(account, role, "s3:GetObject") == ["implicitDeny"]


def test_given_not_action_and_not_resource_then_they_are_what_is_left(account: Account) -> None:
    role = account.role(
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "NotResource": f"{BUCKET}/*"},
    )
    assert decided(account, role, "s3:GetObject", "iam:GetRole", ResourceArns=[f"{BUCKET}/a"]) == [
        "allowed",
        "implicitDeny",
    ]
    assert decided(account, role, "s3:GetObject", ResourceArns=["arn:aws:s3:::other/a"]) == ["explicitDeny"]


def test_given_a_boundary_then_only_what_both_allow_is_allowed_and_the_result_says_which(account: Account) -> None:
    boundary = account.client("iam").create_policy(
        PolicyName=account.name("boundary"), PolicyDocument=document(allow("s3:*"), deny("s3:DeleteObject"))
    )["Policy"]["Arn"]
    role = account.role(allow("s3:GetObject", "s3:DeleteObject", "sqs:SendMessage"), boundary=boundary)
    assert decided(account, role, "s3:GetObject", "s3:DeleteObject", "sqs:SendMessage") == [
        "allowed",
        "explicitDeny",
        "implicitDeny",
    ]
    answer = account.client("iam").simulate_principal_policy(PolicySourceArn=role, ActionNames=["sqs:SendMessage"])
    (result,) = answer["EvaluationResults"]
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert result["MatchedStatements"][0]["SourcePolicyId"] == "own"
    wider = {"PermissionsBoundaryPolicyInputList": [document(allow("sqs:*"))]}
    assert decided(account, role, "sqs:SendMessage", **wider) == ["allowed"]


def test_given_a_condition_then_its_keys_come_from_the_request_or_are_named_as_missing(account: Account) -> None:
    condition = {
        "StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-north-1"]},
        "Bool": {"aws:SecureTransport": True},
    }
    role = account.role(allow("sqs:SendMessage", Condition=condition))
    answer = account.client("iam").simulate_principal_policy(PolicySourceArn=role, ActionNames=["sqs:SendMessage"])
    (result,) = answer["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert sorted(result["MissingContextValues"]) == ["aws:RequestedRegion", "aws:SecureTransport"]
    tls = entry("aws:SecureTransport", "true", kind="boolean")
    for region, decision in (("eu-west-1", "allowed"), ("us-east-1", "implicitDeny")):
        given = [tls, entry("aws:requestedregion", region)]
        assert decided(account, role, "sqs:SendMessage", ContextEntries=given) == [decision]


def test_given_list_and_null_conditions_then_they_hold_as_iam_defines_them(account: Account) -> None:
    role = account.role(
        allow("ec2:CreateTags", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}}),
        deny("ec2:CreateTags", Condition={"Null": {"aws:TagKeys": "true"}}),
    )
    for keys, decision in ((["team"], "allowed"), (["team", "cost"], "implicitDeny")):
        given = [entry("aws:TagKeys", *keys, kind="stringList")]
        assert decided(account, role, "ec2:CreateTags", ContextEntries=given) == [decision]
    assert decided(account, role, "ec2:CreateTags") == ["explicitDeny"]


def test_given_attached_and_further_policies_then_all_of_them_count(account: Account) -> None:
    role = account.role(attached=("arn:aws:iam::aws:policy/ReadOnlyAccess",))
    assert decided(account, role, "sqs:ListQueues", "sqs:SendMessage") == ["allowed", "implicitDeny"]
    more = {"PolicyInputList": [document(allow("sqs:SendMessage"))]}
    assert decided(account, role, "sqs:SendMessage", **more) == ["allowed"]


def test_given_a_user_in_a_group_then_the_policies_of_both_count(account: Account) -> None:
    iam, user, group = account.client("iam"), account.name("user"), account.name("group")
    arn = iam.create_user(UserName=user)["User"]["Arn"]
    iam.create_group(GroupName=group)
    iam.add_user_to_group(GroupName=group, UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="own", PolicyDocument=document(allow("sqs:*")))
    iam.put_group_policy(GroupName=group, PolicyName="shared", PolicyDocument=document(deny("sqs:DeleteQueue")))
    assert decided(account, arn, "sqs:SendMessage", "sqs:DeleteQueue") == ["allowed", "explicitDeny"]
    condition = {"StringEquals": {"aws:username": user}}
    iam.put_user_policy(
        UserName=user, PolicyName="own", PolicyDocument=document(allow("sqs:*", Condition=condition))
    )
    assert decided(account, arn, "sqs:SendMessage", CallerArn=arn) == ["allowed"]


def test_given_custom_policies_then_they_alone_decide(account: Account) -> None:
    answer = account.client("iam").simulate_custom_policy(
        PolicyInputList=[document(allow("sqs:*")), document(deny("sqs:DeleteQueue"))],
        ActionNames=["sqs:SendMessage", "sqs:DeleteQueue", "s3:GetObject"],
    )
    decisions = [one["EvalDecision"] for one in answer["EvaluationResults"]]
    assert decisions == ["allowed", "explicitDeny", "implicitDeny"]


def test_given_many_actions_then_their_results_come_in_pages(account: Account) -> None:
    role = account.role(allow("s3:Get*"))
    actions = [f"s3:Get{number}" for number in range(7)]
    pages = (
        account.client("iam")
        .get_paginator("simulate_principal_policy")
        .paginate(PolicySourceArn=role, ActionNames=actions, PaginationConfig={"PageSize": 3})
    )
    sizes = [[one["EvalActionName"] for one in page["EvaluationResults"]] for page in pages]
    assert [len(names) for names in sizes] == [3, 3, 1]
    assert [name for names in sizes for name in names] == actions


@pytest.mark.parametrize(
    ("statement", "options", "words"),
    [
        (allow("s3:*", resource="arn:aws:s3:::home/${aws:username}/*"), {}, "policy variable"),
        (
            allow("s3:*", Condition={"StringGuessed": {"aws:username": "a"}}),
            {},
            "condition operator StringGuessed",
        ),
        (allow("s3:*"), {"ResourcePolicy": "{}"}, "does not apply ResourcePolicy"),
        (allow("s3:*"), {"CallerArn": "arn:aws:iam::210987654321:user/other"}, "CallerArn"),
    ],
)
def test_given_what_cannot_be_decided_exactly_then_the_request_is_refused(
    account: Account, statement: dict[str, Any], options: dict[str, Any], words: str
) -> None:
    role = account.role(statement)
    with pytest.raises(ClientError, match="This local AWS does not") as refused:
        decided(account, role, "s3:GetObject", **options)
    assert words in str(refused.value)


def test_given_no_such_principal_then_it_is_said(account: Account) -> None:
    with pytest.raises(ClientError) as refused:
        decided(account, f"arn:aws:iam::{account.id}:role/gone", "s3:GetObject")
    assert refused.value.response["Error"]["Code"] == "NoSuchEntity"
