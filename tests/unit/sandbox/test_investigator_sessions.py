"""One role session per investigation and region, renewed in time, named after the investigation."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.credentials import (
    MAX_SESSION_POLICY_CHARACTERS,
    CredentialsError,
    InvestigatorSessions,
    session_name,
    session_policy,
)

ROLE = "arn:aws:iam::123456789012:role/investigator"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Sts:
    """Grants sessions of the duration asked for, and keeps what it was asked."""

    def __init__(self) -> None:
        self.now = NOON
        self.requests: list[dict[str, Any]] = []

    def assume_role(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        number = len(self.requests)
        return {
            "Credentials": {
                "AccessKeyId": f"ASIA{number}",
                "SecretAccessKey": f"secret-{number}",
                "SessionToken": f"token-{number}",
                "Expiration": self.now + timedelta(seconds=request["DurationSeconds"]),
            }
        }


def sessions_of(sts: Sts) -> InvestigatorSessions:
    return InvestigatorSessions(ROLE, sts.assume_role, clock=lambda: sts.now)


def test_calls_of_one_investigation_share_a_session() -> None:
    sts = Sts()
    sessions = sessions_of(sts)

    first = sessions.session("inv-1", "eu-west-1", 60)
    second = sessions.session("inv-1", "eu-west-1", 60)

    assert first == second
    assert sts.requests[0]["RoleSessionName"] == "inv-1"
    assert sts.requests[0]["RoleArn"] == ROLE
    assert sts.requests[0]["DurationSeconds"] == 900


@pytest.mark.parametrize("other", [("inv-2", "eu-west-1"), ("inv-1", "us-east-1")])
def test_another_investigation_or_region_gets_its_own(other: tuple[str, str]) -> None:
    sessions = sessions_of(Sts())

    assert sessions.session("inv-1", "eu-west-1", 60) != sessions.session(*other, 60)


def test_a_session_that_would_end_during_the_call_is_renewed() -> None:
    sts = Sts()
    sessions = sessions_of(sts)
    first = sessions.session("inv-1", "eu-west-1", 60)

    sts.now = NOON + timedelta(seconds=845)

    assert sessions.session("inv-1", "eu-west-1", 60) != first


def test_a_session_longer_than_sts_grants_is_served_by_a_fresh_one() -> None:
    sessions = sessions_of(Sts())

    assert sessions.session("inv-1", "eu-west-1", 2000).expires_at == NOON + timedelta(seconds=900)


def test_a_long_lived_function_forgets_old_sessions() -> None:
    sts = Sts()
    sessions = sessions_of(sts)
    first = sessions.session("inv-0", "eu-west-1", 60)
    for number in range(1, 40):
        sessions.session(f"inv-{number}", "eu-west-1", 60)

    assert sessions.session("inv-0", "eu-west-1", 60) != first


def test_a_refusal_names_the_role_and_the_remedy() -> None:
    def refuse(**_: Any) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")

    with pytest.raises(CredentialsError, match=rf"{ROLE}.*AccessDenied.*trust policy"):
        InvestigatorSessions(ROLE, refuse).session("inv-1", "eu-west-1", 60)


@pytest.mark.parametrize(
    ("investigation", "name"),
    [
        ("inv-1", "inv-1"),
        ("a b/c\n", "a-b-c-"),
        ("é" * 3, "---"),
        ("x" * 100, "x" * 64),
        ("x", "investigation-x"),
        ("", "investigation-unnamed"),
        (None, "investigation-unnamed"),
    ],
)
def test_session_names_are_what_sts_accepts(investigation: str | None, name: str) -> None:
    assert session_name(investigation) == name


def denied(action: str, region: str) -> bool:
    """Evaluate the one conditional Deny of the session policy."""
    deny = json.loads(session_policy("eu-west-1"))["Statement"][1]
    exempt = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in deny["NotAction"])
    return not exempt and region != deny["Condition"]["StringNotEquals"]["aws:RequestedRegion"]


@pytest.mark.parametrize("action", ["logs:FilterLogEvents", "ec2:DescribeInstances", "dynamodb:DescribeTable"])
def test_regional_services_keep_to_the_region(action: str) -> None:
    assert denied(action, "us-east-1")
    assert not denied(action, "eu-west-1")


@pytest.mark.parametrize(
    "action",
    [
        "iam:GetRole",
        "route53:ListHostedZones",
        "cloudfront:GetDistribution",
        "health:DescribeEvents",
        "organizations:DescribeOrganization",
        "support:DescribeTrustedAdvisorChecks",
        "sts:GetCallerIdentity",
    ],
)
def test_global_services_work_from_every_region(action: str) -> None:
    assert not denied(action, "us-east-1")


def test_the_policy_fits_the_limit_of_sts() -> None:
    assert len(session_policy("ap-southeast-12")) <= MAX_SESSION_POLICY_CHARACTERS
