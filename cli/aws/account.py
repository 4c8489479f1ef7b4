"""Who is asking, and where: the developer's session as every client of this process uses it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from cli.errors import explained

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 4})


@dataclass(frozen=True)
class Account:
    """Credentials that were tried once.

    Attributes:
        arn: of whoever the credentials belong to.
        session: boto3's session with them.
    """

    arn: str
    account_id: str
    partition: str
    region: str
    session: boto3.session.Session

    def client(self, service: str) -> Any:
        """A client in the region of the command."""
        return self.session.client(service, config=_CONFIG)  # type: ignore[call-overload]  # any service by name

    @property
    def is_user(self) -> bool:
        """Whether these are an IAM user's own long-term keys, which alone may call GetFederationToken."""
        keys = self.session.get_credentials()
        return ":user/" in self.arn and keys is not None and not keys.get_frozen_credentials().token


def sign_in(profile: str | None, region: str | None) -> Account:
    """Use the named profile, or what boto3 finds, for this whole process, and ask AWS who that is.

    The adapters of the product make their clients from boto3's default session, so that is what is set here.

    Raises:
        CliError: there are no usable credentials, or no region.
    """
    try:
        # boto3 knows AWS_DEFAULT_REGION only; every other SDK, and the CLI of AWS, AWS_REGION.
        boto3.setup_default_session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION"))
        session = boto3.DEFAULT_SESSION
        assert session is not None  # noqa: S101 - set up in the line before
        identity = session.client("sts", config=_CONFIG).get_caller_identity()
    except Exception as error:
        raise explained(error) from error
    place = str(session.region_name)
    return Account(identity["Arn"], identity["Account"], identity["Arn"].split(":")[1], place, session)


def local_endpoint() -> str | None:
    """The one endpoint of a local AWS, as the SDKs read it from the environment."""
    return os.environ.get("AWS_ENDPOINT_URL") or None
