"""Readings: the one line a person on call wants."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.toolbox.builders import NOON, series
from toolbox.metrics import readings
from toolbox.metrics.readings import Series
from toolbox.metrics.related import statistic_for

TIMES = "\N{MULTIPLICATION SIGN}"


def said(made: Series, usual: float | None = None) -> str:
    baselines = {} if usual is None else {"yesterday": {"median": usual}}
    return readings.sentence(readings.read(made, NOON + timedelta(minutes=1)), baselines)


def test_given_errors_that_began_then_both_levels_the_time_the_baseline_and_the_state_are_said() -> None:
    values = [5.0] * 60 + [470.0] * 30

    assert said(series(values), usual=5) == f"5 → 470 Errors/min at 11:31 UTC, 94 {TIMES} baseline, still high"


def test_given_errors_that_are_over_then_the_present_value_is_said() -> None:
    values = [0.0] * 50 + [40.0] * 10 + [0.0] * 30

    assert said(series(values)) == "0 → 40 Errors/min at 11:21 UTC, back: 0"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([2.0] * 50 + [900.0] * 10 + [1_620.0] * 3 + [900.0] * 10 + [2.0] * 17, ", peak 1,620 at 11:31"),
        ([50.0] * 50 + [30.0] * 20 + [20.0] + [30.0] * 19, ", lowest 20 at 11:41"),
        ([5.0] * 60 + [470.0] * 30, ""),
        ([5.0] * 60 + [470.0] * 15 + [520.0] + [470.0] * 14, ""),
    ],
    ids=["far above", "far below", "none", "hardly above"],
)
def test_given_a_value_far_beyond_the_new_level_then_it_is_told(values: list[float], told: str) -> None:
    line = said(series(values, "Maximum", "Depth"))

    assert (told in line) if told else not {"peak", "lowest"} & set(line.split())


def test_given_milliseconds_then_long_ones_are_said_in_seconds() -> None:
    values = [180.0] * 60 + [3_000.0] * 30

    assert said(series(values, "p99", "Duration")) == "180 ms → 3 s Duration at 11:31 UTC, still high"


def test_given_nothing_counted_then_silence_is_zero() -> None:
    values: list[float | None] = [20.0] * 60 + [None] * 30

    assert said(series(values)).startswith("20 → 0 Errors/min at 11:31 UTC, still low; no datapoint since 11:30")


def test_given_the_last_minutes_missing_then_they_are_not_yet_zero() -> None:
    values: list[float | None] = [20.0] * 88 + [None, None]

    assert said(series(values)) == "steady at 20 Errors/min"


def test_given_an_average_with_holes_then_only_what_is_there_counts() -> None:
    values: list[float | None] = [50.0, None] * 30 + [90.0, None] * 10

    reading = readings.read(series(values, "Average", "CPUUtilization"), NOON)

    assert reading.change is not None
    assert reading.onset == NOON - timedelta(minutes=19)


def test_given_a_sum_published_every_five_minutes_then_the_minutes_between_are_not_zero() -> None:
    values = [12.0 if minute % 5 == 0 else None for minute in range(90)]

    assert said(series(values)) == "steady at 12 Errors/min"


def test_given_a_sum_published_every_five_minutes_that_stops_then_that_is_the_onset() -> None:
    values = [12.0 if minute % 5 == 0 and minute < 60 else None for minute in range(90)]

    reading = readings.read(series(values), NOON + timedelta(minutes=1))

    assert reading.onset == NOON - timedelta(minutes=29)
    assert reading.change is not None
    assert reading.change.after == 0


def test_given_no_datapoints_where_there_usually_are_then_that_is_said() -> None:
    assert said(series([None] * 30), usual=12) == (
        "no datapoints of Errors; at this hour there usually are: 12 Errors/min"
    )


def test_given_no_datapoints_then_that_is_said() -> None:
    assert said(series([None] * 30)) == "no datapoints of Errors"


def test_given_a_level_as_on_other_days_then_that_is_said() -> None:
    assert said(series([43.0, 44.0] * 40), usual=43).endswith("as usual at this hour")


def test_given_a_breach_below_the_threshold_then_the_fall_is_the_onset() -> None:
    values = [10.0] * 30 + [100.0] * 30 + [2.0] * 30

    reading = readings.read(series(values, "Average", "FreeStorageSpace"), NOON, rising=False)

    assert reading.onset == NOON - timedelta(minutes=29)


@pytest.mark.parametrize(
    ("name", "statistic", "unit"),
    [
        ("Errors", "Sum", "/min"),
        ("Duration", "p99", "ms"),
        ("TargetResponseTime", "p95", "s"),
        ("CPUUtilization", "Average", "%"),
        ("FreeStorageSpace", "Minimum", "bytes"),
        ("SuccessPercent", "Average", "%"),
        ("ConcurrentExecutions", "Maximum", ""),
    ],
)
def test_given_a_metric_then_its_unit_is_known(name: str, statistic: str, unit: str) -> None:
    assert series([1.0], statistic, name).unit == unit


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("NumberOfMessagesSent", "Sum"),
        ("ApproximateNumberOfMessagesVisible", "Maximum"),
        ("ApproximateAgeOfOldestMessage", "Maximum"),
        ("HTTPCode_Target_5XX_Count", "Sum"),
        ("5XXError", "Sum"),
        ("TargetResponseTime", "p99"),
        ("UnHealthyHostCount", "Maximum"),
        ("HealthyHostCount", "Minimum"),
        ("FreeStorageSpace", "Minimum"),
        ("CPUUtilization", "Maximum"),
        ("ConcurrentExecutions", "Maximum"),
        ("ExecutionsTimedOut", "Sum"),
        ("ReadLatency", "p99"),
        ("BurstBalance", "Minimum"),
        ("QueueLength", "Average"),
    ],
)
def test_given_a_metric_then_the_statistic_that_says_most_is_known(name: str, statistic: str) -> None:
    assert statistic_for(name) == statistic


VALUES = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=200)


@given(VALUES, st.sampled_from(["Sum", "Average", "p99"]))
def test_given_any_series_then_it_is_said_in_one_short_line(values: list[float | None], statistic: str) -> None:
    line = said(series(values, statistic), usual=3.0)

    assert "\n" not in line
    assert 0 < len(line) < 200


@given(VALUES)
def test_given_any_series_then_what_is_drawn_is_bounded_and_keeps_the_worst(values: list[float | None]) -> None:
    drawn = readings.drawn(series(values))

    assert len(drawn["values"]) <= 60
    kept = [each for each in drawn["values"] if each is not None]
    present = [each for each in values if each is not None]
    if present:
        assert max(kept) == pytest.approx(max(present), rel=0.01, abs=1e-9)


# Silence ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("missing", "is_silent"), [(0, False), (9, False), (10, True), (40, True)])
def test_given_datapoints_that_stop_then_since_when_is_known_after_ten_minutes(
    missing: int, is_silent: bool
) -> None:
    made = series([5.0] * 30 + [None] * missing)

    since = readings.silent_since(made)

    assert since == (made.at(30) if is_silent else None)


def test_given_a_series_of_days_then_a_change_is_told_with_its_day() -> None:
    made = Series("Memory", "Maximum", 3_600, NOON - timedelta(hours=95), tuple([38.0] * 50 + [90.0] * 46))

    assert "at 2026-11-19 15:00 UTC" in said(made)


def test_given_counts_that_play_between_small_numbers_then_nothing_changed() -> None:
    low = [3.0, 2, 3, 4, 3, 3, 2, 3, 3, 3, 4, 3, 3, 2, 3, 3, 3, 3, 2, 3]
    shown = readings.read(series([*low, 4, 4, 5, 4, 3, 4, 6, 4, 4, 4, 4]), NOON + timedelta(minutes=20))

    assert shown.change is None


@pytest.mark.parametrize("after", [[1, 1, 2, 1, 1, 1], [9, 12, 8, 11], [40, 38, 41, 44]])
def test_given_a_few_where_there_were_none_then_that_is_a_change(after: list[float]) -> None:
    shown = readings.read(series([0.0] * 40 + after), NOON + timedelta(minutes=20))

    assert shown.onset == NOON - timedelta(minutes=len(after) - 1)
