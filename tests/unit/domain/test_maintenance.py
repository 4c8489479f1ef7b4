"""Maintenance windows: which alarms, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.cron import CronSchedule
from triage.domain.maintenance import MaintenanceWindow, open_window

BERLIN = "Europe/Berlin"


def a_window(
    schedule: str = "0 22 * * *", zone: str = "UTC", minutes: float = 120, **more: Any
) -> MaintenanceWindow:
    return MaintenanceWindow(
        **{
            "name": "nightly deployment",
            "schedule": CronSchedule(schedule, zone),
            "duration": timedelta(minutes=minutes),
        }
        | more
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-11-21T21:59:59.999", False),
        ("2026-11-21T22:00:00", True),
        ("2026-11-21T23:59:59", True),
        ("2026-11-22T00:00:00", False),
    ],
)
def test_a_window_lasts_from_its_start_until_before_its_end(now: str, open_: bool) -> None:
    assert a_window().is_open(utc(now)) is open_


@pytest.mark.parametrize(
    ("now", "open_"), [("2026-11-21T23:30", True), ("2026-11-22T00:59", True), ("2026-11-22T01:00", False)]
)
def test_a_window_goes_on_past_midnight(now: str, open_: bool) -> None:
    assert a_window("0 23 * * 6").is_open(utc(now)) is open_


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-10-25T00:29", False),
        ("2026-10-25T00:30", True),
        ("2026-10-25T01:29", True),
        ("2026-10-25T01:31", False),  # 02:31 for the second time: sixty minutes are over
    ],
)
def test_a_window_in_the_hour_that_comes_twice_keeps_its_length(now: str, open_: bool) -> None:
    assert a_window("30 2 * * *", BERLIN, 60).is_open(utc(now)) is open_


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-03-29T00:59", False),
        ("2026-03-29T01:00", True),
        ("2026-03-29T01:59", True),
        ("2026-03-29T02:00", False),
    ],
)
def test_a_window_in_the_hour_that_is_skipped_opens_right_after_it(now: str, open_: bool) -> None:
    assert a_window("30 2 * * *", BERLIN, 60).is_open(utc(now)) is open_


def test_a_window_across_a_change_of_clocks_keeps_its_length() -> None:
    window = a_window("0 22 * * 6", BERLIN, 8 * 60)

    assert window.is_open(utc("2026-03-29T04:59"))  # began 21:00 UTC
    assert not window.is_open(utc("2026-03-29T05:00"))
    assert window.is_open(utc("2026-10-25T03:59"))  # began 20:00 UTC
    assert not window.is_open(utc("2026-10-25T04:00"))


@given(
    now=st.integers(0, 2 * 365 * 24 * 3600).map(lambda seconds: utc("2026-01-01") + timedelta(seconds=seconds)),
    minutes=st.integers(1, 7 * 24 * 60),
)
def test_a_window_is_open_exactly_when_some_start_lies_less_than_its_duration_back(
    now: datetime, minutes: int
) -> None:
    starts = [datetime(2025, 12, 20, 1, 15, tzinfo=UTC) + timedelta(days=number) for number in range(3 * 365)]
    expected = any(start <= now < start + timedelta(minutes=minutes) for start in starts)

    assert a_window("15 1 * * *", minutes=minutes).is_open(now) is expected


@pytest.mark.parametrize(
    ("patterns", "about"),
    [
        (("*",), True),
        (("prod-*",), True),
        (("prod-*-5xx",), True),
        (("PROD-*",), False),
        (("*checkout*", "db-*"), True),
        (("db-*",), False),
        (("prod-checkout-?xx",), True),
        (("prod-checkout-[45]xx",), False),
        ((), False),
    ],
)
def test_a_window_is_about_the_alarms_whose_names_match(patterns: tuple[str, ...], about: bool) -> None:
    assert a_window(alarm_name_patterns=patterns).is_about("prod-checkout-5xx", {}) is about


def test_brackets_in_a_pattern_stand_for_themselves() -> None:
    assert a_window(alarm_name_patterns=("[prod] *",)).is_about("[prod] checkout", {})


@pytest.mark.parametrize(
    ("wanted", "about"),
    [
        ({}, True),
        ({"team": "payments"}, True),
        ({"team": "pay*"}, False),
        ({"team": "payments", "env": "prod"}, True),
        ({"team": "payments", "env": "test"}, False),
        ({"Team": "payments"}, False),
        ({"owner": "*"}, False),
    ],
)
def test_a_window_is_about_the_alarms_that_carry_all_its_tags(wanted: dict[str, str], about: bool) -> None:
    assert a_window(alarm_tags=wanted).is_about("any", {"team": "payments", "env": "prod"}) is about


def test_of_several_windows_the_first_open_one_about_the_alarm_counts() -> None:
    windows = [
        a_window("0 3 * * *", name="later"),
        a_window(name="another alarm", alarm_name_patterns=("db-*",)),
        a_window(name="right"),
        a_window(name="also right"),
    ]

    found = open_window(windows, "prod-checkout-5xx", {}, utc("2026-11-21T22:30"))

    assert found is not None
    assert found.name == "right"
    assert open_window(windows, "prod-checkout-5xx", {}, utc("2026-11-21T12:00")) is None
