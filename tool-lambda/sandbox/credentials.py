"""The session the code works with: the investigator role, assumed once per investigation.

The role's own policy documents are the boundary. The session policy written here is attribution and hygiene: it
ties an investigation to its region, so that a slip of the code does not wander through all regions of the account.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Shortest duration AssumeRole accepts (AWS STS API reference, AssumeRole, DurationSeconds).
SESSION_SECONDS = 900
#: Limit of an inline session policy (AWS STS API reference, AssumeRole, Policy).
MAX_SESSION_POLICY_CHARACTERS = 2048
#: Sessions kept at a time; a warm function serves a handful of investigations at most.
_SESSIONS_KEPT = 16

# Services with one endpoint for the whole partition report that endpoint's region (mostly us-east-1) as
# aws:RequestedRegion, wherever the caller works ("AWS global condition context keys", aws:RequestedRegion). Their
# events are recorded in that region too, so CloudTrail must be readable there (CloudTrail user guide, "Global
# service events").
_NO_REGION = (
    "account:*",
    "artifact:*",
    "billing:*",
    "budgets:*",
    "ce:*",
    "cloudfront:*",
    "cloudtrail:LookupEvents",
    "cur:*",
    "ec2:DescribeRegions",
    "globalaccelerator:*",
    "health:*",
    "iam:*",
    "networkmanager:*",
    "organizations:*",
    "pricing:*",
    "route53:*",
    "route53domains:*",
    "s3:GetBucketLocation",
    "s3:ListAllMyBuckets",
    "shield:*",
    "sts:*",
    "support:*",
    "trustedadvisor:*",
    "waf:*",
)


class CredentialsError(RuntimeError):
    """The investigator role could not be assumed; the message names the role and the reason."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Short-lived credentials of one investigation. Has no repr, so that no log line can hold them."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime

    def secret_values(self) -> tuple[str, ...]:
        """The values that must never leave the function."""
        return (self.secret_access_key, self.session_token, self.access_key_id)


#: The one STS operation needed, called as `boto3.client("sts").assume_role` is.
AssumeRole: TypeAlias = "Callable[..., Mapping[str, Any]]"


class InvestigatorSessions:
    """Assumes the investigator role, once per investigation and region until the session nears its end."""

    def __init__(
        self,
        role_arn: str,
        assume_role: AssumeRole,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._role_arn = role_arn
        self._assume_role = assume_role
        self._clock = clock
        self._sessions: OrderedDict[tuple[str, str], Credentials] = OrderedDict()

    def session(self, investigation_id: str | None, region: str, needed_seconds: float) -> Credentials:
        """Credentials that live at least `needed_seconds` longer, or as long as STS grants.

        Raises:
            CredentialsError: STS refused or could not be reached.
        """
        key = (session_name(investigation_id), region)
        kept = self._sessions.get(key)
        if kept is None or kept.expires_at - self._clock() < timedelta(seconds=needed_seconds):
            kept = self._assume(*key)
        self._sessions[key] = kept
        self._sessions.move_to_end(key)
        while len(self._sessions) > _SESSIONS_KEPT:
            self._sessions.popitem(last=False)
        return kept

    def _assume(self, name: str, region: str) -> Credentials:
        try:
            answer = self._assume_role(
                RoleArn=self._role_arn,
                RoleSessionName=name,
                DurationSeconds=SESSION_SECONDS,
                Policy=session_policy(region),
            )["Credentials"]
        except Exception as error:  # botocore's errors share no narrower base with urllib3's and the parsers'
            raise CredentialsError(
                f"could not assume the investigator role {self._role_arn}: {error}; its trust policy must name "
                "this function's role, and this function's role needs sts:AssumeRole on it"
            ) from error
        return Credentials(
            access_key_id=answer["AccessKeyId"],
            secret_access_key=answer["SecretAccessKey"],
            session_token=answer["SessionToken"],
            expires_at=answer["Expiration"],
        )


def session_name(investigation_id: str | None) -> str:
    """Role session name of an investigation: CloudTrail shows it beside everything the code read.

    STS accepts 2 to 64 of letters, digits and `_+=,.@-`; anything else becomes `-`.
    """
    name = re.sub(r"[^A-Za-z0-9_+=,.@-]", "-", investigation_id or "")[:64]
    return name if len(name) >= 2 else f"investigation-{name or 'unnamed'}"


def session_policy(region: str) -> str:
    """Inline session policy that keeps regional services to one region, in at most 2,048 characters."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "NotAction": list(_NO_REGION),
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": region}},
            },
        ],
    }
    return json.dumps(document, separators=(",", ":"))


def sts_assume_role(region: str) -> AssumeRole:
    """The real STS operation; its client is made at the first call, beside the zygote's warming up."""

    def call(**parameters: Any) -> Mapping[str, Any]:
        import boto3  # noqa: PLC0415 - the dearest import of a start; late, it runs beside the zygote's
        from botocore.config import Config  # noqa: PLC0415 - as above

        # The regional endpoint: it works inside a VPC with an interface endpoint, and is nearest.
        config = Config(connect_timeout=3, read_timeout=5, retries={"max_attempts": 3, "mode": "standard"})
        return boto3.client("sts", region_name=region, config=config).assume_role(**parameters)

    return call
