"""Application Auto Scaling: what it may do, what is scheduled, what it did and failed to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.resources.base import change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolbox.asking.answer import Asked

_MOST = 4
_SUSPENDABLE = {
    "DynamicScalingOutSuspended": "scaling out",
    "DynamicScalingInSuspended": "scaling in",
    "ScheduledScalingSuspended": "scheduled scaling",
}


def scaling(asked: Asked, namespace: str, resource: str) -> dict[str, Any]:
    """Application Auto Scaling targets of a resource."""
    client = looking.current().client("application-autoscaling")
    nothing: list[Any] = []
    found = asked.attempt(
        "scaling targets",
        lambda: client.describe_scalable_targets(ServiceNamespace=namespace, ResourceIds=[resource])[
            "ScalableTargets"
        ],
        nothing,
    )
    return {
        "scaling": [
            f"{each['ScalableDimension'].rpartition(':')[2]} {each['MinCapacity']} to {each['MaxCapacity']}"
            f"{_suspended(each)}"
            for each in found
        ],
        "scheduled": [_scheduled(each) for each in _schedules(asked, namespace, resource)] if found else [],
    }


def _suspended(target: Mapping[str, Any]) -> str:
    """What of its scaling is suspended: nobody resumes it by itself."""
    state = target.get("SuspendedState") or {}
    parts = [word for key, word in _SUSPENDABLE.items() if state.get(key)]
    return f"; SUSPENDED: {', '.join(parts)}" if parts else ""


def _schedules(asked: Asked, namespace: str, resource: str) -> list[Any]:
    client = looking.current().client("application-autoscaling")
    nothing: list[Any] = []
    return asked.attempt(
        "scheduled actions",
        lambda: client.describe_scheduled_actions(ServiceNamespace=namespace, ResourceId=resource)[
            "ScheduledActions"
        ],
        nothing,
    )[:_MOST]


def _scheduled(each: Mapping[str, Any]) -> str:
    action = each.get("ScalableTargetAction") or {}
    limits = f"{action.get('MinCapacity')} to {action.get('MaxCapacity')}"
    return f"{each.get('ScheduledActionName')} {each.get('Schedule')}: {limits}"


def scaling_activities(asked: Asked, namespace: str, resource: str) -> list[dict[str, Any]]:
    """What Application Auto Scaling did, and failed to do."""
    client = looking.current().client("application-autoscaling")
    nothing: list[Any] = []
    found = asked.attempt(
        "scaling activities",
        lambda: client.describe_scaling_activities(ServiceNamespace=namespace, ResourceId=resource, MaxResults=20)[
            "ScalingActivities"
        ],
        nothing,
    )
    return [
        change(
            each.get("StartTime"),
            f"{each.get('Description')} ({each.get('StatusCode')}) {each.get('Cause', '')}"[:240],
        )
        for each in found
    ]
