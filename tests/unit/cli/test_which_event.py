"""Which moment of an alarm `investigate` looks at."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli import investigate
from cli.aws.alarms import Alarm, Transition
from cli.screen import Screen
from tests.unit.cli.histories import START, a_change, an_account, an_alarm
from triage.domain.signal import AlarmState
from triage.intake import detect


class Known:
    """Alarms that are not asked of CloudWatch."""

    def __init__(self, alarm: Alarm, *changes: Transition) -> None:
        self.alarm, self.changes = alarm, list(changes)

    def __call__(self, account: object) -> Known:
        return self

    def named(self, name: str) -> Alarm:
        return self.alarm

    def transitions(self, since: datetime, name: str) -> list[Transition]:
        return self.changes


def chosen(monkeypatch: pytest.MonkeyPatch, known: Known) -> tuple[Any, str]:
    monkeypatch.setattr(investigate, "Alarms", known)
    err = io.StringIO()
    event = investigate._event(an_account(), "orders-errors", Screen(io.StringIO(), err))
    return detect(event), err.getvalue()


def test_an_alarm_that_rings_is_looked_at_since_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    ringing = a_change("orders-errors", 30, "ALARM")
    known = Known(an_alarm(StateValue="ALARM"), a_change("orders-errors", 0, "ALARM"), ringing)

    signal, told = chosen(monkeypatch, known)

    assert (signal.state, signal.occurred_at) == (AlarmState.ALARM, START + timedelta(minutes=30))
    assert told == ""


def test_an_alarm_that_is_well_again_is_looked_at_when_it_rang_last(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Known(an_alarm(), a_change("orders-errors", 0, "ALARM"), a_change("orders-errors", 9, "OK", "ALARM"))

    signal, told = chosen(monkeypatch, known)

    assert (signal.state, signal.occurred_at) == (AlarmState.ALARM, START)
    assert "The alarm is OK now" in told


def test_an_alarm_that_never_rang_is_looked_at_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)

    signal, told = chosen(monkeypatch, Known(an_alarm(StateTransitionedTimestamp=at)))

    assert (signal.state, signal.occurred_at) == (AlarmState.OK, at)
    assert "was not in ALARM before" in told


def test_a_series_that_rings_is_looked_at_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    change = a_change("orders-errors", 30, "ALARM")
    of_series = Transition(
        change.alarm_name, change.at, change.before, change.after, {"id": "c1", "attributes": {}}
    )

    signal, _ = chosen(monkeypatch, Known(an_alarm(StateValue="ALARM"), of_series))

    assert signal.contributor is not None
    assert signal.contributor.id == "c1"
