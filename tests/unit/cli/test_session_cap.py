"""What model-written code may do on a developer's machine, whatever the credentials behind it may."""

from __future__ import annotations

import json

from cli.sandboxed.session_cap import MAX_POLICY_CHARACTERS, session_cap
from sandbox.operations import Documents
from scripts.boundary.actions import LOOKING, known_actions
from scripts.boundary.evaluator import Decision, Request, Statement, evaluate, parse

REGION = "eu-west-1"
LONGEST_REGION = "us-gov-northeast-1"


def allowed(statements: tuple[Statement, ...], region: str = REGION) -> set[str]:
    context = {"aws:RequestedRegion": region}
    return {
        name for name in known_actions() if evaluate(Request(name, "*", context), statements) is Decision.ALLOWED
    }


def beyond_the_role(actions: set[str]) -> set[str]:
    """Those that the documents of the deployed investigator role refuse."""
    documents = Documents.load(())
    return {action for action in actions if documents.refusal(action, "/") is not None}


def test_everything_it_allows_is_allowed_to_the_deployed_role_too() -> None:
    found = allowed(parse(session_cap(REGION)))

    assert len(found) > 200
    assert beyond_the_role(found) == set()


def test_everything_it_allows_only_looks() -> None:
    levels = {known_actions()[name].level for name in allowed(parse(session_cap(REGION)))}

    assert levels <= LOOKING


def test_a_wider_list_would_be_noticed() -> None:
    document = json.loads(session_cap(REGION))
    document["Statement"][0]["Action"] += ["s3:Get*", "ec2:DescribeInstanceAttribute"]

    noticed = beyond_the_role(allowed(parse(json.dumps(document))))

    assert {"s3:GetObject", "ec2:DescribeInstanceAttribute"} <= noticed


def test_another_region_shows_nothing_but_what_has_no_region() -> None:
    elsewhere = allowed(parse(session_cap(REGION)), "us-east-2")

    assert elsewhere
    assert {name.partition(":")[0] for name in elsewhere} == {"cloudtrail", "health", "iam", "sts"}


def test_it_is_short_enough_for_sts() -> None:
    assert len(session_cap(LONGEST_REGION)) <= MAX_POLICY_CHARACTERS
