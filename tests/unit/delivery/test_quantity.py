"""Numbers as people write them."""

from __future__ import annotations

import pytest

from triage.delivery.quantity import MAX_UNIT, number, scale_for, tick


@pytest.mark.parametrize(
    ("unit", "value", "written"),
    [
        ("Seconds", 1470.0, "1,470 s"),
        ("Seconds", 0.0973, "0.0973 s"),
        ("Percent", 94.0, "94 %"),
        ("Milliseconds", 12.0, "12 ms"),
        ("Milliseconds", 14_400_000.0, "14,400 s"),
        ("Microseconds", 25_000.0, "25 ms"),
        ("Bytes", 3.4e9, "3.17 GiB"),
        ("Bytes", 900.0, "900 B"),
        ("Bytes/Second", 2_097_152.0, "2 MiB/s"),
        ("Count/Second", 12.0, "12/s"),
        ("Kilobytes", 4.0, "4 kB"),
        ("Count", 45_628.0, "45,628"),
        ("None", -0.0, "0"),
        ("", 1e30, "1e+30"),
        ("Errors/5 min", 24.0, "24 Errors/5 min"),
        ("°C", -47.25, "-47.25 °C"),
    ],
)
def test_a_value_is_written_with_its_unit(unit: str, value: float, written: str) -> None:
    scale = scale_for(unit, value)
    assert scale.text(value / scale.divisor) == written


def test_a_unit_nobody_vouches_for_is_kept_on_one_line_and_short() -> None:
    unit = scale_for("x\n" * 40, 1.0).unit
    assert len(unit) == MAX_UNIT
    assert "\n" not in unit


def test_numbers_keep_four_digits_and_all_whole_ones() -> None:
    assert [number(value) for value in (0.30071, 45_628.4, 12.0, 0.00001)] == ["0.3007", "45,628", "12", "1e-05"]


@pytest.mark.parametrize(
    ("value", "step", "label"),
    [(0.0, 0.5, "0"), (0.5, 0.5, "0.5"), (1.0, 0.25, "1"), (1500.0, 500.0, "1,500"), (2.5e6, 5e5, "2.5 M")],
)
def test_the_numbers_of_an_axis_have_as_many_decimals_as_tell_them_apart(
    value: float, step: float, label: str
) -> None:
    assert tick(value, step) == label
