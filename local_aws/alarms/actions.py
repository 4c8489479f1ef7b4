"""What a state change sets off: functions, topics and the event bus, in CloudWatch's own shapes.

The emulator notifies topics only. Here an action on a function's ARN invokes it (with the alarm event of the
CloudWatch user guide, "Invoke a Lambda function from an alarm"), and every change is also a
"CloudWatch Alarm State Change" event on the default bus.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, eventbridge, sns

from local_aws import clock
from local_aws.access.permissions import ALARM_PRINCIPAL, invoke_for_service
from local_aws.alarms.documents import alarm_data, trigger
from local_aws.alarms.evaluation import timestamp
from local_aws.metrics import history

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = logging.getLogger("local_aws.alarms")

_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}

_last_states: dict[str, dict[str, Any]] = {}
"""The state each alarm was last seen to take, by ARN: the next change's `previousState`."""


def dispatch(alarm: dict[str, Any], old_state: str, new_state: str, _reason: str) -> None:
    """Emulator hook, called after the alarm carries its new state."""
    # In milliseconds: two changes within a second are two changes.
    alarm["StateUpdatedTimestamp"] = alarm["StateTransitionedTimestamp"] = clock.now()
    arn = str(alarm["AlarmArn"])
    before = _last_states.get(arn)
    if before is None or before["value"] != old_state:
        before = {"value": old_state, "timestamp": timestamp(clock.now())}
    data = alarm_data(alarm, before)
    _last_states[arn] = data["state"]
    _put_event(alarm, data)
    if not alarm.get("ActionsEnabled", True):
        return
    for action in alarm.get(_ACTIONS[new_state]) or []:
        history.note_action(alarm, action, new_state, _act(action, alarm, data))


def _act(arn: str, alarm: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    """Carry out one action; why it was not, if it was not."""
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    if service == "lambda":
        event = {
            "source": "aws.cloudwatch",
            "alarmArn": alarm["AlarmArn"],
            "accountId": get_account_id(),
            "time": data["state"]["timestamp"],
            "region": get_region(),
            "alarmData": data,
        }
        invoked = invoke_for_service(arn, ALARM_PRINCIPAL, alarm["AlarmArn"], event)
        return None if invoked else "CloudWatch Alarms is not authorized to invoke this function"
    if service == "sns":
        return _notify(arn, alarm, data)
    _log.warning("alarm action %s is stored, not carried out", arn)
    return "This local AWS carries out actions on functions and topics only"


def _notify(topic_arn: str, alarm: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    if not sns.topic_policy_allows(topic_arn, "cloudwatch.amazonaws.com", alarm["AlarmArn"], get_account_id()):
        _log.warning("refused: cloudwatch.amazonaws.com may not publish to %s", topic_arn)
        return "CloudWatch Alarms does not have authorization to access the SNS topic"
    state = data["state"]
    message = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription") or None,
        "AWSAccountId": get_account_id(),
        "AlarmConfigurationUpdatedTimestamp": timestamp(
            float(alarm.get("AlarmConfigurationUpdatedTimestamp") or 0)
        ),
        "NewStateValue": state["value"],
        "NewStateReason": state["reason"],
        "StateChangeTime": state["timestamp"],
        "Region": get_region(),
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": data["previousState"]["value"],
        **{name: alarm.get(name) or [] for name in _ACTIONS.values()},
        "Trigger": trigger(alarm),
    }
    subject = f'{state["value"]}: "{alarm["AlarmName"]}" in {get_region()}'[:99]
    sns._fanout(topic_arn, str(uuid.uuid4()), json.dumps(message), subject)
    return None


def _put_event(alarm: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    eventbridge._dispatch_event(
        {
            "EventId": str(uuid.uuid4()),
            "Source": "aws.cloudwatch",
            "DetailType": "CloudWatch Alarm State Change",
            "Detail": json.dumps(data),
            "EventBusName": "default",
            "Time": time.time(),
            "Resources": [alarm["AlarmArn"]],
            "Account": get_account_id(),
            "Region": get_region(),
        }
    )


def install() -> None:
    """Put `dispatch` in place of the emulator's topic-only actions."""
    cloudwatch._dispatch_alarm_actions = dispatch
