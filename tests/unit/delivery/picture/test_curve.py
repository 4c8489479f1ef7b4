"""The series made fit to draw: nothing is lost that rings, and nothing breaks the drawing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from tests.builders import a_chart
from tests.unit.delivery.picture.charts import IMPOSSIBLE, charts
from triage.delivery.picture.curve import LARGEST, Curve, curve_of, thinned
from triage.domain.chart import Breach, Chart


def _curve(chart: Chart, at_most: int | None = None) -> Curve:
    curve = curve_of(chart, at_most)
    assert curve is not None
    return curve


def test_a_spike_survives_thinning_on_the_side_that_rings() -> None:
    values = (0.0, 0.0, 9.0, 0.0, 5.0, 5.0, None, None)
    assert thinned(values, 4, Breach.ABOVE) == (9.0, 5.0)
    assert thinned(values, 4, Breach.BELOW) == (0.0, 5.0)


def test_a_gap_stays_one_only_where_all_of_its_time_is_missing() -> None:
    assert thinned((None, 1.0, None, None, 2.0), 2, Breach.ABOVE) == (1.0, None, 2.0)


def test_what_is_no_number_is_a_gap_and_what_is_too_large_is_drawn_at_the_edge() -> None:
    curve = _curve(a_chart(values=(math.nan, math.inf, 1e300, -1e300), threshold=math.nan))
    assert curve.values == (None, None, LARGEST, -LARGEST)
    assert curve.threshold is None


def test_all_numbers_of_a_chart_are_in_one_unit() -> None:
    curve = _curve(a_chart(unit="Milliseconds", values=(500.0, 20_000.0), threshold=15_000.0))
    assert (curve.values, curve.threshold, curve.scale.unit) == ((0.5, 20.0), 15.0, "s")


@pytest.mark.parametrize("chart", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_chart_that_spans_no_time_is_not_drawn(chart: Chart) -> None:
    assert curve_of(chart) is None


@given(charts())
def test_every_curve_is_finite_within_bounds_and_as_long_as_its_chart(chart: Chart) -> None:
    curve = _curve(chart, 48)
    assert len(curve.values) <= 48
    periods = (curve.end - curve.start) / curve.step
    assert len(curve.values) == math.ceil(periods - 1e-6)
    assert all(math.isfinite(number) for number in [*(value for _, value in curve.present), *curve.limits])
