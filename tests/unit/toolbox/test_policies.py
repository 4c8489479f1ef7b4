"""Policies of resources in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolbox.access.policies import limits_of, statements_of

TOPIC = "arn:aws:sns:eu-west-1:123456789012:sales"


def statement(**members: Any) -> dict[str, Any]:
    base = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    return base | members


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "Allow sqs:SendMessage to sns.amazonaws.com"),
        (
            {"Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}}},
            "Allow sqs:SendMessage to sns.amazonaws.com if aws:SourceArn is sales",
        ),
        (
            {"Effect": "Deny", "Principal": "*", "Condition": {"StringNotEquals": {"aws:SourceVpce": ["vpce-1"]}}},
            "Deny sqs:SendMessage to everybody if aws:SourceVpce is not vpce-1",
        ),
        (
            {"Principal": {"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/seller"]}},
            "Allow sqs:SendMessage to 123456789012 and seller",
        ),
        ({"Action": ["a:A", "a:B", "a:C", "a:D"]}, "Allow a:A and a:B and a:C and 1 more to sns.amazonaws.com"),
    ],
)
def test_given_a_policy_then_it_says_who_may_do_what_and_where_from(members: dict[str, Any], told: str) -> None:
    document = {"Version": "2012-10-17", "Statement": statement(**members)}

    assert statements_of(document) == [told]
    assert statements_of(json.dumps(document)) == [told]


@pytest.mark.parametrize(
    "document",
    [
        None,
        "",
        "no JSON",
        '{"Statement": ',
        {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]},
        {"Statement": "all of it"},
        [],
    ],
)
def test_given_what_is_no_policy_of_a_resource_then_nothing_is_told(document: object) -> None:
    assert statements_of(document) == []


EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
READING = EVERYTHING | {"Action": "s3:GetObject"}


@pytest.mark.parametrize(
    ("statements", "is_limited"),
    [
        ([EVERYTHING], False),
        ([EVERYTHING | {"Principal": {"AWS": "*"}}], False),
        ([READING, EVERYTHING], False),
        ([READING], True),
        ([EVERYTHING | {"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}], True),
        ([EVERYTHING | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}], True),
        ([EVERYTHING, READING | {"Effect": "Deny"}], True),
    ],
)
def test_given_the_policy_of_an_endpoint_then_it_limits_unless_everybody_may_do_everything(
    statements: list[dict[str, Any]], is_limited: bool
) -> None:
    assert bool(limits_of({"Statement": statements})) is is_limited
