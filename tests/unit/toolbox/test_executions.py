"""In what the inputs of failing executions differ, and since when lines come often; all pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON
from toolbox.logs.bursts import burst_began
from toolbox.services.executions import differences, form_of, members

START, END = NOON - timedelta(minutes=90), NOON + timedelta(minutes=30)


def inputs(*documents: Any) -> list[dict[str, str]]:
    return [dict(members(each)) for each in documents]


def orders(*skus: str, **more: Any) -> list[dict[str, str]]:
    return inputs(*({"order": n, "items": [{"sku": sku}], **more} for n, sku in enumerate(skus)))


def test_given_a_value_that_only_failures_have_then_it_is_told_with_both_counts() -> None:
    fail, others = orders("A-1", "A-2", "A-3", channel="app"), orders("A-4", "A-5", channel="till")

    assert differences(fail, others) == ["all 3 that fail have channel=app, none of 2 that succeed"]


def test_given_values_of_another_form_then_one_of_each_is_shown() -> None:
    fail, others = orders("AB1204", "QR9931", "AB77"), orders("AB-1204", "KL-55", "QR-1")

    assert differences(fail, others) == [
        "items[].sku differs in form: AB1204 where it fails, AB-1204 where it succeeds"
    ]


def test_given_a_member_that_failures_lack_then_it_is_called_absent() -> None:
    fail, others = orders("A-1", "A-2"), orders("A-3", "A-4", promotion=None)

    assert differences(fail, others) == ["promotion is absent in all 2 that fail, in none of 2 that succeed"]


@pytest.mark.parametrize(
    ("fail", "others"),
    [
        (orders("A-1", "A-2", "A-3"), orders("A-4", "A-5", "A-6")),
        (orders("A1"), orders("A-4", "A-5")),
        ([], []),
        (inputs("plain text", None), inputs(3, [])),
    ],
)
def test_given_nothing_telling_or_too_few_then_nothing_is_said(
    fail: list[dict[str, str]], others: list[dict[str, str]]
) -> None:
    assert differences(fail, others) == []


def test_given_a_secret_in_an_input_then_it_is_not_told() -> None:
    fail, others = orders("A-1", "A-2", password="hunter2-hunter2"), orders("A-3", "A-4", password="other")

    assert "hunter2" not in str(differences(fail, others))


def test_given_a_huge_input_then_a_bounded_part_of_it_is_compared() -> None:
    assert len(list(members({f"m{n}": n for n in range(5_000)}))) < 100
    assert form_of("word " * 40) == "text"


# Since when lines come often ------------------------------------------------------------------------


def began(*minutes: float) -> float | None:
    found = burst_began([NOON + timedelta(minutes=each) for each in minutes], NOON, START, END)
    return None if found is None else (found - NOON).total_seconds() / 60


def test_given_a_few_lines_long_before_then_those_that_come_often_begin_with_the_first_of_them() -> None:
    assert began(-80, -31, *range(4, 24)) == 4


def test_given_one_of_the_usual_lines_just_after_the_onset_then_it_does_not_begin_them() -> None:
    assert began(-80, 1, *(12 + n / 2 for n in range(30))) == 12


def test_given_lines_that_came_often_just_before_the_onset_then_they_belong_to_it() -> None:
    assert began(-70, *range(-4, 25)) == -4


@pytest.mark.parametrize("minutes", [range(1, 25), range(-80, 25, 2), [-50, 3, 9], range(-60, 0)])
def test_given_nothing_before_or_as_much_as_since_or_too_few_then_nothing_is_said(minutes: Any) -> None:
    assert began(*minutes) is None
