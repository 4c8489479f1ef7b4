"""Calls that a service carries out in steps are told once, by who asked for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from toolbox.changes import _asked_for
from toolbox.trail import Event

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/orders_rw-Ab12Cd"


def event(name: str, seconds: float, about: str, error: str = "") -> Event:
    text = f'{{"secretId": "{about}"}}'
    return Event(AT + timedelta(seconds=seconds), name, "secretsmanager", "x", (), text, error, "eu-west-1", text)


def test_given_a_rotation_when_its_steps_follow_then_who_asked_for_it_is_told() -> None:
    asked = event("RotateSecret", 0, "shop/orders_rw")
    steps = [
        event("RotationStarted", 3, ARN),
        event("PutSecretValue", 9, ARN),
        event("RotationSucceeded", 40, ARN),
    ]

    assert _asked_for([*steps, asked]) == [asked]


def test_given_steps_nobody_asked_for_or_of_another_secret_or_that_failed_then_they_are_told() -> None:
    asked = event("RotateSecret", 0, "shop/orders_rw")
    told = [
        asked,
        event("PutSecretValue", 9, "shop/other"),
        event("PutSecretValue", 9_000, ARN),
        event("PutSecretValue", -9, ARN),
        event("UpdateSecretVersionStage", 12, ARN, "AccessDenied"),
    ]

    assert _asked_for(told) == told
