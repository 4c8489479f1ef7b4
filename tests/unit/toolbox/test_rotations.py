"""Changes in words: a rotation is one change, and inside a long datapoint nobody knows what came first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.toolbox.builders import NOON, window
from toolbox.asking import look as looking
from toolbox.asking.look import Look
from toolbox.changes.before_onset import shown
from toolbox.changes.rotations import without_steps
from toolbox.changes.trail import Event

SECRET = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:shop/db-AbCdEf"


def call(name: str, seconds: float = 0, secret: str = SECRET, error: str = "") -> Event:
    at = NOON + timedelta(seconds=seconds)
    return Event(at, name, "secretsmanager", "ops/mira", (secret,), "", error, "eu-west-1", "{}")


def test_given_who_ordered_a_rotation_then_its_steps_are_left_out() -> None:
    steps = ("RotationStarted", "PutSecretValue", "UpdateSecretVersionStage", "RotationSucceeded")
    found = [call("RotateSecret"), *(call(name, 10 * place) for place, name in enumerate(steps))]

    assert without_steps(found) == found[:1]


def test_given_the_order_names_the_secret_and_the_steps_its_arn_then_they_are_of_one_rotation() -> None:
    asked = Event(NOON, "RotateSecret", "secretsmanager", "x", (), "", "", "eu-west-1", '{"secretId": "shop/db"}')

    assert without_steps([asked, call("PutSecretValue", 9)]) == [asked]


@pytest.mark.parametrize(
    "step",
    [
        call("RotationFailed", 20),
        call("PutSecretValue", 1_200),
        call("PutSecretValue", -60),
        call("PutSecretValue", 20, secret=SECRET.replace("shop", "till")),
        call("PutSecretValue", 20, error="AccessDenied"),
        call("DeleteSecret", 20),
    ],
)
def test_given_a_failure_another_secret_or_another_time_then_it_stays(step: Event) -> None:
    assert step in without_steps([call("RotateSecret"), step])


def test_given_a_rotation_that_nobody_ordered_then_its_steps_stay() -> None:
    found = [call("RotationStarted"), call("RotationSucceeded", 40)]

    assert without_steps(found) == found


@pytest.mark.parametrize(
    ("period_s", "minutes", "when"),
    [
        (900, 10, "inside the onset's datapoint of 15 min"),
        (900, 20, "20 min after onset"),
        (900, -10, "10 min before onset"),
        (60, 10, "10 min after onset"),
    ],
)
def test_given_a_long_datapoint_then_a_change_inside_it_is_not_said_to_come_after(
    period_s: int, minutes: float, when: str
) -> None:
    looking.use(Look(None, window(), {"metrics": [{"period_s": period_s}]}))  # type: ignore[arg-type]
    try:
        assert shown(call("PutSecretValue", 60 * minutes), window())["when"] == when
    finally:
        looking.begin()
