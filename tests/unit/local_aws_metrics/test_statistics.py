"""Statistics against the user guide's definitions and a naive reference."""

from __future__ import annotations

import statistics as reference

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.metrics.statistics import UnknownStatisticError, parse
from local_aws.metrics.store import Observation, observed

TEN = [observed(0.0, float(value)) for value in range(1, 11)]

values = st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SampleCount", 10.0),
        ("Sum", 55.0),
        ("Average", 5.5),
        ("Minimum", 1.0),
        ("Maximum", 10.0),
        ("p0", 1.0),
        ("p50", 5.5),
        ("p90", 9.1),
        ("p99.9", 9.991),
        ("p100", 10.0),
        ("tm90", 5.0),
        ("tc90", 9.0),
        ("ts90", 45.0),
        ("TM(10%:90%)", 5.5),
        ("TS(80%:)", 19.0),
        ("TC(:50%)", 5.0),
        ("TM(2:4)", 3.5),
        ("TC(2:4)", 2.0),
        ("TS(2:4)", 7.0),
        ("WM(2:4)", 3.5),
        ("wm100", 5.5),
        ("PR(:3)", 30.0),
        ("PR(3:5)", 20.0),
        ("PR(5:)", 50.0),
        ("IQM", 5.5),
    ],
)
def test_given_one_to_ten_then_each_statistic_is_the_guides(name: str, expected: float) -> None:
    assert parse(name).of(TEN) == pytest.approx(expected)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "average",
        "Median",
        "p",
        "p101",
        "p99,9",
        "P90",
        "tm101",
        "TM(1%:2)",
        "TM(:)",
        "TM(5:1)",
        "PR(1%:2%)",
        "pr50",
    ],
)
def test_given_no_statistic_of_cloudwatchs_then_it_is_refused(name: str) -> None:
    with pytest.raises(UnknownStatisticError, match="not supported"):
        parse(name)


@given(values)
def test_given_any_values_then_percentiles_are_those_of_the_standard_library(found: list[float]) -> None:
    observations = [observed(0.0, value) for value in found]
    expected = reference.quantiles(found, n=100, method="inclusive") if len(found) > 1 else found * 99
    assert [parse(f"p{percent}").of(observations) for percent in (1, 50, 99)] == pytest.approx(
        [expected[0], expected[49], expected[98]]
    )


@given(values)
def test_given_values_with_counts_then_every_statistic_is_that_of_the_repeated_values(found: list[float]) -> None:
    repeated = [observed(0.0, value) for value in found]
    counted = [observed(0.0, value, times=found.count(value)) for value in sorted(set(found))]
    for name in ("SampleCount", "Sum", "Average", "p75", "tm80", "wm80", "TC(10:500)", "PR(:100)", "IQM"):
        assert parse(name).of(counted) == pytest.approx(parse(name).of(repeated)), name


def test_given_a_statistic_set_then_it_has_no_percentiles_unless_all_its_values_are_the_same() -> None:
    mixed = Observation(0.0, 2.0, 5.0, 1.0, 4.0)
    same = Observation(0.0, 3.0, 6.0, 2.0, 2.0)
    assert parse("p50").of([mixed]) is None
    assert parse("p50").of([same, *TEN]) is not None
    assert parse("Average").of([mixed]) == 2.5


def test_given_a_negative_value_then_there_are_no_statistics_over_raw_values() -> None:
    observations = [observed(0.0, -1.0), observed(0.0, 5.0)]
    assert [parse(name).of(observations) for name in ("p90", "tm90", "IQM")] == [None, None, None]
    assert parse("Minimum").of(observations) == -1.0
