"""Change points: found where they are, nowhere else, and in time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolbox.metrics.change_point import Change, change_points, onset_of

READINGS = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))


def noisy(level: float, count: int, spread: float = 1.0) -> list[float]:
    dice = random.Random(f"{level} {count}")  # noqa: S311 - the same every time, in any order of tests
    return [level + dice.gauss(0, spread) for _ in range(count)]


def found(values: list[float]) -> list[tuple[int, str]]:
    return [(each.index, each.shape) for each in change_points(values)]


@pytest.mark.parametrize(("before", "after"), [(5, 470), (470, 5), (0, 12), (100, 130)])
@pytest.mark.parametrize("place", [8, 45, 80])
def test_given_a_step_in_noise_then_it_is_found_where_it_is(before: float, after: float, place: int) -> None:
    assert found(noisy(before, place) + noisy(after, 90 - place)) == [(place, "step")]


def test_given_an_episode_that_is_over_then_both_of_its_ends_are_found() -> None:
    assert found([0.0] * 50 + [40.0, 42.0] + [0.0] * 30) == [(50, "step"), (52, "step")]


def test_given_a_slow_rise_then_its_beginning_is_found() -> None:
    ((place, shape),) = found(noisy(100, 40, 3) + [100 + 8 * step for step in range(50)])

    assert shape == "ramp"
    assert place == pytest.approx(40, abs=4)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [3.0] * 60,
        noisy(100, 90, 10),
        [float((place * 7919) % 97 % 5 % 3) for place in range(90)],
        [100.0 + 40 * (1 + ((place % 60) - 30) / 30) * 0.01 for place in range(90)],
    ],
    ids=["nothing", "one", "constant", "noise", "sparse counts", "tiny drift"],
)
def test_given_no_change_then_none_is_found(values: list[float]) -> None:
    assert found(values) == []


def test_given_a_single_outlier_in_noise_then_the_step_after_it_is_still_found() -> None:
    values = noisy(50, 60)
    values[20] = 5_000
    assert (60, "step") in found(values + noisy(200, 20))


@given(st.lists(READINGS, max_size=120))
def test_given_any_values_then_changes_are_few_ordered_and_inside(values: list[float]) -> None:
    changes = change_points(values)

    places = [each.index for each in changes]
    assert places == sorted(set(places))
    assert all(0 < place < len(values) for place in places)
    assert all(min(values) <= level <= max(values) for each in changes for level in (each.before, each.after))
    assert changes == change_points(list(values))


@given(st.lists(st.integers(0, 1000), min_size=4, max_size=60), st.sampled_from([2.0, 8.0, 0.5]))
def test_given_another_unit_then_the_changes_are_at_the_same_places(values: list[int], factor: float) -> None:
    plain = [float(value) for value in values]

    assert found([value * factor for value in plain]) == found(plain)


def test_given_ten_times_the_values_then_it_takes_about_ten_times_as_long() -> None:
    def seconds(count: int) -> float:
        values = noisy(5, count // 2) + noisy(50, count // 2)
        started = time.process_time()
        change_points(values)
        return time.process_time() - started

    short = min(seconds(2_000) for _ in range(3))
    long = min(seconds(20_000) for _ in range(3))
    assert long < 40 * short  # a quadratic one would take a hundred times as long


def change(place: int, before: float, after: float) -> Change:
    return Change(place, before, after, "step", 1.0)


def test_given_several_changes_then_the_largest_in_the_direction_of_the_breach_is_its_onset() -> None:
    small, large, back = change(10, 0, 3), change(40, 3, 500), change(70, 500, 0)

    assert onset_of([small, large, back], rising=True, until=60) is large
    assert onset_of([small, large, back], rising=False, until=89) is back
    assert onset_of([small, large, back], rising=True, until=20) is small
    assert onset_of([small, large, back], rising=False, until=60) is None
