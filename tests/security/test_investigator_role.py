"""What the model's code may see of the account, proven on the documents as Terraform renders them.

Each corpus is a list of actions, one a line. The denies are tried against a role that is allowed everything; the
permissions against AWS's own ReadOnlyAccess.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from scripts.boundary.documents import render
from scripts.boundary.evaluator import Decision, Request, Statement, evaluate, parse

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_documents")]

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
MANAGED_POLICY_LIMIT = 6144

Documents = Mapping[str, tuple[Statement, ...]]

ALLOW_EVERYTHING = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
)


def corpus(name: str) -> list[str]:
    """Actions of one list."""
    text = (Path(__file__).parent / "corpus" / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def request_for(action: str, **context: str) -> Request:
    """The action on some resource; API Gateway's are paths."""
    service = action.partition(":")[0]
    resource = "arn:aws:apigateway:us-east-1::/restapis" if service == "apigateway" else "*"
    return Request(action, resource, context)


def not_denied(actions: list[str], statements: tuple[Statement, ...]) -> list[str]:
    """Actions that a role with every right keeps under these denies."""
    everything = ALLOW_EVERYTHING + statements
    return [a for a in actions if evaluate(request_for(a), everything) is not Decision.EXPLICITLY_DENIED]


@pytest.fixture(scope="session")
def rendered() -> dict[str, str]:
    """Documents as text."""
    return render()["default"].denies


@pytest.fixture(scope="session")
def documents(rendered: dict[str, str]) -> Documents:
    """Documents, read."""
    return {name: parse(text) for name, text in rendered.items()}


@pytest.fixture(scope="session")
def denies(documents: Documents) -> tuple[Statement, ...]:
    """All statements the module attaches."""
    return documents["scope"] + documents["sensitive"]


@pytest.fixture(scope="session")
def read_only_access() -> tuple[Statement, ...]:
    """AWS's managed policy, as published."""
    published: dict[str, Any] = json.loads(aws_managed_policies_data)
    return parse(published["ReadOnlyAccess"]["Document"])


def test_the_module_attaches_two_documents_that_only_take_away(documents: Documents) -> None:
    assert set(documents) == {"scope", "sensitive"}
    assert all(statement.denies for statements in documents.values() for statement in statements)


def test_documents_fit_a_managed_policy_with_room(rendered: dict[str, str]) -> None:
    room = {name: MANAGED_POLICY_LIMIT - len(text) for name, text in rendered.items()}
    assert all(left >= 200 for left in room.values()), room


def test_what_must_be_denied_is_denied_even_to_a_role_that_may_do_everything(
    denies: tuple[Statement, ...],
) -> None:
    assert not_denied(corpus("must_deny"), denies) == []


def test_sensitive_stands_by_itself(documents: Documents) -> None:
    assert not_denied(corpus("must_deny"), documents["sensitive"]) == []


def test_what_must_be_allowed_is_allowed_under_read_only_access(
    denies: tuple[Statement, ...], read_only_access: tuple[Statement, ...]
) -> None:
    attached = read_only_access + denies
    refused = [a for a in corpus("must_allow") if evaluate(request_for(a), attached) is not Decision.ALLOWED]
    assert refused == []


def test_actions_and_services_that_nobody_looked_at_are_denied(denies: tuple[Statement, ...]) -> None:
    unheard_of = ["quantumledger:GetLedger", "s3:DescribeEverything", "lambda:TeleportFunction"]
    assert not_denied(unheard_of, denies) == []


def test_api_gateway_shows_configuration_and_hides_keys(denies: tuple[Statement, ...]) -> None:
    everything = ALLOW_EVERYTHING + denies
    decisions = {
        path: evaluate(Request("apigateway:GET", f"arn:aws:apigateway:us-east-1::{path}"), everything)
        for path in (
            "/restapis/a1b2/stages/prod",
            "/usageplans/u1",
            "/apikeys",
            "/apikeys/k1",
            "/usageplans/u1/keys",
        )
    }
    assert decisions == {
        "/restapis/a1b2/stages/prod": Decision.ALLOWED,
        "/usageplans/u1": Decision.ALLOWED,
        "/apikeys": Decision.EXPLICITLY_DENIED,
        "/apikeys/k1": Decision.EXPLICITLY_DENIED,
        "/usageplans/u1/keys": Decision.EXPLICITLY_DENIED,
    }


def test_resources_of_other_accounts_are_out_of_sight(denies: tuple[Statement, ...]) -> None:
    everything = ALLOW_EVERYTHING + denies

    def decide(action: str, owner: str) -> Decision:
        return evaluate(Request(action, "*", {"aws:ResourceAccount": owner}), everything)

    assert decide("sqs:GetQueueAttributes", ACCOUNT) is Decision.ALLOWED
    assert decide("sqs:GetQueueAttributes", OTHER_ACCOUNT) is Decision.EXPLICITLY_DENIED
    assert decide("s3:ListBucket", OTHER_ACCOUNT) is Decision.EXPLICITLY_DENIED
    # AWS's own managed policies are part of what a role may do.
    assert decide("iam:GetPolicyVersion", "aws") is Decision.ALLOWED


def test_requests_about_no_account_stay_allowed(denies: tuple[Statement, ...]) -> None:
    assert evaluate(Request("cloudwatch:DescribeAlarms", "*"), ALLOW_EVERYTHING + denies) is Decision.ALLOWED


def test_only_the_own_account_statement_has_conditions(denies: tuple[Statement, ...]) -> None:
    assert [statement.sid for statement in denies if statement.conditions] == ["OwnAccount"]


@pytest.mark.parametrize("sid", ["Credentials", "Data", "Bodies", "SideEffects", "Objects", "Keys"])
def test_no_group_of_sensitive_actions_is_redundant(documents: Documents, sid: str) -> None:
    without = tuple(statement for statement in documents["sensitive"] if statement.sid != sid)
    assert len(without) == len(documents["sensitive"]) - 1
    assert not_denied(corpus("must_deny"), without) != []


@pytest.mark.parametrize(
    ("sid", "request_"),
    [
        ("Scope", Request("quantumledger:GetLedger", "*")),
        ("OwnAccount", Request("s3:ListBucket", "*", {"aws:ResourceAccount": OTHER_ACCOUNT})),
        ("ApiKeys", Request("apigateway:GET", "arn:aws:apigateway:us-east-1::/apikeys/k1")),
    ],
)
def test_without_a_statement_its_requests_get_through(
    denies: tuple[Statement, ...], sid: str, request_: Request
) -> None:
    assert evaluate(request_, ALLOW_EVERYTHING + denies) is Decision.EXPLICITLY_DENIED
    without = tuple(statement for statement in denies if statement.sid != sid)
    assert evaluate(request_, ALLOW_EVERYTHING + without) is Decision.ALLOWED
