"""Cron schedules in a time zone, most of all where clocks change."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.cron import CronSchedule

BERLIN = "Europe/Berlin"
# In 2026 clocks in Berlin go forward on 29 March at 01:00 UTC and back on 25 October at 01:00 UTC.


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        pytest.param("0 22 * * *", "UTC", "2026-11-21T21:59:59", "2026-11-21T22:00", id="today"),
        pytest.param("0 22 * * *", "UTC", "2026-11-21T22:00", "2026-11-22T22:00", id="strictly after"),
        pytest.param("0 22 * * *", BERLIN, "2026-11-21T20:00", "2026-11-21T21:00", id="winter time"),
        pytest.param("0 22 * * *", BERLIN, "2026-07-21T19:00", "2026-07-21T20:00", id="summer time"),
        pytest.param("0 22 * * 6", "UTC", "2026-11-22T00:00", "2026-11-28T22:00", id="next Saturday"),
        pytest.param("0 22 * * sat", "UTC", "2026-11-22T00:00", "2026-11-28T22:00", id="day by name"),
        pytest.param("0 6 1 * *", "Asia/Kolkata", "2026-11-21T00:00", "2026-12-01T00:30", id="half hours"),
        pytest.param("30 2 * * *", BERLIN, "2026-03-28T12:00", "2026-03-29T01:00", id="skipped: right after"),
        pytest.param("30 2 * * *", BERLIN, "2026-03-29T01:00", "2026-03-30T00:30", id="skipped: only once"),
        pytest.param("30 2 * * *", BERLIN, "2026-10-24T12:00", "2026-10-25T00:30", id="twice: the first"),
        pytest.param("30 2 * * *", BERLIN, "2026-10-25T00:30", "2026-10-26T01:30", id="twice: only the first"),
        pytest.param("30 2 * * *", BERLIN, "2026-10-25T01:10", "2026-10-26T01:30", id="from within the second"),
        pytest.param("0 3 * * *", BERLIN, "2026-10-25T01:10", "2026-10-25T02:00", id="right behind the second"),
        pytest.param("*/30 * * * *", BERLIN, "2026-10-25T00:45", "2026-10-25T01:00", id="all the time goes on"),
    ],
)
def test_the_next_time_of_a_schedule(expression: str, zone: str, after: str, expected: str) -> None:
    assert CronSchedule(expression, zone).next_after(utc(after)) == utc(expected)


@given(
    after=st.integers(0, 2 * 365 * 24 * 3600).map(lambda seconds: utc("2026-01-01") + timedelta(seconds=seconds)),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
def test_a_daily_schedule_comes_within_a_day_and_an_hour_whatever_clocks_do(
    after: datetime, hour: int, minute: int
) -> None:
    found = CronSchedule(f"{minute} {hour} * * *", BERLIN).next_after(after)

    assert found is not None
    assert after < found <= after + timedelta(hours=25)


@pytest.mark.parametrize(
    ("expression", "zone", "message"),
    [
        ("0 22 * *", "UTC", "schedule '0 22 * *' should have five fields"),
        ("0 0 22 * * *", "UTC", "should have five fields"),
        ("0 24 * * *", "UTC", "is not a cron expression: Bad hour"),
        ("@daily", "UTC", "should have five fields"),
        ("0 0 30 2 *", "UTC", "is not a cron expression: Bad day-of-month"),
        ("0 0 */31 * 1#2", "UTC", "schedule '0 0 */31 * 1#2' never comes"),
        ("0 22 * * *", "Europe/Atlantis", "time zone 'Europe/Atlantis' is not known"),
        ("0 22 * * *", "../../etc/passwd", "time zone '../../etc/passwd'"),
        ("0 22 * * *", "", "time zone ''"),
    ],
)
def test_a_malformed_schedule_is_refused_with_what_to_write(expression: str, zone: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        CronSchedule(expression, zone)
