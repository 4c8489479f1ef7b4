"""Rotations of secrets: one call by somebody, and the steps that Secrets Manager logs after it. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolbox.trail import Event

_ORDERED = "RotateSecret"
#: Secrets Manager user guide, "Rotation by Lambda function" and "Log events with CloudTrail": the steps of a
#: rotation that goes well. That one failed stays beside the call.
_STEPS = frozenset(
    {
        "RotationStarted",
        "PutSecretValue",
        "TestRotationStarted",
        "TestRotationSucceeded",
        "UpdateSecretVersionStage",
        "RotationSucceeded",
    }
)
_LASTS = timedelta(minutes=10)


def without_steps(events: Sequence[Event]) -> list[Event]:
    """Changes without the steps of rotations that were ordered shortly before: who ordered them tells more."""
    ordered = [each for each in events if each.name == _ORDERED and not each.error]
    return [each for each in events if not any(_is_step_of(each, order) for order in ordered)]


def _is_step_of(event: Event, order: Event) -> bool:
    own = event.source == order.source and event.name in _STEPS and not event.error
    same = bool(set(event.names) & set(order.names))
    return own and same and timedelta(0) <= event.at - order.at <= _LASTS
