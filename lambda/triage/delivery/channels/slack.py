"""An incoming webhook of Slack as a Channel.

Slack API documentation, "Sending messages using incoming webhooks" (address, answers, error statuses) and "Rate
limits" (status 429 with ``Retry-After``). The address is the permission to post, so it is a secret: it is read
when there is something to post, and never part of an error or a log line.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from triage.domain.errors import DeliveryError

if TYPE_CHECKING:
    from triage.domain.message import OutgoingMessage
    from triage.ports import Clock, Secrets

HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
PATH = "/services/"

TIMEOUT_S = 5.0
PATIENCE_S = 10.0
"""How long a run waits in all when Slack asks for patience; beyond it the message takes the work queue."""

DEFAULT_RETRY_AFTER_S = 30.0
LONGEST_RETRY_AFTER_S = 900.0


class SlackChannel:
    """Posts to one webhook.

    Args:
        secret_arn: of the secret that holds the webhook's address.
    """

    def __init__(self, secret_arn: str, secrets: Secrets, clock: Clock) -> None:
        self._secret_arn = secret_arn
        self._secrets = secrets
        self._clock = clock

    def send(self, message: OutgoingMessage) -> None:
        """Post the message, whose body is the JSON document.

        A webhook that is unknown to Slack may have been replaced: its secret is then read once more.

        Raises:
            DeliveryError: Slack did not accept it; final where trying again is no use.
        """
        url = self._address()
        try:
            self._post(url, message)
        except DeliveryError as error:
            if not error.is_final:
                raise
            replaced = self._address(fresh=True)
            if replaced == url:
                raise
            self._post(replaced, message)

    def _address(self, *, fresh: bool = False) -> str:
        return webhook_address(self._secrets.value(self._secret_arn, fresh=fresh))

    def _post(self, url: str, message: OutgoingMessage) -> None:
        patience = PATIENCE_S
        while True:
            try:
                _post_once(url, message.body.encode())
            except DeliveryError as error:
                if not 0 < error.retry_after_s <= patience:
                    raise
                patience -= error.retry_after_s
                self._clock.sleep(error.retry_after_s)
            else:
                return


def webhook_address(secret: str) -> str:
    """The address that a secret holds: by itself, or as ``url`` or ``webhook_url`` of a JSON object.

    Raises:
        DeliveryError: it is none of an incoming webhook of Slack.
    """
    url = _url_in(secret.strip())
    try:
        parts = urlsplit(url)
        is_slack = parts.scheme == "https" and parts.netloc in HOSTS and parts.path.startswith(PATH)
    except ValueError:
        is_slack = False
    if is_slack:
        return url
    raise DeliveryError(
        f"the secret of the Slack channel should hold https://hooks.slack.com{PATH}…, the address of an incoming "
        "webhook, and does not",
        is_final=True,
    )


def _url_in(secret: str) -> str:
    if not secret.startswith("{"):
        return secret
    try:
        values = json.loads(secret)
    except ValueError:
        return ""
    found = values.get("url") or values.get("webhook_url")
    return found.strip() if isinstance(found, str) else ""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A webhook answers by itself; whoever redirects is not Slack."""

    def redirect_request(self, *_request: Any) -> None:
        return None


def _post_once(url: str, body: bytes) -> None:
    request = urllib.request.Request(  # noqa: S310 - the address was checked by webhook_address
        url, data=body, headers={"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            answer.read(200)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error) from None  # the error of the library holds the address
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise DeliveryError(f"Slack could not be reached: {type(reason).__name__}") from None


def _refused(error: urllib.error.HTTPError) -> DeliveryError:
    """What a status means. Slack's own word for it (``invalid_blocks``, ``no_service``) stands in the body."""
    word = error.read(80).decode(errors="replace").strip()
    what = f"Slack did not accept the message: status {error.code} {word}".strip()
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        return DeliveryError(what, retry_after_s=_retry_after_s(error.headers.get("Retry-After")))
    is_final = HTTPStatus.MULTIPLE_CHOICES <= error.code < HTTPStatus.INTERNAL_SERVER_ERROR
    return DeliveryError(what, is_final=is_final and error.code != HTTPStatus.REQUEST_TIMEOUT)


def _retry_after_s(value: str | None) -> float:
    try:
        seconds = float(value) if value else DEFAULT_RETRY_AFTER_S
    except ValueError:
        seconds = DEFAULT_RETRY_AFTER_S
    return min(max(seconds, 1.0), LONGEST_RETRY_AFTER_S)
