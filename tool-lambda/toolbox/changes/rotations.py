"""Rotations of secrets: one call by somebody, and the steps that Secrets Manager logs after it. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolbox.changes.trail import Event

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
_ARN = re.compile(r"arn:aws[\w-]*:[^\s\"\\]+")
_SECRET_ID = re.compile(r'"secretId": ?"([^"]+)"')
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")


def without_steps(events: Sequence[Event]) -> list[Event]:
    """Changes without the steps of rotations that were ordered shortly before: who ordered them tells more."""
    ordered = [each for each in events if each.name == _ORDERED and not each.error]
    return [each for each in events if not any(_is_step_of(each, order) for order in ordered)]


def _is_step_of(event: Event, order: Event) -> bool:
    own = event.source == order.source and event.name in _STEPS and not event.error
    return own and timedelta(0) <= event.at - order.at <= _LASTS and bool(_secrets(event) & _secrets(order))


def _secrets(event: Event) -> set[str]:
    """What a call is about, by names and by ARNs alike: without what a secret's ARN adds to its name."""
    told = {*event.names, *_ARN.findall(event.text), *_SECRET_ID.findall(event.text)}
    return {_SUFFIX.sub("", name.rpartition(":")[2]) for name in told if name}
