"""Secrets by ARN: Secrets Manager, or a SecureString of Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.errors import text_of
from triage.domain.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.ports import Clock

KEPT_S = 300.0
"""How long a value is used before it is read again: a rotated secret is in use within five minutes."""


class AwsSecrets:
    """The Secrets port; a value is read when it is first needed, and kept for a while."""

    def __init__(self, clock: Clock, connect: Callable[[str, str], Any] | None = None) -> None:
        self._clock = clock
        self._connect = connect or (lambda service, region: client(service, 5, 2, region=region))
        self._kept: dict[str, tuple[float, str]] = {}

    def value(self, arn: str, *, fresh: bool = False) -> str:
        """The secret's text.

        Raises:
            DeliveryError: it could not be read; the message names the ARN, never the value.
        """
        read_at, text = self._kept.get(arn, (0.0, ""))
        if text and not fresh and self._clock.monotonic() - read_at < KEPT_S:
            return text
        text = self._read(arn)
        self._kept[arn] = (self._clock.monotonic(), text)
        return text

    def _read(self, arn: str) -> str:
        _, _, service, region, _, resource = arn.split(":", 5)
        try:
            if service == "ssm":
                return self._parameter(region, resource)
            answer = self._connect("secretsmanager", region).get_secret_value(SecretId=arn)
        except (ClientError, BotoCoreError) as error:
            raise DeliveryError(f"the secret {arn} could not be read: {text_of(error)}") from error
        text = answer.get("SecretString")
        if not text:
            raise DeliveryError(f"the secret {arn} holds no text", is_final=True)
        return str(text)

    def _parameter(self, region: str, resource: str) -> str:
        """A parameter's ARN leaves out the slash that the name of one in a hierarchy begins with."""
        path = resource.removeprefix("parameter/")
        name = f"/{path}" if "/" in path else path
        answer = self._connect("ssm", region).get_parameter(Name=name, WithDecryption=True)
        return str(answer["Parameter"]["Value"])
