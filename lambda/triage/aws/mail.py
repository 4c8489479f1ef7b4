"""Amazon SES as a Channel: e-mail with a text part and an HTML part."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.errors import code_of, text_of
from triage.domain.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.domain.message import OutgoingMessage

# Amazon SES API v2 reference, ``SendEmail``, and the common errors of AWS APIs: what passes by itself.
_PASSING = ("TooManyRequestsException", "LimitExceededException", "ThrottlingException", "RequestTimeout")


class SesChannel:
    """Sends from one verified identity to fixed addresses.

    Args:
        sender: an address of the identity, with a name if you like.
        region: where the identity is.
        configuration_set: applied to each mail; ``None`` for the identity's own.
    """

    def __init__(
        self,
        sender: str,
        to: Sequence[str],
        region: str,
        reply_to: Sequence[str] = (),
        configuration_set: str | None = None,
        ses: Any = None,
    ) -> None:
        self._arguments: dict[str, Any] = {"FromEmailAddress": sender, "Destination": {"ToAddresses": list(to)}}
        if reply_to:
            self._arguments["ReplyToAddresses"] = list(reply_to)
        if configuration_set:
            self._arguments["ConfigurationSetName"] = configuration_set
        self._region = region
        self._ses = ses

    def send(self, message: OutgoingMessage) -> None:
        """Send the mail.

        Raises:
            DeliveryError: SES did not accept it; final where trying again is no use.
        """
        content = {
            "Simple": {
                "Subject": _utf8(message.subject),
                "Body": {"Text": _utf8(message.body), "Html": _utf8(message.html)},
            }
        }
        # Sent twice at most: SES knows no token by which it would tell a repetition.
        ses = self._ses or client("sesv2", 10, 2, region=self._region)
        try:
            ses.send_email(**self._arguments, Content=content)
        except ClientError as error:
            raise DeliveryError(_what(error), is_final=_is_final(error)) from error
        except BotoCoreError as error:
            raise DeliveryError(_what(error)) from error


def _what(error: ClientError | BotoCoreError) -> str:
    return f"SES did not accept the mail: {text_of(error)}"


def _is_final(error: ClientError) -> bool:
    """Whether it is the mail or the configuration: an unverified identity, a missing right, a refused content."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", HTTPStatus.INTERNAL_SERVER_ERROR)
    passes = code_of(error) in _PASSING or status == HTTPStatus.TOO_MANY_REQUESTS
    return not passes and HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
