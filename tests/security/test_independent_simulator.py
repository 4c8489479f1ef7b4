"""The evaluator and the local AWS's own IAM agree: two programs by two authors, on the documents that count.

ministack's evaluator enforces IAM in the end-to-end tests; nothing here shares code with it.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from ministack.core import iam_evaluator as ministack

from scripts.boundary.actions import known_actions
from scripts.boundary.evaluator import Decision, Request, evaluate, parse
from scripts.boundary.role import ACCOUNT, everything
from tests.security.checks import Subject, corpus

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_documents")]

ANSWERS = {
    "Allow": Decision.ALLOWED,
    "Deny": Decision.EXPLICITLY_DENIED,
    "ImplicitDeny": Decision.IMPLICITLY_DENIED,
}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

#: One in so many actions, beside the lists: its matching is a loop over patterns, and slow.
SAMPLE = 4


def simulated(documents: list[Any], session: str, action: str, resource: str, region: str) -> Decision:
    """The other program's word."""
    context = ministack.EvalContext(
        principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/investigator/x",
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=action,
        resource_arn=resource,
        region=region,
    )
    policies = [ministack.parse_policy_document(one) for one in documents]
    limit = [ministack.parse_policy_document(session)]
    return ANSWERS[ministack.evaluate(context, policies, limit).decision]


@pytest.mark.parametrize("name", ["default", "strict", "readable_logs"])
def test_both_decide_alike(subjects: dict[str, Subject], name: str) -> None:
    subject = subjects[name]
    documents: list[Any] = [EVERYTHING, *subject.denies.values()]
    role = subject.role(everything(), session=True)
    listed = corpus("must_deny") + corpus("must_deny_together") + corpus("must_allow")
    sampled = random.Random(name).sample(list(known_actions()), len(known_actions()) // SAMPLE)  # noqa: S311 - a sample
    differences = []
    for action in {*listed, *sampled} if name == "default" else set(listed):
        request = role.request(action)
        region = str(request.context["aws:RequestedRegion"])
        theirs = simulated(documents, subject.session, action, request.resource, region)
        if theirs is not role.decide(request):
            differences.append((action, theirs))
    assert differences == []


def test_both_decide_alike_about_resources_and_conditions(subjects: dict[str, Subject]) -> None:
    subject = subjects["readable_logs"]
    documents: list[Any] = [EVERYTHING, *subject.denies.values()]
    ours = everything() + tuple(one for text in subject.denies.values() for one in parse(text))
    resources = [
        ("s3:GetObject", "arn:aws:s3:::load-balancer-logs/AWSLogs/123456789012/elasticloadbalancing/x"),
        ("s3:GetObject", "arn:aws:s3:::load-balancer-logs/other/x"),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/apikeys/k"),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis"),
        ("sqs:GetQueueAttributes", "arn:aws:sqs:us-east-1:210987654321:theirs"),
        ("sqs:GetQueueAttributes", f"arn:aws:sqs:us-east-1:{ACCOUNT}:ours"),
    ]
    for action, resource in resources:
        owner = resource.split(":")[4] or ACCOUNT
        request = Request(action, resource, {"aws:ResourceAccount": owner})
        theirs = simulated(documents, EVERYTHING_TEXT, action, resource, "us-east-1")
        assert theirs is evaluate(request, ours), (action, resource)


EVERYTHING_TEXT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
