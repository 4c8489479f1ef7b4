"""The guard in front of botocore refuses exactly what the role's documents deny, for every operation there is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest

from sandbox.action_names import ACTIONS, ACTIONS_OF_SERVICE, PREFIXES, action_of
from sandbox.operations import Documents
from scripts.boundary.documents import Rendered
from scripts.boundary.evaluator import Decision, Request, Statement, evaluate, parse
from tests.security.sandbox import guard_table

ALLOW_EVERYTHING = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
)
GUARD = Documents.load()

Operation = tuple[str, str, str, str, str]


@cache
def operations() -> tuple[Operation, ...]:
    """Service, signing name, operation, HTTP method and path of everything botocore can call."""
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    session = botocore.session.get_session()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        for name in model.operation_names:
            http = model.operation_model(name).http
            yield service, model.signing_name, name, http["method"], http["requestUri"].partition("?")[0]


@pytest.fixture(scope="module")
def documents(rendered: dict[str, Rendered]) -> dict[str, str]:
    return rendered["default"].denies


def _unconditional(text: str) -> tuple[Statement, ...]:
    return tuple(statement for statement in parse(text) if not statement.conditions)


@pytest.mark.slow
@pytest.mark.xdist_group("terraform_documents")
def test_the_committed_table_is_what_terraform_renders(documents: dict[str, str]) -> None:
    assert guard_table.TABLE.read_text(encoding="utf-8") == guard_table.table(documents), (
        "run python -m tests.security.sandbox.guard_table and commit the result"
    )


@pytest.mark.slow
@pytest.mark.xdist_group("terraform_documents")
def test_guard_and_documents_agree_on_every_operation(documents: dict[str, str]) -> None:
    role = ALLOW_EVERYTHING + sum((_unconditional(text) for text in documents.values()), ())
    decided: dict[tuple[str, str], bool] = {}

    disagreements = []
    for service, signing_name, operation, method, path in operations():
        action = action_of(service, signing_name, operation, method)
        request = action, f"arn:aws:apigateway:us-east-1::{path}" if action.startswith("apigateway:") else "*"
        if request not in decided:
            decided[request] = evaluate(Request(*request), role) is Decision.EXPLICITLY_DENIED
        if (GUARD.refusal(action, path) is not None) != decided[request]:
            disagreements.append((service, operation, action))

    assert disagreements == []
    assert len(decided) > 10_000


def test_each_deny_by_name_refuses_something_the_sdk_can_ask_for() -> None:
    refused = {GUARD.refusal(action_of(*operation[:4]), operation[4]) for operation in operations()}

    assert {statement["sid"] for statement in json.loads(guard_table.TABLE.read_text("utf-8"))} <= refused


def test_exceptions_name_operations_and_services_that_exist() -> None:
    known = {f"{PREFIXES.get(signing, signing)}:{operation}" for _, signing, operation, _, _ in operations()}

    assert [name for name in ACTIONS if name not in known] == []
    assert set(PREFIXES) <= {signing for _, signing, _, _, _ in operations()}
    assert set(ACTIONS_OF_SERVICE) <= {(service, operation) for service, _, operation, _, _ in operations()}


@pytest.mark.parametrize(
    ("service", "signing_name", "operation", "action"),
    [
        ("s3", "s3", "HeadObject", "s3:GetObject"),
        ("s3", "s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("s3", "s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
        ("s3control", "s3", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
        ("lambda", "lambda", "Invoke", "lambda:InvokeFunction"),
        ("cloudwatch", "monitoring", "GetMetricData", "cloudwatch:GetMetricData"),
        ("resourcegroupstaggingapi", "tagging", "GetResources", "tag:GetResources"),
        ("elbv2", "elasticloadbalancing", "DescribeRules", "elasticloadbalancing:DescribeRules"),
        ("stepfunctions", "states", "ListExecutions", "states:ListExecutions"),
        ("apigateway", "apigateway", "GetRestApis", "apigateway:GET"),
        ("dynamodb", "dynamodb", "ExecuteStatement", "dynamodb:PartiQLSelect"),
    ],
)
def test_operations_need_the_action_aws_documents(
    service: str, signing_name: str, operation: str, action: str
) -> None:
    assert action_of(service, signing_name, operation, "GET") == action


def test_a_service_nobody_has_heard_of_is_refused() -> None:
    assert GUARD.refusal("quantumledger:GetLedger") == "Scope"


@pytest.mark.parametrize("name", ["must_allow", "must_deny"])
def test_the_lists_of_the_policy_proofs_hold_for_the_guard(name: str) -> None:
    lines = (Path(__file__).parents[1] / "corpus" / f"{name}.txt").read_text("utf-8").splitlines()
    actions = [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    refused = [action for action in actions if GUARD.refusal(action, "/restapis") is not None]

    assert refused == ([] if name == "must_allow" else actions)


def test_what_a_deployment_leaves_to_iam_is_not_refused_here() -> None:
    assert GUARD.refusal("s3:GetObject") is not None
    assert Documents.load(["s3:GetObject"]).refusal("s3:GetObject") is None
    assert Documents.load(["s3:GetObject"]).refusal("s3:GetObjectVersion") is not None
