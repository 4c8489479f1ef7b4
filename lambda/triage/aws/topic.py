"""The SNS topic as a Channel: plain-text e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.errors import text_of
from triage.domain.errors import DeliveryError

if TYPE_CHECKING:
    from triage.domain.message import OutgoingMessage


class SnsChannel:
    """Publishes to one topic."""

    def __init__(self, topic_arn: str, sns: Any = None) -> None:
        self._topic_arn = topic_arn
        self._sns = sns

    def send(self, message: OutgoingMessage) -> None:
        """Publish the message.

        Raises:
            DeliveryError: SNS did not accept it.
        """
        try:
            (self._sns or client("sns")).publish(
                TopicArn=self._topic_arn, Subject=message.subject, Message=message.body
            )
        except (ClientError, BotoCoreError) as error:
            raise DeliveryError(
                f"SNS topic {self._topic_arn} did not accept the message: {text_of(error)}"
            ) from error
