"""Advice about alarms that flap: where the history shows its reason, and nowhere else."""

from __future__ import annotations

from cli.flapping import Flapper, flappers
from tests.unit.cli.histories import a_change, an_alarm, episodes

NAME = "orders-errors"


def of(changes: list, **definition: object) -> Flapper:  # type: ignore[type-arg]
    [found] = flappers(changes, [an_alarm(NAME, **definition)], 10)
    return found


def test_an_alarm_that_rang_a_few_times_does_not_flap() -> None:
    assert flappers(episodes(NAME, 0, 100, 200), [an_alarm(NAME)], 10) == []


def test_the_noisiest_comes_first() -> None:
    changes = [*episodes(NAME, *range(0, 600, 100)), *episodes("other-errors", *range(0, 900, 100))]

    assert [one.name for one in flappers(changes, [], 10)] == ["other-errors", NAME]
    assert [one.name for one in flappers(changes, [], 1)] == ["other-errors"]


def test_short_episodes_ask_for_more_bad_datapoints() -> None:
    [advice] = of(episodes(NAME, *range(0, 1000, 170), lasting=2)).advice

    assert "6 of 6 times it left ALARM within 10 min" in advice
    assert "datapoints_to_alarm = 3" in advice


def test_short_episodes_of_an_alarm_that_asks_for_them_already_say_nothing() -> None:
    found = of(episodes(NAME, *range(0, 1000, 170), lasting=2), EvaluationPeriods=5, DatapointsToAlarm=3)

    assert found.advice == ()


def test_long_episodes_say_nothing() -> None:
    assert of(episodes(NAME, *range(0, 1000, 170), lasting=90)).advice == ()


def test_states_without_data_ask_how_missing_data_is_treated() -> None:
    changes = [
        change
        for minute in range(0, 1000, 170)
        for change in (
            a_change(NAME, minute, "INSUFFICIENT_DATA"),
            a_change(NAME, minute + 30, "ALARM", "INSUFFICIENT_DATA"),
            a_change(NAME, minute + 120, "OK", "ALARM"),
        )
    ]

    assert any("treat_missing_data" in advice for advice in of(changes).advice)
    assert of(changes, TreatMissingData="ignore").advice == ()


def test_missing_data_that_rings_is_named() -> None:
    reason = "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated"
    changes = episodes(NAME, *range(0, 1000, 170), lasting=90, stateReason=reason)

    [advice] = of(changes, TreatMissingData="breaching").advice

    assert "6 of 6 times missing data rang it" in advice


def test_rings_at_the_edge_of_the_threshold_ask_to_move_it() -> None:
    data = {"threshold": 100.0, "recentDatapoints": [80.0, 104.0]}
    far = {"threshold": 100.0, "recentDatapoints": [80.0, 900.0]}

    [advice] = of(episodes(NAME, *range(0, 1000, 170), lasting=90, stateReasonData=data)).advice

    assert "6 of 6 times the datapoint was within 10% of the threshold" in advice
    assert of(episodes(NAME, *range(0, 1000, 170), lasting=90, stateReasonData=far)).advice == ()


def test_rings_at_one_hour_of_the_day_ask_for_a_maintenance_window() -> None:
    nightly = [1440.0 * day for day in range(6)]

    [advice] = of(episodes(NAME, *nightly, lasting=50)).advice

    assert "between 10:00 and 11:00 UTC on 6 of the 6 days" in advice


def test_an_alarm_nobody_can_look_up_gets_no_advice() -> None:
    [found] = flappers(episodes(NAME, *range(0, 1000, 170), lasting=2), [], 10)

    assert found.advice == ()
