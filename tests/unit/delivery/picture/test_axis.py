"""Axes: few round numbers that hold every value."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_chart
from tests.unit.delivery.picture.charts import charts
from triage.delivery.picture.axis import ValueAxis, time_ticks, value_axis
from triage.delivery.picture.curve import curve_of
from triage.domain.chart import Breach, Chart

MIDNIGHT = 1_795_219_200
"""2026-11-21 00:00 UTC."""


def _axis(chart: Chart) -> ValueAxis:
    curve = curve_of(chart)
    assert curve is not None
    return value_axis(curve)


def _labels(chart: Chart) -> list[str]:
    return [tick.label for tick in _axis(chart).ticks]


@pytest.mark.parametrize(
    ("values", "threshold", "labels"),
    [
        ((0.0, 24.0), 10.0, ["0", "10", "20", "30"]),
        ((0.0, 0.0), None, ["0", "0.5", "1"]),
        ((7.0, 7.0), None, ["0", "5", "10", "15"]),
        ((79.0, 94.0), 90.0, ["75", "80", "85", "90", "95"]),
        ((-20.0, -47.0), None, ["-60", "-40", "-20", "0"]),
        ((2e6, 9.5e6), None, ["0", "5 M", "10 M"]),
        ((0.001, 0.004), None, ["0", "0.001", "0.002", "0.003", "0.004"]),
    ],
)
def test_the_numbers_of_an_axis_are_round(
    values: tuple[float, ...], threshold: float | None, labels: list[str]
) -> None:
    assert _labels(a_chart(values=values, threshold=threshold)) == labels


def test_the_side_that_rings_has_room_even_when_nothing_is_there() -> None:
    above = _axis(a_chart(values=(0.0, 3.0), threshold=10.0))
    below = _axis(a_chart(values=(99.0, 100.0), threshold=90.0, breach=Breach.BELOW))
    assert above.high > 10.0
    assert below.low < 90.0


@given(charts())
def test_every_value_and_limit_is_on_the_axis_and_its_numbers_differ(chart: Chart) -> None:
    curve = curve_of(chart)
    assert curve is not None
    axis = value_axis(curve)
    assert 2 <= len(axis.ticks) <= 8
    assert len({tick.label for tick in axis.ticks}) == len(axis.ticks)
    for number in (*(value for _, value in curve.present), *curve.limits):
        assert -0.001 <= axis.share(number) <= 1.001


@pytest.mark.parametrize(
    ("start", "length", "labels"),
    [
        (MIDNIGHT + 61_800, 9_600, ["17:30", "18:00", "18:30", "19:00", "19:30"]),
        (MIDNIGHT - 3_600, 7_200, ["23:00", "23:30", "21 Nov", "00:30", "01:00"]),
        (MIDNIGHT, 9 * 86_400, ["21 Nov", "23 Nov", "25 Nov", "27 Nov", "29 Nov"]),
        (MIDNIGHT + 5, 40, ["00:00:10", "00:00:20", "00:00:30", "00:00:40"]),
    ],
)
def test_times_are_those_a_clock_or_calendar_has(start: int, length: int, labels: list[str]) -> None:
    assert [tick.label for tick in time_ticks(start, start + length, 6)] == labels


@given(st.integers(0, 2_000_000_000), st.integers(1, 10**9), st.integers(1, 10))
def test_times_are_in_the_span_in_order_and_not_too_many(start: int, length: int, at_most: int) -> None:
    ticks = time_ticks(start, start + length, at_most)
    assert len(ticks) <= at_most
    assert all(start <= tick.at <= start + length for tick in ticks)
    assert all(before.at < after.at for before, after in pairwise(ticks))
