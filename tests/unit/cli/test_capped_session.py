"""Whose credentials model-written code gets: read-only ones, or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3.session
import pytest
from botocore.stub import Stubber

from cli.aws.account import Account
from cli.aws.capped_session import CappedSession
from cli.errors import CliError, ExitCode
from cli.sandboxed.session_cap import session_cap
from sandbox.credentials import SESSION_SECONDS
from tests.unit.cli.histories import an_account

ROLE = "arn:aws:iam::123456789012:role/investigator"
ID = "cli-0123456789abcdef"


class Sts:
    """An account whose STS answers as told."""

    def __init__(self) -> None:
        self.client: Any = an_account().client("sts")
        self.stub = Stubber(self.client)
        self.stub.activate()

    def grants(self, operation: str, expected: dict[str, Any], lasting: timedelta) -> None:
        keys = {
            "AccessKeyId": "ASIA" + "X" * 16,
            "SecretAccessKey": "s",
            "SessionToken": "t",
            "Expiration": datetime.now(UTC) + lasting,
        }
        self.stub.add_response(operation, {"Credentials": keys}, {"DurationSeconds": SESSION_SECONDS, **expected})

    def account(self, **overrides: Any) -> Account:
        client = self.client

        class Told(Account):
            def client(self, service: str) -> Any:
                assert service == "sts"
                return client

        return Told(**vars(an_account(**overrides)))


@pytest.fixture
def sts() -> Iterator[Sts]:
    made = Sts()
    yield made
    made.stub.assert_no_pending_responses()


def a_user() -> dict[str, Any]:
    session = boto3.session.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="eu-west-1")
    return {"arn": "arn:aws:iam::123456789012:user/jo", "session": session}


def assuming() -> dict[str, Any]:
    return {"RoleArn": ROLE, "RoleSessionName": ID, "Policy": session_cap("eu-west-1")}


def test_a_role_is_assumed_under_the_cap(sts: Sts) -> None:
    sts.grants("assume_role", assuming(), timedelta(minutes=15))

    assert CappedSession(sts.account(), ROLE, ID).credentials().session_token == "t"


def test_the_long_term_keys_of_a_user_become_a_federated_session_under_the_cap(sts: Sts) -> None:
    expected = {"Name": ID, "Policy": session_cap("eu-west-1")}
    sts.grants("get_federation_token", expected, timedelta(minutes=15))

    assert CappedSession(sts.account(**a_user()), None, ID).credentials().session_token == "t"


@pytest.mark.parametrize(
    "arn",
    ["arn:aws:sts::123456789012:assumed-role/Administrator/jo", "arn:aws:iam::123456789012:root"],
)
def test_anything_else_is_refused_before_a_model_is_asked(arn: str) -> None:
    with pytest.raises(CliError, match="never gets your own credentials") as refused:
        CappedSession(an_account(arn=arn), None, ID)

    assert refused.value.code == ExitCode.UNSAFE
    assert "--role-arn" in str(refused.value)
    assert "--first-look-only" in str(refused.value)


def test_temporary_keys_that_belong_to_a_user_are_refused_too() -> None:
    with pytest.raises(CliError, match="never gets"):
        CappedSession(an_account(arn="arn:aws:iam::123456789012:user/jo"), None, ID)


def test_a_session_is_kept_while_it_outlives_a_call_and_renewed_before_it_ends(sts: Sts) -> None:
    sts.grants("assume_role", assuming(), timedelta(minutes=15))
    session = CappedSession(sts.account(), ROLE, ID)
    assert session.credentials() is session.credentials()

    sts.grants("assume_role", assuming(), timedelta(seconds=200))
    short = CappedSession(sts.account(), ROLE, ID)
    first = short.credentials()
    sts.grants("assume_role", assuming(), timedelta(minutes=15))
    assert short.credentials() is not first


def test_a_trust_policy_that_refuses_is_named(sts: Sts) -> None:
    message = f"User: jo is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    sts.stub.add_client_error("assume_role", "AccessDenied", message, 403)

    with pytest.raises(CliError, match="sts:AssumeRole") as refused:
        CappedSession(sts.account(), ROLE, ID).credentials()

    assert f"trust policy of {ROLE}" in str(refused.value)
    assert refused.value.code == ExitCode.ACCESS
