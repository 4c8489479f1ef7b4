"""What the demo's channels need of an account: the secret of a Slack webhook, and an identity that sends mail."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.slack.receiver import ADDRESS

if TYPE_CHECKING:
    from local_aws.process import Running

SECRET = "alarm-triage-demo/slack-webhook"  # noqa: S105 - the name of a secret
SENDER = "alarm-triage@example.com"


def inputs(running: Running) -> dict[str, str]:
    """Terraform's input variables for both channels; the same each time for one server."""
    return {
        "slack_webhook_secret_arn": _webhook_secret(running),
        "email_identity_arn": _identity(running),
    }


def _webhook_secret(running: Running) -> str:
    manager = running.client("secretsmanager")
    try:
        return str(manager.describe_secret(SecretId=SECRET)["ARN"])
    except manager.exceptions.ResourceNotFoundException:
        address = ADDRESS.format(token=secrets.token_hex(12))
        return str(manager.create_secret(Name=SECRET, SecretString=address)["ARN"])


def _identity(running: Running) -> str:
    ses = running.client("sesv2")
    try:
        ses.get_email_identity(EmailIdentity=SENDER)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        ses.create_email_identity(EmailIdentity=SENDER)
    return f"arn:aws:ses:{running.region}:{running.account}:identity/{SENDER}"
