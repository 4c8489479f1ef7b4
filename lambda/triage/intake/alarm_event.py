"""Alarm state changes as EventBridge carries them: of an alarm, and of one contributor of an alarm.

Shape: Amazon CloudWatch User Guide, "Alarm events and EventBridge". "CloudWatch Alarm Configuration Change" is no
firing and is not recognised here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.intake.alarm_document import signal_of
from triage.intake.alarm_identity import AlarmIdentity, identity_of_arn, identity_of_parts
from triage.intake.reading import Unreadable, malformed, require_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal

STATE_CHANGE = "CloudWatch Alarm State Change"
CONTRIBUTOR_STATE_CHANGE = "CloudWatch Alarm Contributor State Change"


def recognises(event: Mapping[str, Any]) -> bool:
    """Whether this is an alarm state change on an event bus, readable or not."""
    return event.get("source") == "aws.cloudwatch" and event.get("detail-type") in (
        STATE_CHANGE,
        CONTRIBUTOR_STATE_CHANGE,
    )


def parse(event: Mapping[str, Any]) -> Signal:
    """Read an alarm state change.

    Raises:
        MalformedEvent: a field without which no alarm can be identified is missing or has the wrong type.
    """
    try:
        detail = require_object(event, "detail")
        if event["detail-type"] == CONTRIBUTOR_STATE_CHANGE:
            require_object(detail, "alarmContributor", "detail.")
        return signal_of(detail, _identity(event, detail), event.get("time"), "detail.")
    except Unreadable as problem:
        raise malformed("CloudWatch alarm event of EventBridge", event, problem) from problem


def _identity(event: Mapping[str, Any], detail: Mapping[str, Any]) -> AlarmIdentity:
    """By the ARN in ``resources``; where there are none, by name, account and region."""
    resources = event.get("resources", [])
    if resources == []:
        by_parts = identity_of_parts(detail.get("alarmName"), event.get("account"), event.get("region"))
        if by_parts:
            return by_parts
    if not isinstance(resources, list) or not resources or not isinstance(resources[0], str):
        raise Unreadable("resources should be a list that holds the alarm's ARN")
    return identity_of_arn(resources[0], "resources[0]")
