"""Long datapoints: an onset that is known only as a quarter of an hour, and what tells it more exactly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.unit.first_look.builders import (
    ONSET,
    alarm,
    at,
    breach,
    change,
    changes,
    configuration,
    error,
    logs,
    look_of,
    ranked,
    reported,
    section,
    the_signal,
)
from triage.domain.report import Confidence
from triage.domain.signal import Metric
from triage.first_look.observations import observe

LONG = alarm(Period=900)
REFUSED = "ConditionalCheckFailedException: The conditional request failed"


def said(**members: Any) -> dict[str, Any]:
    return logs(error(REFUSED, 40, 2, first=at(-70), often_since=at(9), **members))


def released(minutes: float) -> dict[str, Any]:
    return changes(change("lambda:UpdateFunctionCode", "functionName=order-writer", minutes))


def test_the_first_error_inside_the_datapoint_tells_the_onset() -> None:
    scene = observe(the_signal(), look_of(LONG, breach(), said()))

    assert (scene.onset - ONSET).total_seconds() == 9 * 60
    assert not scene.may_precede(scene.onset.replace(minute=scene.onset.minute + 4))


def test_without_such_an_error_or_with_short_datapoints_the_onset_stays() -> None:
    later = logs(error(REFUSED, 40, first=at(16)))

    assert observe(the_signal(), look_of(LONG, breach(), later)).onset == ONSET
    assert observe(the_signal(), look_of(alarm(), breach(), said())).onset == ONSET


def test_a_change_inside_the_datapoint_came_before_the_error_and_is_tied_to_it() -> None:
    report = reported(LONG, breach(), said(), released(7))

    assert "Shortly before, at 02:20 UTC: UpdateFunctionCode" in report.root_cause.statement
    assert any("2 min before the onset" in each.statement for each in report.findings)


def test_lines_of_the_usual_background_do_not_move_since_when_it_is_said() -> None:
    report = reported(LONG, breach(), said())

    assert "40 times since 02:22 UTC, a few before, the first at 01:03 UTC" in report.root_cause.statement
    assert "since 02:22 UTC" in report.headline


# Inputs of executions --------------------------------------------------------------------------------


def inputs(*lines: str) -> dict[str, Any]:
    counted = "40 of 70 executions that began since 02:13 UTC and ended failed"
    return section("executions", {"executions": [counted], "differs": list(lines)}, "execution_inputs")


def test_what_failing_inputs_have_is_part_of_the_cause_and_ties_the_change_of_who_sends_them() -> None:
    sent = "all 5 that fail have channel=till-app, none of 5 that succeed"
    deployed = changes(change("lambda:UpdateFunctionCode", "functionName=till-app", 7, touches="till-app: sends"))
    machine = configuration(status="ACTIVE")

    tied = ranked(LONG, breach(), machine, said(), inputs(sent), deployed)[0]
    report = reported(LONG, breach(), machine, said(), inputs(sent), deployed)

    assert tied.link is not None
    assert tied.link.tie == 3
    assert f"Of their inputs: {sent}" in report.root_cause.statement
    assert "40 of 70 executions" in report.impact.statement
    assert report.root_cause.confidence in (Confidence.LIKELY, Confidence.CONFIRMED)


def test_of_metric_math_a_change_inside_the_onsets_datapoint_may_come_before_it() -> None:
    inputs = Metric("m1", "AWS/ApiGateway", "4xx", {"ApiId": "a1b2"}, "Sum", 300, returns_data=False)
    share = Metric("e1", expression="100 * m1 / m2")
    signal = the_signal(metrics=(inputs, share))
    definition = alarm(Period=None)

    scene = observe(signal, look_of(definition, breach()))

    assert scene.alarm.period_s == 300
    assert scene.may_precede(ONSET + timedelta(minutes=3))
