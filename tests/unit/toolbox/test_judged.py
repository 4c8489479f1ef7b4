"""The datapoints an alarm judged complete what GetMetricData does not show yet, and change nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON, series
from toolbox.alarms.judged import with_judged
from toolbox.metrics import readings

EVALUATED = {
    "evaluatedDatapoints": [
        {"timestamp": "2026-11-21T12:01:00.000+0000", "sampleCount": 2.0, "value": 2.0},
        {"timestamp": "2026-11-21T12:00:00.000+0000", "value": 9.0},
        {"timestamp": "2026-11-21T11:59:00.000+0000"},
    ]
}


def test_a_datapoint_the_series_lacks_is_filled_in_and_one_it_has_is_kept() -> None:
    filled = with_judged(series([1.0, None, 5.0]), {"reason_data": EVALUATED})

    assert filled.values == (1.0, None, 5.0, 2.0)


def test_without_times_the_recent_datapoints_count_from_the_start() -> None:
    data = {"startDate": "2026-11-21T11:59:00.000+0000", "period": 60, "recentDatapoints": [31.0, 47.0]}

    assert with_judged(series([None, None, None]), {"reason_data": data}).values == (None, 31.0, 47.0)


def test_a_datapoint_that_was_judged_counts_though_its_minute_is_not_over() -> None:
    judged = {"evaluatedDatapoints": [{"timestamp": "2026-11-21T12:00:00.000+0000", "value": 9.0}]}
    filled = with_judged(series([None] * 60), {"reason_data": judged})

    reading = readings.read(filled, NOON + timedelta(seconds=15), rising=True, until=NOON)

    assert readings.sentence(reading) == "0 → 9 Errors/min at 12:00 UTC, still high"
    assert reading.onset == NOON


@pytest.mark.parametrize(
    "reason_data",
    [
        None,
        "text",
        {},
        {"evaluatedDatapoints": ["x", {"timestamp": "soon", "value": 1}, {"timestamp": 3, "value": "1"}]},
        {"startDate": None, "period": 60, "recentDatapoints": [1.0]},
        {"startDate": "2026-11-21T11:59:00Z", "period": "60", "recentDatapoints": [1.0]},
        {"evaluatedDatapoints": [{"timestamp": "2026-11-22T12:00:00Z", "value": 1.0}]},
        {"evaluatedDatapoints": [{"timestamp": "2026-11-20T12:00:00Z", "value": 1.0}]},
    ],
    ids=repr,
)
def test_what_says_no_time_and_value_within_reach_changes_nothing(reason_data: Any) -> None:
    assert with_judged(series([1.0, None]), {"reason_data": reason_data}).values == (1.0, None)
