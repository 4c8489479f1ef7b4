"""The event CloudWatch sends when an alarm's action is a Lambda function, and what people send to test it.

Shape: Amazon CloudWatch User Guide, "Invoke a Lambda function from an alarm". A hand-made event is one of these
with less in it: ``source`` may be missing, and name, account and region may stand in for the ARN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.intake.alarm_document import signal_of
from triage.intake.alarm_identity import AlarmIdentity, identity_of_arn, identity_of_parts
from triage.intake.reading import Unreadable, malformed, object_or_empty, require_object, require_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal

LEAST = (
    '{"alarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:my-alarm", '
    '"alarmData": {"state": {"value": "ALARM", "timestamp": "2026-11-21T03:02:00.000+0000"}}}'
)
"""The least that an event needs, said to whoever sent less."""


def recognises(event: Mapping[str, Any]) -> bool:
    """Whether this is a Lambda action of an alarm, readable or not."""
    is_ours = event.get("source", "aws.cloudwatch") == "aws.cloudwatch" and "detail-type" not in event
    return is_ours and ("alarmArn" in event or "alarmData" in event)


def parse(event: Mapping[str, Any]) -> Signal:
    """Read a Lambda action of an alarm.

    Raises:
        MalformedEvent: a field without which no alarm can be identified is missing or has the wrong type.
    """
    try:
        identity = _identity(event)
        data = require_object(event, "alarmData")
        return signal_of(data, identity, event.get("time"), "alarmData.")
    except Unreadable as problem:
        raise malformed("CloudWatch alarm event", event, problem, f"An event needs at least {LEAST}") from problem


def _identity(event: Mapping[str, Any]) -> AlarmIdentity:
    if "alarmArn" not in event:
        name = object_or_empty(event.get("alarmData")).get("alarmName")
        by_parts = identity_of_parts(name, event.get("accountId"), event.get("region"))
        if by_parts:
            return by_parts
    return identity_of_arn(require_text(event, "alarmArn"), "alarmArn")
