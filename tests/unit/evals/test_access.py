"""What an account's administrators deny to the agent besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from evals import access

if TYPE_CHECKING:
    from local_aws.process import Running


class Account:
    """An account that keeps the policies of its roles."""

    def __init__(self) -> None:
        self.statements: list[dict[str, Any]] = []

    def client(self, _service: str) -> Account:
        """The one client that is asked for."""
        return self

    def put_role_policy(self, *, PolicyDocument: str, **_: str) -> None:  # noqa: N803 - boto3's name
        """Keep a policy."""
        self.statements = json.loads(PolicyDocument)["Statement"]


def test_an_action_is_denied_everywhere_and_an_object_on_its_resources() -> None:
    account = Account()
    of_group = {"actions": ["logs:GetLogEvents"], "resources": ["arn:aws:logs:*:*:log-group:/x*"]}

    access.deny(cast("Running", account), "investigator", ["health:*", of_group])

    assert account.statements == [
        {"Effect": "Deny", "Action": "health:*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["logs:GetLogEvents"], "Resource": ["arn:aws:logs:*:*:log-group:/x*"]},
    ]


def test_nothing_denied_puts_no_policy() -> None:
    account = Account()

    access.deny(cast("Running", account), "investigator", [])

    assert account.statements == []
