"""When it began, where the days before are read as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.toolbox.builders import NOON, window
from toolbox.asking import look as looking
from toolbox.asking.clients import Clients
from toolbox.asking.window import clock, iso
from toolbox.metrics.around_breach import breach

AGE = {"namespace": "AWS/SQS", "name": "ApproximateAgeOfOldestMessage", "statistic": "Maximum", "period_s": 300}
SIGNAL = {"name": "jobs-old", "metrics": [AGE], "reason": "it was greater than the threshold (600.0)"}
TWO_DAYS_AGO = NOON - timedelta(days=2)


class _Metrics(Clients):
    """A metric that is a function of time, in datapoints of whole periods; published by the minute unless told."""

    def __init__(self, value: Callable[[datetime], float], every: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(None, "eu-west-1")
        self._value = value
        self._every = every

    def client(self, service: str, region: str | None = None) -> Any:
        return SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=self._pages))

    def _pages(self, **request: Any) -> list[dict[str, Any]]:
        [query] = request["MetricDataQueries"]
        period = max(timedelta(seconds=query["MetricStat"]["Period"]), self._every)
        moments = [request["StartTime"]]
        while moments[-1] + period < request["EndTime"]:
            moments.append(moments[-1] + period)
        minutes = range(int(period / timedelta(minutes=1)))
        values = [max(self._value(at + timedelta(minutes=each)) for each in minutes) for at in moments]
        return [{"MetricDataResults": [{"Id": query["Id"], "Timestamps": moments, "Values": values}]}]


def _breach(value: Callable[[datetime], float], phase: int = 0) -> dict[str, Any]:
    begun = looking.begin(SIGNAL, now=NOON + timedelta(minutes=30), onset=NOON)
    seen = window()
    shifted = replace(seen, end=seen.end + timedelta(minutes=phase), now=seen.now + timedelta(minutes=phase))
    looking.use(replace(begun, clients=_Metrics(value), window=shifted))
    return breach()


def test_given_a_little_more_since_days_then_it_is_no_beginning_of_what_is_a_thousand_times_as_much() -> None:
    answer = _breach(lambda at: 1_500.0 if at >= NOON else 3.0 if at >= TWO_DAYS_AGO else 1.0)

    assert answer["onset"] == iso(NOON)
    assert "earlier" not in answer


def test_given_a_part_of_it_that_came_days_ago_then_that_is_told_as_its_beginning() -> None:
    answer = _breach(lambda at: 1_500.0 if at >= NOON else 600.0 if at >= TWO_DAYS_AGO else 1.0)

    assert answer["onset"] == iso(NOON)
    assert answer["earlier"]["onset"] == iso(TWO_DAYS_AGO)


@pytest.mark.parametrize("minute", [0, 5, 20, 35, 55])
def test_given_a_beginning_days_ago_then_it_is_told_by_five_minutes_wherever_in_its_hour_it_was(
    minute: int,
) -> None:
    began = TWO_DAYS_AGO + timedelta(minutes=minute)

    answer = _breach(lambda at: 1_500.0 if at >= NOON else 600.0 if at >= began else 1.0)

    assert answer["earlier"]["onset"] == iso(began)


@pytest.mark.parametrize("phase", [0, 1, 3, 4, 17, 29])
def test_given_a_breach_then_the_minute_in_which_one_looks_does_not_matter(phase: int) -> None:
    answer = _breach(lambda at: 1_500.0 if at >= NOON else 3.0 if at >= TWO_DAYS_AGO else 1.0, phase)

    assert answer["onset"] == iso(NOON)
    assert "earlier" not in answer


HOURLY = {**AGE, "period_s": 3_600}


@pytest.mark.parametrize("minute", [0, 10, 25, 40, 59])
def test_given_an_alarm_by_the_hour_then_the_minute_of_its_onset_is_told(minute: int) -> None:
    began = NOON + timedelta(minutes=minute)
    begun = looking.begin({**SIGNAL, "metrics": [HOURLY]}, now=NOON + timedelta(hours=4), onset=NOON)
    looking.use(replace(begun, clients=_Metrics(lambda at: 900.0 if at >= began else 3.0)))

    answer = breach()

    assert (answer["onset"], answer["onset_within_s"]) == (iso(began), 60)
    assert f"at 2026-11-21 {clock(began)} UTC" in answer["reading"]


def test_given_a_metric_that_is_published_by_the_hour_then_its_onset_is_known_no_better() -> None:
    begun = looking.begin({**SIGNAL, "metrics": [HOURLY]}, now=NOON + timedelta(hours=4), onset=NOON)
    published = _Metrics(lambda at: 900.0 if at >= NOON else 3.0, every=timedelta(hours=1))
    looking.use(replace(begun, clients=published))

    assert breach()["onset"] == iso(NOON)


@pytest.mark.parametrize(
    ("before", "statistic", "in_all"),
    [(0.0, "Sum", 28 * 40.0), (1.0, "Sum", 28 * 40.0), (9.0, "Sum", None), (0.0, "Maximum", None)],
)
def test_given_a_rise_from_next_to_nothing_then_all_since_are_counted(
    before: float, statistic: str, in_all: float | None
) -> None:
    errors = {"namespace": "AWS/Lambda", "name": "Errors", "statistic": statistic, "period_s": 60}
    begun = looking.begin({**SIGNAL, "metrics": [errors]}, now=NOON + timedelta(minutes=30), onset=NOON)
    count = _Metrics(lambda at: 40.0 if NOON <= at < NOON + timedelta(minutes=28) else before)
    looking.use(replace(begun, clients=count, window=window()))

    answer = breach()

    assert answer.get("in_all") == (in_all + 2 * before if in_all else None)


@pytest.mark.parametrize(("an_hour_before", "is_earlier"), [(9.0, False), (120.0, True)])
def test_given_sums_then_a_little_more_an_hour_is_compared_with_what_an_hour_counts_now(
    an_hour_before: float, is_earlier: bool
) -> None:
    errors = {"namespace": "AWS/DynamoDB", "name": "UserErrors", "statistic": "Sum", "period_s": 300}
    begun = looking.begin({**SIGNAL, "metrics": [errors]}, now=NOON + timedelta(minutes=30), onset=NOON)

    def counted(at: datetime) -> float:
        an_hour = 576.0 if at >= NOON else an_hour_before if at >= NOON - timedelta(hours=22) else 0.0
        return an_hour / 12  # of five minutes, which is how the alarm counts

    looking.use(replace(begun, clients=_Sums(counted), window=window()))

    assert ("earlier" in breach()) is is_earlier


class _Sums(_Metrics):
    """A metric that adds up: datapoints of an hour count twelve times as much as those of five minutes."""

    def _pages(self, **request: Any) -> list[dict[str, Any]]:
        [page] = super()._pages(**request)
        [result] = page["MetricDataResults"]
        length = request["MetricDataQueries"][0]["MetricStat"]["Period"] / 300
        return [{"MetricDataResults": [{**result, "Values": [each * length for each in result["Values"]]}]}]


@pytest.mark.parametrize(
    ("level_at_once", "crossed"), [(700.0, None), (400.0, NOON + timedelta(minutes=15))], ids=["at once", "later"]
)
def test_given_a_rise_then_it_is_told_when_it_stayed_above_the_threshold_if_that_was_later(
    level_at_once: float, crossed: datetime | None
) -> None:
    late = NOON + timedelta(minutes=15)
    signal = {**SIGNAL, "reason_data": {"threshold": 600.0}}
    begun = looking.begin(signal, now=NOON + timedelta(minutes=30), onset=NOON)
    age = _Metrics(lambda at: 2.0 if at < NOON else level_at_once if at < late else 900.0)
    looking.use(replace(begun, clients=age, window=window()))

    answer = breach()

    assert answer.get("beyond_since") == (iso(crossed) if crossed else None)
