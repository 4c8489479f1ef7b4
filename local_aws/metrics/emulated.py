"""What the emulator still answers, always asked in JSON: its other protocols leave members out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch

from local_aws.metrics.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_HANDLERS = {
    "DeleteAlarms": "_delete_alarms",
    "DeleteDashboards": "_delete_dashboards",
    "DisableAlarmActions": "_disable_alarm_actions",
    "EnableAlarmActions": "_enable_alarm_actions",
    "GetDashboard": "_get_dashboard",
    "ListDashboards": "_list_dashboards",
    "ListTagsForResource": "_list_tags_for_resource",
    "PutCompositeAlarm": "_put_composite_alarm",
    "PutDashboard": "_put_dashboard",
    "PutMetricAlarm": "_put_metric_alarm",
    "SetAlarmState": "_set_alarm_state",
    "TagResource": "_tag_resource",
    "UntagResource": "_untag_resource",
}

OPERATIONS = frozenset(_HANDLERS)


def ask(operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The emulator's output.

    Raises:
        ServiceError: it refuses.
    """
    status, _, body = getattr(cloudwatch, _HANDLERS[operation])({}, dict(request), False, True)  # noqa: FBT003 - its protocol flags
    document: dict[str, Any] = json.loads(body or b"{}")
    if status >= 300:
        raise ServiceError(str(document.get("__type")), str(document.get("message")), status)
    return document
