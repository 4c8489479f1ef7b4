"""Credentials for model-written code: read-only ones, or none.

Two ways give a session less than the developer may do: AssumeRole with a session policy, on any role that may be
assumed; and GetFederationToken with the same policy, for the long-term keys of an IAM user. The credentials of the
command itself, an administrator's perhaps, are never handed over.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cli.errors import CliError, ExitCode, explained
from cli.sandboxed.session_cap import session_cap
from sandbox.credentials import SESSION_SECONDS, Credentials, session_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.aws.account import Account

#: A session is renewed when it would not outlive the longest call.
_LEAST_LEFT = timedelta(seconds=240)
_MAX_FEDERATED_NAME = 32


class CappedSession:
    """Credentials under the session policy of ``session_cap``, renewed before they end.

    Args:
        role_arn: a role to assume; ``None`` to reduce the developer's own long-term keys.

    Raises:
        CliError: read-only credentials cannot be made; the message says what to do.
    """

    def __init__(self, account: Account, role_arn: str | None, investigation_id: str) -> None:
        if role_arn is None and not account.is_user:
            raise CliError(
                f"the session of {account.arn} cannot be reduced to a read-only one (it takes the keys of an IAM "
                "user), and code that a model wrote never gets your own credentials. Say --role-arn with a "
                "role you may assume: the module's output investigator_role_arn or any other, for the session is "
                "capped to reading metadata, metrics and logs whatever the role may do. Or say --first-look-only, "
                "which asks no model",
                ExitCode.UNSAFE,
            )
        self._account = account
        self._role_arn = role_arn
        self._name = session_name(investigation_id)
        self._kept: Credentials | None = None

    @property
    def identity(self) -> str:
        """ARN of whoever the session acts for."""
        return self._role_arn or self._account.arn

    def credentials(self) -> Credentials:
        """Credentials that outlive a call.

        Raises:
            CliError: STS refused.
        """
        if self._kept is None or self._kept.expires_at - datetime.now(UTC) < _LEAST_LEFT:
            self._kept = self._made()
        return self._kept

    def _made(self) -> Credentials:
        policy = session_cap(self._account.region)
        try:
            answer = self._assumed(policy) if self._role_arn else self._federated(policy)
        except ClientError as error:
            raise self._refused(error) from error
        except Exception as error:
            raise explained(error) from error
        return Credentials(
            answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"], answer["Expiration"]
        )

    def _assumed(self, policy: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._account.client("sts").assume_role(
            RoleArn=self._role_arn, RoleSessionName=self._name, DurationSeconds=SESSION_SECONDS, Policy=policy
        )
        credentials: Mapping[str, Any] = answer["Credentials"]
        return credentials

    def _federated(self, policy: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._account.client("sts").get_federation_token(
            Name=self._name[-_MAX_FEDERATED_NAME:], DurationSeconds=SESSION_SECONDS, Policy=policy
        )
        credentials: Mapping[str, Any] = answer["Credentials"]
        return credentials

    def _refused(self, error: ClientError) -> CliError:
        told = explained(error)
        if told.code is not ExitCode.ACCESS:
            return told
        if self._role_arn is None:
            remedy = "allow this user sts:GetFederationToken, or say --role-arn, or --first-look-only"
        else:
            remedy = f"the trust policy of {self._role_arn} must name {self._account.arn} or its account"
        return CliError(f"{told}; {remedy}", told.code)
