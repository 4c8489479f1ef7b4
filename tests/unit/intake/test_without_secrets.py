"""A signal loses its secrets before anything keeps it, and stays the same signal."""

from __future__ import annotations

from tests.builders import a_signal
from triage.domain.fingerprint import fingerprint
from triage.intake.without_secrets import without_secrets


def test_secrets_that_somebody_wrote_into_the_alarm_go() -> None:
    signal = a_signal(
        description="log in with password: hunter2-top-secret",
        reason_data={"token": "blue"},
        reason="DB_PWD=hunter2",
    )

    cleaned = str(without_secrets(signal).to_json())

    assert "hunter2" not in cleaned
    assert "blue" not in cleaned


def test_an_alarm_without_secrets_stays_as_it_is() -> None:
    assert without_secrets(a_signal()) == a_signal()


def test_what_identifies_the_alarm_stays_even_if_it_looks_like_a_secret() -> None:
    signal = a_signal(name="password=hunter2")

    cleaned = without_secrets(signal)

    assert fingerprint(cleaned) == fingerprint(signal)
    assert cleaned.name == signal.name
