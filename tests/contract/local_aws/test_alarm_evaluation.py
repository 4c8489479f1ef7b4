"""Alarm states by the CloudWatch user guide ("Configuring how CloudWatch alarms treat missing data")."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.alarms.evaluation import Datapoint, Verdict, evaluated_range, judge, settled_early

NOW = 1_800_000_030.0
"""Half a minute into a period of one minute."""

RUNNING = 1_800_000_000.0


def alarm(**settings: Any) -> dict[str, Any]:
    return {
        "Namespace": "N",
        "MetricName": "M",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **settings,
    }


def points(drawn: str) -> list[Datapoint]:
    """`0 - X`: below the threshold, missing, above; oldest first, the last one is the last finished period."""
    marks = drawn.split()
    starts = [RUNNING - 60 * (len(marks) - number) for number in range(len(marks))]
    values = {"0": 0.0, "X": 5.0}
    return [Datapoint(start, values[mark], 1) for start, mark in zip(starts, marks, strict=True) if mark != "-"]


def state(verdict: Verdict | None) -> str:
    return verdict.state if verdict else "retained"


ALARM, OK, NONE, KEPT = "ALARM", "OK", "INSUFFICIENT_DATA", "retained"


@pytest.mark.parametrize(
    ("drawn", "needed", "missing", "ignore", "breaching", "not_breaching"),
    [
        ("0 - X - X", 3, OK, OK, OK, OK),
        ("- - - - 0", 3, OK, OK, OK, OK),
        ("- - - - -", 3, NONE, KEPT, ALARM, OK),
        ("0 X X - X", 3, ALARM, ALARM, ALARM, ALARM),
        ("- - X - -", 3, ALARM, KEPT, ALARM, OK),
        ("0 - X - X", 2, ALARM, ALARM, ALARM, ALARM),
        ("0 0 X 0 X", 2, ALARM, ALARM, ALARM, ALARM),
        ("0 - X - -", 2, OK, OK, ALARM, OK),
        ("- - - - 0", 2, OK, OK, ALARM, OK),
        ("- - - - X", 2, ALARM, KEPT, ALARM, OK),
    ],
)
def test_given_the_guides_examples_then_the_state_is_the_guides(
    drawn: str, needed: int, missing: str, ignore: str, breaching: str, not_breaching: str
) -> None:
    expected = {"missing": missing, "ignore": ignore, "breaching": breaching, "notBreaching": not_breaching}
    found = {
        treatment: state(judge(alarm(DatapointsToAlarm=needed, TreatMissingData=treatment), points(drawn), NOW))
        for treatment in expected
    }
    assert found == expected


def test_given_datapoints_older_than_the_evaluation_range_then_they_do_not_count() -> None:
    old = points("X X X - - - - -")
    assert state(judge(alarm(), old, NOW)) == NONE


@pytest.mark.parametrize(
    ("statistic", "comparison", "early"),
    [
        ("Sum", "GreaterThanThreshold", True),
        ("Maximum", "GreaterThanOrEqualToThreshold", True),
        ("Minimum", "LessThanThreshold", True),
        ("Average", "GreaterThanThreshold", False),
        ("Sum", "LessThanThreshold", False),
        ("Maximum", "LessThanThreshold", False),
    ],
)
def test_given_a_running_period_then_it_counts_only_where_a_breach_cannot_be_undone(
    statistic: str, comparison: str, early: bool
) -> None:
    assert settled_early(alarm(Statistic=statistic, ComparisonOperator=comparison)) is early


def test_given_a_breach_in_the_running_period_then_a_sum_alarms_and_an_average_waits() -> None:
    running = [Datapoint(RUNNING, 5.0, 1)]
    assert state(judge(alarm(EvaluationPeriods=1, Statistic="Sum"), running, NOW)) == ALARM
    assert state(judge(alarm(EvaluationPeriods=1), running, NOW)) == NONE
    assert state(judge(alarm(EvaluationPeriods=1), running, NOW + 60)) == ALARM


def test_given_a_breach_then_reason_and_data_read_as_cloudwatchs() -> None:
    settings = alarm(EvaluationPeriods=3, DatapointsToAlarm=2, Unit="Count")
    verdict = judge(settings, points("0 X X"), NOW)
    assert verdict is not None
    assert verdict.reason == (
        "Threshold Crossed: 2 out of the last 3 datapoints [5.0 (15/01/27 07:59:00), 5.0 (15/01/27 07:58:00)] were"
        " greater than or equal to the threshold (1.0) (minimum 2 datapoints for OK -> ALARM transition)."
    )
    assert json.loads(verdict.reason_data) == {
        "version": "1.0",
        "queryDate": "2027-01-15T08:00:30.000+0000",
        "startDate": "2027-01-15T07:57:00.000+0000",
        "unit": "Count",
        "statistic": "Average",
        "period": 60,
        "recentDatapoints": [0.0, 5.0, 5.0],
        "threshold": 1.0,
        "evaluatedDatapoints": [
            {"timestamp": "2027-01-15T07:59:00.000+0000", "sampleCount": 1, "value": 5.0},
            {"timestamp": "2027-01-15T07:58:00.000+0000", "sampleCount": 1, "value": 5.0},
            {"timestamp": "2027-01-15T07:57:00.000+0000", "sampleCount": 1, "value": 0.0},
        ],
    }


def test_given_an_alarm_on_metric_math_then_it_looks_at_the_period_of_its_metrics() -> None:
    metric = {"Namespace": "N", "MetricName": "M"}
    queries = [
        {"Id": "e", "Expression": "m / 2"},
        {"Id": "m", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, "ReturnData": False},
    ]
    on_math = {
        key: value
        for key, value in alarm(Metrics=queries).items()
        if key not in {"MetricName", "Period", "Statistic"}
    }
    assert evaluated_range(on_math, NOW) == (RUNNING - 5 * 300, RUNNING + 300)
    late = [Datapoint(RUNNING - 300 * number, 5.0) for number in (1, 2, 3)]
    verdict = judge(on_math, late, NOW)
    assert verdict is not None
    assert verdict.state == ALARM
    data = json.loads(verdict.reason_data)
    assert data["period"] == 300
    assert "statistic" not in data
    assert data["evaluatedDatapoints"][0] == {"timestamp": "2027-01-15T07:55:00.000+0000", "value": 5.0}
