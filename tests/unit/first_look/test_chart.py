"""The chart shows the alarm's series with its threshold, and marks what happened inside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.first_look.builders import (
    FUNCTION,
    ONSET,
    alarm,
    breach,
    change,
    changes,
    look_of,
    section,
    the_signal,
)
from triage.domain.chart import Breach, Chart, MarkKind
from triage.domain.signal import Band
from triage.first_look.chart import chart_of
from triage.first_look.reading import Reading


def chart(*sections: dict[str, Any], **signal: Any) -> Chart:
    found = chart_of(Reading(the_signal(**signal), look_of(*sections)))
    assert found is not None
    return found


def test_the_series_is_taken_as_it_is() -> None:
    found = chart(alarm(), breach())

    assert (found.start, found.step_s) == (ONSET - timedelta(minutes=20), 300)
    assert found.values == (0.0, 0.0, 0.0, 0.0, 47.0, 48.0, 47.0, None)
    assert (found.threshold, found.breach, found.unit) == (5.0, Breach.ABOVE, "/min")
    assert found.title == f"{FUNCTION}: Errors"


def test_onset_alarm_deployment_and_change_are_marked_in_order() -> None:
    deployed = change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -4)
    policy = change("iam:DeleteRolePolicy", f"roleName={FUNCTION}", -2)

    marks = chart(alarm(), breach(), changes(deployed, policy)).marks

    assert [each.kind for each in marks] == [MarkKind.DEPLOYMENT, MarkKind.CHANGE, MarkKind.ONSET, MarkKind.ALARM]
    assert marks[0].label == "UpdateFunctionCode by ci/run-7"


def test_what_lies_outside_of_the_series_is_not_marked() -> None:
    before = change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -50)

    assert {each.kind for each in chart(alarm(), breach(), changes(before)).marks} == {
        MarkKind.ONSET,
        MarkKind.ALARM,
    }


def test_only_the_nearest_changes_are_marked() -> None:
    many = [
        change("lambda:UpdateFunctionCode", f"functionName={FUNCTION}", -n, by=f"ci/{n}") for n in range(1, 12)
    ]

    marks = chart(alarm(), breach(), changes(*many)).marks

    assert sum(each.kind is MarkKind.DEPLOYMENT for each in marks) == 4


@pytest.mark.parametrize(
    ("comparison", "side"),
    [
        ("LessThanThreshold", Breach.BELOW),
        ("LessThanOrEqualToThreshold", Breach.BELOW),
        ("GreaterThanOrEqualToThreshold", Breach.ABOVE),
        ("LessThanLowerOrGreaterThanUpperThreshold", Breach.ABOVE),
    ],
)
def test_the_side_of_the_breach_follows_the_alarm(comparison: str, side: Breach) -> None:
    assert chart(alarm(ComparisonOperator=comparison), breach()).breach is side


def test_a_band_is_shown_where_the_alarm_watches_one() -> None:
    assert chart(breach(), band=Band(lower=1.0, upper=9.0)).band == (1.0, 9.0)


@pytest.mark.parametrize(
    ("reading", "unit"),
    [
        ("0 → 47 Errors/min at 02:13 UTC", "/min"),
        ("0 → 24 Errors/5 min at 02:13 UTC, still high", "/5 min"),
        ("0.1 s → 4.6 s Errors at 02:13 UTC", "s"),
        ("79% → 91% Errors rising from 02:13 UTC", "%"),
        ("steady at 3 Errors", ""),
    ],
)
def test_the_unit_is_that_of_the_sentence(reading: str, unit: str) -> None:
    assert chart(breach(reading)).unit == unit


def test_a_roll_out_is_marked_once() -> None:
    registered = change("ecs:RegisterTaskDefinition", f"family={FUNCTION}", -5)
    rolled_out = change("ecs:UpdateService", f"service={FUNCTION}", -4)

    marks = chart(alarm(), breach(), changes(registered, rolled_out, rolled_out)).marks

    assert [each.label for each in marks if each.kind is MarkKind.DEPLOYMENT] == ["UpdateService by ci/run-7"]


def test_a_series_that_was_cut_is_not_drawn() -> None:
    cut = {"from": "2026-11-21T02:00:00Z", "step_s": 60, "values": [1, 2, "… 46 more"]}

    assert chart_of(Reading(the_signal(), look_of(breach(series=cut)))) is None


@pytest.mark.parametrize(
    "series",
    [{}, {"from": "x", "step_s": 60, "values": [1]}, {"from": "2026-11-21T02:00:00Z", "step_s": 0, "values": [1]},
     {"from": "2026-11-21T02:00:00Z", "step_s": 60, "values": [None, None]}, "none"],
)  # fmt: skip
def test_without_a_series_there_is_no_chart(series: object) -> None:
    assert chart_of(Reading(the_signal(), look_of(breach(series=series)))) is None
    assert chart_of(Reading(the_signal(), look_of(section("alarm", {}, "describe_alarm")))) is None
