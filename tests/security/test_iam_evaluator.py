"""The evaluator decides as the IAM User Guide says, and refuses to guess."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.boundary.evaluator import Decision, Request, UnsupportedPolicyError, evaluate, parse


def policy(**statement: Any) -> dict[str, Any]:
    """A document of one statement; what is not given allows everything."""
    given = {"Effect": "Allow", **statement}
    if "NotAction" not in given:
        given.setdefault("Action", "*")
    if "NotResource" not in given:
        given.setdefault("Resource", "*")
    return {"Version": "2012-10-17", "Statement": [given]}


def decide(request: Request, *documents: dict[str, Any]) -> Decision:
    """Evaluate under all documents together."""
    return evaluate(request, [statement for document in documents for statement in parse(document)])


GET_LOGS = Request("logs:GetLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:/app")


def test_silence_refuses() -> None:
    assert decide(GET_LOGS, policy(Action="logs:PutLogEvents")) is Decision.IMPLICITLY_DENIED


def test_a_deny_wins_over_any_allow_whatever_the_order() -> None:
    deny = policy(Effect="Deny", Action="logs:Get*")
    assert decide(GET_LOGS, policy(), deny) is Decision.EXPLICITLY_DENIED
    assert decide(GET_LOGS, deny, policy()) is Decision.EXPLICITLY_DENIED


@pytest.mark.parametrize("pattern", ["logs:GetLogEvents", "logs:getlogevents", "logs:Get*"])
def test_actions_match_without_regard_to_case(pattern: str) -> None:
    assert decide(GET_LOGS, policy(Action=[pattern])) is Decision.ALLOWED


def test_a_question_mark_stands_for_one_character() -> None:
    assert decide(GET_LOGS, policy(Action="logs:GetLogEvent?")) is Decision.ALLOWED
    assert decide(GET_LOGS, policy(Action="logs:GetLogEvents?")) is Decision.IMPLICITLY_DENIED


def test_a_pattern_covers_the_whole_action() -> None:
    assert (
        decide(Request("logs:GetLogEventsNow", "*"), policy(Action="logs:GetLogEvents"))
        is Decision.IMPLICITLY_DENIED
    )


def test_resources_match_with_regard_to_case() -> None:
    assert decide(GET_LOGS, policy(Resource="arn:aws:logs:*:*:log-group:/app")) is Decision.ALLOWED
    assert decide(GET_LOGS, policy(Resource="arn:aws:logs:*:*:log-group:/APP")) is Decision.IMPLICITLY_DENIED


def test_not_action_covers_everything_else() -> None:
    deny = policy(Effect="Deny", NotAction=["logs:Get*"])
    assert decide(GET_LOGS, policy(), deny) is Decision.ALLOWED
    assert decide(Request("logs:PutLogEvents", "*"), policy(), deny) is Decision.EXPLICITLY_DENIED


def test_not_resource_covers_everything_else() -> None:
    deny = policy(Effect="Deny", NotResource="arn:aws:logs:*")
    assert decide(GET_LOGS, policy(), deny) is Decision.ALLOWED
    assert decide(Request("s3:ListBucket", "arn:aws:s3:::bucket"), policy(), deny) is Decision.EXPLICITLY_DENIED


CONDITIONS = [
    # operator, values, value in the request (None: absent), whether the statement applies
    ("StringEquals", ["1"], "1", True),
    ("StringEquals", ["1", "2"], "2", True),
    ("StringEquals", ["1"], "2", False),
    ("StringEquals", ["1"], None, False),
    ("StringEqualsIfExists", ["1"], None, True),
    ("StringEqualsIfExists", ["1"], "2", False),
    ("StringNotEquals", ["1"], "2", True),
    ("StringNotEquals", ["1"], "1", False),
    ("StringNotEquals", ["1", "2"], "2", False),
    ("StringNotEquals", ["1"], None, True),
    ("StringLike", ["1*"], "12", True),
    ("StringLike", ["1*"], None, False),
    ("StringNotLike", ["1*"], "12", False),
    ("StringNotLike", ["1*"], "21", True),
    ("Bool", ["true"], "True", True),
    ("Bool", ["true"], None, False),
    ("Null", "true", None, True),
    ("Null", "true", "1", False),
    ("Null", "false", None, False),
    ("Null", "false", "1", True),
]


@pytest.mark.parametrize(("operator", "values", "actual", "applies"), CONDITIONS)
def test_condition_operators(operator: str, values: object, actual: str | None, applies: bool) -> None:
    request = Request("logs:GetLogEvents", "*", {} if actual is None else {"aws:resourceaccount": actual})
    document = policy(Condition={operator: {"aws:ResourceAccount": values}})
    assert decide(request, document) is (Decision.ALLOWED if applies else Decision.IMPLICITLY_DENIED)


def test_all_conditions_of_a_statement_have_to_hold() -> None:
    document = policy(Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "1"}})
    both = {"aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "1"}
    assert decide(Request("s3:ListBucket", "*", both), document) is Decision.ALLOWED
    one = {"aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "2"}
    assert decide(Request("s3:ListBucket", "*", one), document) is Decision.IMPLICITLY_DENIED


UNKNOWN = {
    "document element": {**policy(), "Comment": ""},
    "statement element": policy(Principal="*"),
    "version": {**policy(), "Version": "2008-10-17"},
    "effect": policy(Effect="deny"),
    "operator": policy(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
    "set operator": policy(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
    "null value": policy(Condition={"Null": {"aws:TagKeys": "yes"}}),
    "variable": policy(Resource="arn:aws:s3:::${aws:username}"),
    "wildcard in the service prefix": policy(Action="s3*:Get*"),
    "action without service": policy(Action="GetObject"),
    "both action and not action": policy(Action="s3:*", NotAction="s3:GetObject"),
    "empty list": policy(Action=[]),
    "no text": policy(Action=[1]),
}


@pytest.mark.parametrize("document", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_is_not_known_is_refused_not_skipped(document: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedPolicyError):
        parse(document)


def test_a_limit_takes_away_and_never_gives() -> None:
    get_logs, everything = parse(policy(Action="logs:Get*")), parse(policy())
    nothing_elsewhere = parse(policy(Effect="Deny", NotAction="logs:*")) + everything
    assert evaluate(GET_LOGS, get_logs, everything) is Decision.ALLOWED
    assert evaluate(GET_LOGS, everything, get_logs) is Decision.ALLOWED
    put_logs = Request("logs:PutLogEvents", "*")
    assert evaluate(put_logs, get_logs, everything) is Decision.IMPLICITLY_DENIED
    assert evaluate(put_logs, everything, get_logs) is Decision.IMPLICITLY_DENIED
    assert evaluate(Request("s3:ListBucket", "*"), everything, nothing_elsewhere) is Decision.EXPLICITLY_DENIED


def test_the_service_of_an_action_matches_without_regard_to_case() -> None:
    assert decide(Request("s3:ListBucket", "*"), policy(Action="S3:List*")) is Decision.ALLOWED
