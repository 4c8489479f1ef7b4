"""Time ranges and periods by the API reference of GetMetricData."""

from __future__ import annotations

import copy
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.metrics.statistics import parse
from local_aws.metrics.store import Metric, MetricStore, observed
from local_aws.metrics.windows import DAY_S, HOUR_S, Window, valid_period
from tests.unit.local_aws_metrics.builders import ERRORS, NOW


@pytest.mark.parametrize(
    ("age_s", "period", "grain"),
    [
        (HOUR_S, 60, 60),
        (HOUR_S, 300, 60),
        (16 * DAY_S, 300, 300),
        (64 * DAY_S, 3600, 3600),
        (HOUR_S, 10, 10),
        (HOUR_S, 30, 30),
        (HOUR_S, 1, 1),
    ],
)
def test_given_a_start_time_then_it_is_rounded_down_by_its_age_and_period(
    age_s: int, period: int, grain: int
) -> None:
    start = NOW - age_s + 0.5 + grain // 2
    assert Window.asked(start, NOW, period, NOW).start == start // grain * grain


def test_given_a_start_off_the_period_then_periods_count_from_the_start() -> None:
    window = Window.asked(NOW - 1000.0, NOW, 300, NOW)
    assert list(window.slots()) == [NOW - 1020 + 300 * number for number in range(4)]


@pytest.mark.parametrize(
    ("period", "valid"),
    [(1, True), (5, True), (30, True), (60, True), (7200, True), (0, False), (45, False), (90, False)],
)
def test_given_a_period_then_it_is_known_as_documented(period: int, valid: bool) -> None:
    assert valid_period(period) is valid


@pytest.mark.parametrize(
    ("age_s", "period", "shown"),
    [
        (2 * HOUR_S, 30, True),
        (4 * HOUR_S, 30, False),
        (4 * HOUR_S, 60, True),
        (14 * DAY_S, 60, True),
        (16 * DAY_S, 60, False),
        (16 * DAY_S, 300, True),
        (64 * DAY_S, 300, False),
        (64 * DAY_S, 3600, True),
    ],
)
def test_given_data_older_than_its_period_is_kept_then_it_is_not_returned(
    age_s: int, period: int, shown: bool
) -> None:
    window = Window.asked(NOW - age_s - 600, NOW, period, NOW)
    found = window.sorted_in([observed(NOW - age_s, 1.0, resolution=1)])
    assert bool(found) is shown


def test_given_a_metric_of_regular_resolution_then_seconds_show_nothing_of_it() -> None:
    window = Window.asked(NOW - 600, NOW, 10, NOW)
    assert window.sorted_in([observed(NOW - 60, 1.0)]) == {}


times = st.lists(st.integers(0, 7199).map(lambda second: NOW - 7200 + second), max_size=60)


@given(times, st.sampled_from([60, 120, 300, 600]), st.integers(0, 12))
def test_given_any_data_then_a_window_in_two_parts_gives_the_same_datapoints(
    found: list[float], period: int, cut: int
) -> None:
    store, start = MetricStore(), NOW - 7200
    store.add(ERRORS, [observed(at, 1.0) for at in found])

    def sums(begin: float, end: float) -> dict[float, float | None]:
        window = Window.asked(begin, end, period, NOW)
        slots = window.sorted_in(store.read(ERRORS, window.start, window.end))
        return {at: parse("Sum").of(observations) for at, observations in slots.items()}

    middle = start + min(cut * period, 7200)
    assert sums(start, NOW) == sums(start, middle) | sums(middle, NOW)
    assert sum(value or 0 for value in sums(start, NOW).values()) == len(found)


def test_given_two_metrics_that_read_alike_then_they_are_two() -> None:
    store = MetricStore()
    one = Metric("N", "m", (("a", "1|b=2"),))
    other = Metric("N", "m", (("a", "1"), ("b", "2")))
    store.add(one, [observed(NOW, 1.0)])
    assert len(store.read(one, NOW, NOW + 60)) == 1
    assert len(store.read(other, NOW, NOW + 60)) == 0


@given(st.lists(st.integers(0, 100).map(float)), st.integers(0, 100), st.integers(0, 100))
def test_given_observations_in_any_order_then_a_range_is_start_inclusive_and_end_exclusive(
    found: list[float], start: int, end: int
) -> None:
    store = MetricStore()
    store.add(ERRORS, [observed(at, 1.0, resolution=1) for at in found])
    read = [one.timestamp for one in store.read(ERRORS, start, end)]
    assert read == sorted(at for at in found if start <= at < end)


def test_given_two_hundred_thousand_datapoints_then_a_metric_is_read_without_looking_at_the_others() -> None:
    store = MetricStore()
    metrics = [ERRORS._replace(name=f"m{number}") for number in range(10)]
    for metric in metrics:
        store.add(metric, (observed(NOW - 60 * minute, 1.0) for minute in range(20_000)))
    store.read(metrics[0], NOW, NOW)  # the first read after a write out of order sorts the metric's datapoints
    before = time.perf_counter()
    for _ in range(100):
        assert len(store.read(metrics[0], NOW - 3540, NOW + 60)) == 60
    assert time.perf_counter() - before < 0.5, "100 reads of an hour take milliseconds"


def test_given_a_copy_of_a_store_then_each_changes_by_itself() -> None:
    store = MetricStore()
    store.add(ERRORS, [observed(NOW, 1.0)])
    twin = copy.deepcopy(store)
    store.add(ERRORS, [observed(NOW, 2.0)])
    twin.drop(ERRORS)
    assert (len(store.read(ERRORS, NOW, NOW + 60)), twin.metrics()) == (2, [])
