"""Tags of alarms (CloudWatch ``ListTagsForResource``), read fast or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.errors import text_of
from triage.domain.errors import TagsUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.domain.signal import Signal

# Triage answers within seconds, and an alarm without its tags is better than a late one.
TIMEOUT_S = 1
ATTEMPTS = 2


class CloudWatchAlarmTags:
    """The AlarmTags port.

    Args:
        client_for: a ``cloudwatch`` client for a region; an alarm may live in another one than the function.
    """

    def __init__(
        self,
        client_for: Callable[[str], Any] = lambda region: client(
            "cloudwatch", TIMEOUT_S, ATTEMPTS, connect_timeout_s=TIMEOUT_S, region=region
        ),
    ) -> None:
        self._client_for = client_for

    def of(self, signal: Signal) -> Mapping[str, str]:
        """The tags of the alarm.

        Raises:
            TagsUnreadable: CloudWatch did not say in time, or the function may not ask.
        """
        arn = signal.subject.rpartition("#contributor/")[0] if signal.contributor else signal.subject
        try:
            answer = self._client_for(signal.region).list_tags_for_resource(ResourceARN=arn)
        except (ClientError, BotoCoreError) as error:
            raise TagsUnreadable(f"the tags of {arn} could not be read: {text_of(error)}") from error
        return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}
