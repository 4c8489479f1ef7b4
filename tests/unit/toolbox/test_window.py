"""Windows and times as people and models write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.toolbox.builders import NOON, window
from toolbox.asking.window import Window, duration, iso, known_time, parse_time


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("-90m", -90),
        ("onset-1h30m", -90),
        ("onset", 0),
        ("now", 30),
        ("now-2h", -90),
        ("+10m", 10),
        ("2026-11-21T11:50:00Z", -10),
        ("2026-11-21 11:50", -10),
        ("2026-11-21T12:50:00+0100", -10),
        (NOON.timestamp(), 0),
        (NOON.timestamp() * 1000, 0),
        (datetime(2026, 11, 21, 11, 0), -60),  # noqa: DTZ001 - a model's datetime without a zone means UTC
    ],
)
def test_given_a_time_as_people_write_it_then_it_is_read(written: str | float | datetime, minutes: int) -> None:
    assert parse_time(written, window()) == NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize("written", ["soon", "", "12:00", "-90", "yesterday"])
def test_given_what_is_no_time_then_the_error_says_how_to_write_one(written: str) -> None:
    with pytest.raises(ValueError, match="-90m from the onset"):
        parse_time(written, window())


def test_given_an_end_before_the_start_then_it_is_refused() -> None:
    with pytest.raises(ValueError, match="is empty"):
        window().between("now", "-90m")


def test_given_an_end_in_the_future_then_the_window_ends_now() -> None:
    assert window().between(end="now+3h").end == window().now


def test_given_an_onset_in_the_future_then_the_window_is_of_the_past() -> None:
    made = Window.around(NOON + timedelta(hours=1), NOON)

    assert made.start < made.end == made.onset == NOON


@pytest.mark.parametrize(
    ("seconds", "text"), [(45, "45 s"), (720, "12 min"), (12_600, "3.5 h"), (86_400 * 2.1, "2.1 d"), (0, "0 s")]
)
def test_given_a_span_then_it_is_said_as_one_says_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_given_any_moment_then_what_is_written_is_read_back_to_the_second(moment: datetime) -> None:
    assert parse_time(iso(moment), window()) == moment.replace(microsecond=0)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans()))
def test_given_anything_an_answer_may_hold_then_it_is_a_time_or_none(value: object) -> None:
    found = known_time(value)

    assert found is None or found.tzinfo is not None
