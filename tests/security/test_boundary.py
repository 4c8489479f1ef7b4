"""What the model's code may see of the account, proven on the documents as Terraform renders them.

The checks themselves are in `checks`. Here they run on each configuration; then parts are taken out of the
documents, and some check has to notice each of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import pytest

from sandbox.credentials import session_policy
from scripts.boundary.actions import known_actions
from scripts.boundary.documents import Rendered
from scripts.boundary.evaluator import Decision, Request, evaluate, parse
from scripts.boundary.page import PAGE, page
from scripts.boundary.role import REGION, everything, managed, read_only_access, region_of
from tests.conftest import Golden
from tests.security.checks import CHECKS, REVIEWED, Subject, corpus, excepted, exceptions, reviewed_lines
from tests.security.proof import PROOFS, proof
from tests.security.sensitive_answers import sensitive_fields

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_documents")]

LOG = "arn:aws:s3:::load-balancer-logs/AWSLogs/123456789012/elasticloadbalancing/2026/11/21/x.log.gz"
ENCRYPTED_LOG = "arn:aws:s3:::trail-logs/AWSLogs/123456789012/CloudTrail/x.json.gz"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = "arn:aws:kms:us-east-1:123456789012:key/ffffffff-12ab-34cd-56ef-1234567890ab"
THROUGH_S3 = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}

GROUPS = ("Scope", "Credentials", "Data", "Bodies", "SideEffects", "ApiKeys", "OwnAccount", "Objects", "Keys")


@pytest.fixture
def default(subjects: dict[str, Subject]) -> Subject:
    """The documents without any option."""
    return subjects["default"]


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "only_reviewed_actions_are_allowed"])
def test_of_the_documents_without_any_option(default: Subject, name: str) -> None:
    assert CHECKS[name](default) == []


def test_what_is_allowed_is_what_somebody_looked_at(default: Subject, golden: Golden) -> None:
    head = (
        "# What the denies leave of everything AWS offers, with its access level. `+`: ReadOnlyAccess allows it,\n"
        "# so the role may. Written by pytest --update-golden; read the difference before you commit it.\n"
    )
    golden(REVIEWED, head + "".join(f"{line}\n" for line in reviewed_lines(default)))


def test_the_proof_in_numbers(default: Subject, request: pytest.FixtureRequest) -> None:
    lines = proof(default)
    request.config.stash.setdefault(PROOFS, {})["documents as rendered"] = lines
    assert any(
        line.startswith("allowed on a base of everything allowed:") and line.endswith(": 0") for line in lines
    )


@pytest.mark.parametrize("name", ["strict", "readable_logs", "everything"])
def test_no_option_opens_what_is_closed_without_it(subjects: dict[str, Subject], name: str) -> None:
    allowed = set(subjects["default"].role(everything()).allowed(known_actions()))
    opened = set(subjects[name].role(everything()).allowed(known_actions())) - allowed
    assert opened == set()
    for check in ("nothing_forbidden_is_allowed", "sensitive_stands_by_itself", "other_accounts_are_out_of_sight"):
        assert CHECKS[check](subjects[name]) == []
    for check in ("api_keys_are_hidden", "documents_have_room", "the_unheard_of_is_denied"):
        assert CHECKS[check](subjects[name]) == []


def test_every_answer_with_a_sensitive_field_was_looked_at(default: Subject) -> None:
    role = default.role(everything())
    fields = sensitive_fields(role.allowed(known_actions()))
    assert fields, "the SDK marks sensitive fields; none found means that nothing was looked at"
    assert {action: found for action, found in fields.items() if not excepted("sensitive_answers", action)} == {}
    unused = [
        pattern
        for entry in exceptions()["sensitive_answers"]
        for pattern in entry["actions"]
        if not any(excepted_by(pattern, action) for action in fields)
    ]
    assert unused == []


def excepted_by(pattern: str, action: str) -> bool:
    """Whether one pattern of the exceptions names the action."""
    return fnmatchcase(action, pattern)


def test_the_page_about_permissions_is_fresh(rendered: dict[str, Rendered]) -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert page(rendered) == written, "run python -m scripts.boundary.page and commit what it wrote"


# Taking parts out


def without_statement(subject: Subject, sid: str) -> Subject:
    """The documents less one statement."""
    return replace(subject, denies={name: _less(text, sid) for name, text in subject.denies.items()})


def _less(text: str, sid: str) -> str:
    content = json.loads(text)
    content["Statement"] = [one for one in content["Statement"] if one["Sid"] != sid]
    return json.dumps(content, separators=(",", ":"))


def test_the_groups_are_all_the_statements_there_are(rendered: dict[str, Rendered]) -> None:
    statements = [one for text in rendered["default"].denies.values() for one in json.loads(text)["Statement"]]
    assert {one["Sid"] for one in statements} == set(GROUPS)
    assert {one["Effect"] for one in statements} == {"Deny"}


@pytest.mark.parametrize("sid", GROUPS)
def test_taking_out_a_statement_is_noticed(default: Subject, sid: str) -> None:
    expected = {
        "Scope": "the_unheard_of_is_denied",
        "ApiKeys": "api_keys_are_hidden",
        "OwnAccount": "other_accounts_are_out_of_sight",
    }
    check = CHECKS[expected.get(sid, "sensitive_stands_by_itself")]
    assert check(without_statement(default, sid)) != []


def test_taking_out_any_pattern_of_sensitive_is_noticed(default: Subject) -> None:
    unnoticed = [
        f"{one['Sid']}: {pattern}"
        for one in json.loads(default.denies["sensitive"])["Statement"]
        for pattern in _listed(one.get("Action", []))
        if pattern != "apigateway:GET" and not _noticed_without(default, one["Sid"], pattern)
    ]
    assert unnoticed == [], "nothing in must_deny.txt needs these patterns"


def _noticed_without(subject: Subject, sid: str, pattern: str) -> bool:
    content = json.loads(subject.denies["sensitive"])
    for one in content["Statement"]:
        if one["Sid"] == sid:
            one["Action"] = [item for item in _listed(one["Action"]) if item != pattern] or ["none:None"]
    mutated = replace(subject, denies={**subject.denies, "sensitive": json.dumps(content)})
    return CHECKS["sensitive_stands_by_itself"](mutated) != []


def test_taking_out_any_pattern_of_scope_is_noticed(default: Subject) -> None:
    [statement] = json.loads(default.denies["scope"])["Statement"]
    needed = corpus("must_allow")
    unnoticed = []
    for pattern in statement["NotAction"]:
        rest = [item for item in statement["NotAction"] if item != pattern]
        document = {"Version": "2012-10-17", "Statement": [{**statement, "NotAction": rest}]}
        scope = parse(document)
        service = pattern.partition(":")[0]
        asked = [Request(name, "*") for name in needed if name.startswith(f"{service}:")]
        if all(evaluate(one, everything() + scope) is Decision.ALLOWED for one in asked):
            unnoticed.append(pattern)
    assert unnoticed == [], "nothing in must_allow.txt needs these patterns"


def test_a_write_let_through_is_noticed(default: Subject) -> None:
    content = json.loads(default.denies["scope"])
    content["Statement"][0]["NotAction"].append("logs:*")
    wider = replace(default, denies={**default.denies, "scope": json.dumps(content)})
    assert "logs:DeleteLogGroup (Write)" in CHECKS["no_action_changes_anything"](wider)


def test_a_condition_on_a_key_that_an_action_lacks_is_noticed(default: Subject) -> None:
    """The well-known mistake: one condition on a list whose other actions do not know its key."""
    mistake = {
        "Sid": "Mistake",
        "Effect": "Deny",
        "Action": ["dynamodb:GetItem", "s3:GetObject"],
        "Resource": "*",
        "Condition": {"StringEquals": {"dynamodb:Select": "ALL_ATTRIBUTES"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [mistake]})
    wrong = replace(default, denies={**default.denies, "mistake": document})
    assert CHECKS["conditions_exist_for_what_they_guard"](wrong) == [
        "Mistake: s3:GetObject has no dynamodb:Select"
    ]


# The session policy


def test_the_session_policy_takes_no_service_away_in_any_region(default: Subject) -> None:
    for region in ("eu-central-1", "ap-southeast-2"):
        regional = replace(default, session=session_policy(region), region=region)
        assert CHECKS["everything_needed_is_allowed"](regional) == []
        role = regional.role(read_only_access())
        allowed = role.allowed(known_actions())
        limited = regional.role(read_only_access(), session=True)
        assert [name for name in allowed if limited.decide(limited.request(name)) is not Decision.ALLOWED] == []


def test_the_session_policy_keeps_regional_services_to_one_region(default: Subject) -> None:
    role = default.role(everything(), session=True)
    elsewhere = {"aws:RequestedRegion": "eu-west-1"}
    assert role.decide(Request("logs:FilterLogEvents", "*", elsewhere)) is Decision.EXPLICITLY_DENIED
    assert region_of("iam", "eu-west-1") == REGION


# Options


@pytest.mark.parametrize(
    "base", ["AdministratorAccess", "ViewOnlyAccess", "SecurityAudit", "AIOpsAssistantPolicy"]
)
def test_a_replaced_base_stays_under_the_denies(default: Subject, base: str) -> None:
    try:
        statements = managed(base)
    except ValueError:
        pytest.skip(f"{base} uses policy variables, which the evaluator does not guess at")
    role = default.role(statements)
    both = corpus("must_deny") + corpus("must_deny_together")
    assert role.allowed(both) == []


def test_named_logs_are_readable_and_nothing_beside_them(
    subjects: dict[str, Subject], rendered: dict[str, Rendered]
) -> None:
    inline = rendered["readable_logs"].inline['aws_iam_role_policy.readable_logs["readable-logs"]']
    attached = subjects["readable_logs"].role(managed("ViewOnlyAccess")).attached + parse(inline)
    asked: dict[tuple[str, str, tuple[tuple[str, str], ...]], Decision] = {
        ("s3:GetObject", LOG, ()): Decision.ALLOWED,
        ("s3:GetObject", ENCRYPTED_LOG, ()): Decision.ALLOWED,
        ("s3:GetObject", "arn:aws:s3:::load-balancer-logs/AWSLogs/other/x", ()): Decision.EXPLICITLY_DENIED,
        ("s3:GetObject", "arn:aws:s3:::customers/AWSLogs/x", ()): Decision.EXPLICITLY_DENIED,
        ("s3:GetObjectVersion", LOG, ()): Decision.EXPLICITLY_DENIED,
        ("s3:PutObject", LOG, ()): Decision.EXPLICITLY_DENIED,
        ("kms:Decrypt", KEY, tuple(THROUGH_S3.items())): Decision.ALLOWED,
        ("kms:Decrypt", KEY, ()): Decision.EXPLICITLY_DENIED,
        ("kms:Decrypt", OTHER_KEY, tuple(THROUGH_S3.items())): Decision.EXPLICITLY_DENIED,
    }
    decided = {key: evaluate(Request(key[0], key[1], dict(key[2])), attached) for key in asked}
    assert decided == asked


@pytest.mark.parametrize(
    ("sid", "request_"),
    [
        ("Objects", Request("s3:GetObject", "arn:aws:s3:::customers/x")),
        ("Keys", Request("kms:Decrypt", OTHER_KEY, THROUGH_S3)),
        ("KeysDirectly", Request("kms:Decrypt", KEY)),
    ],
)
def test_each_statement_about_objects_and_keys_is_needed(
    subjects: dict[str, Subject], sid: str, request_: Request
) -> None:
    subject = subjects["readable_logs"]
    assert subject.role(everything()).decide(request_) is Decision.EXPLICITLY_DENIED
    less = without_statement(subject, sid).role(everything())
    assert less.decide(request_) is Decision.ALLOWED


def test_strict_hides_free_text_and_each_of_its_patterns_hides_something(subjects: dict[str, Subject]) -> None:
    allowed = set(subjects["default"].role(everything()).allowed(known_actions()))
    statements = json.loads(subjects["strict"].denies["strict"])["Statement"]
    [free_text] = [one for one in statements if one["Sid"] == "FreeText"]
    for pattern in free_text["Action"]:
        [statement] = parse({"Version": "2012-10-17", "Statement": [{**free_text, "Action": [pattern]}]})
        assert any(statement.applies_to_action(name) for name in allowed), pattern
    hidden = ("lambda:GetFunctionConfiguration", "ecs:DescribeTaskDefinition", "states:GetExecutionHistory")
    assert subjects["strict"].role(everything()).allowed(hidden) == []
    readable = ("logs:FilterLogEvents", "cloudwatch:GetMetricData", "cloudtrail:LookupEvents", "lambda:ListTags")
    assert subjects["strict"].role(everything()).allowed(readable) == list(readable)


@pytest.mark.parametrize("sid", ["FreeText", "StageVariables", "Additional1", "Additional2"])
def test_taking_out_an_optional_statement_is_noticed(subjects: dict[str, Subject], sid: str) -> None:
    witness: Mapping[str, Request] = {
        "FreeText": Request("lambda:ListFunctions", "*"),
        "StageVariables": Request("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/a/stages/prod"),
        "Additional1": Request(
            "logs:GetLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:/payroll/api:*"
        ),
        "Additional2": Request("iam:GetSSHPublicKey", "*"),
    }
    subject = subjects["everything"]
    assert subject.role(everything()).decide(witness[sid]) is Decision.EXPLICITLY_DENIED
    assert without_statement(subject, sid).role(everything()).decide(witness[sid]) is Decision.ALLOWED


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
