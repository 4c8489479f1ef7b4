"""Alarms on used capacity whose threshold is far below what may be used now."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    alarm,
    breach,
    change,
    changes,
    configuration,
    error,
    logs,
    ranked,
    related,
    reported,
    section,
    the_signal,
)
from triage.domain.report import Category, Disposition
from triage.domain.signal import Metric, Signal

NAME = "threshold-far-below-capacity"
RAISED = "tableName=carts, provisionedThroughput.readCapacityUnits=1000"


def signal(name: str = "carts-reads", statistic: str = "Sum", **dimensions: str) -> Signal:
    metric = Metric(
        "m1",
        "AWS/DynamoDB",
        "ConsumedReadCapacityUnits",
        {"TableName": "carts", **dimensions},
        statistic,
        60,
    )
    return the_signal(name=name, metrics=(metric,))


def sections(*more: dict[str, Any], units: int = 1000, level: float = 15_000) -> list[dict[str, Any]]:
    """A table of so many units, of which so many are used in a minute; the alarm rings at 12,000."""
    reading = f"6,000 → {level:,.0f} ConsumedReadCapacityUnits/min at 02:13 UTC, still high"
    metrics = (f"ProvisionedReadCapacityUnits (Average): steady at {units:,} ProvisionedReadCapacityUnits",)
    return [
        alarm(Threshold=12_000),
        breach(reading, name="ConsumedReadCapacityUnits", before=6_000, after=level, threshold=12_000),
        configuration("carts", "dynamodb", capacity_mode="PROVISIONED", read_units=units),
        related(*metrics, dimensions={"TableName": "carts"}),
        *more,
    ]


def found(*told: dict[str, Any], about: Signal | None = None) -> bool:
    return NAME in [each.candidate.signature for each in ranked(*told, signal=about or signal())]


def test_a_threshold_that_was_left_when_capacity_was_raised_is_a_false_alarm() -> None:
    raise_of_days_ago = changes(change("dynamodb:UpdateTable", RAISED, -5 * 24 * 60, by="Engineer/ina"))

    report = reported(*sections(raise_of_days_ago), signal=signal())

    says = report.root_cause.statement
    assert (report.disposition, report.root_cause.category) == (Disposition.FALSE_ALARM, Category.HEALTHY_NOW)
    assert "15,000 read units in 1 min are 250 a second, 25% of the 1,000 provisioned" in says
    assert "none was throttled" in says
    assert "12,000 in 1 min or 200 a second, is 20%" in says
    assert "UpdateTable of carts by Engineer/ina" in says


def test_without_a_known_raise_it_is_less_certain() -> None:
    known = changes(change("dynamodb:UpdateTable", RAISED, -5 * 24 * 60))
    [one], [other] = (
        [each for each in ranked(*some, signal=signal()) if each.candidate.signature == NAME]
        for some in (sections(known), sections())
    )

    assert other.score < one.score


@pytest.mark.parametrize(
    "told",
    [
        sections(units=300),
        sections(level=45_000),
        [*sections()[:2], related(dimensions={"TableName": "carts"})],
        sections(related("ReadThrottleEvents (Sum): 0 → 40 ReadThrottleEvents/min at 02:13 UTC, still high")),
        sections(logs(error("ProvisionedThroughputExceededException: Rate exceeded"))),
        [*sections()[:3], section("related_metrics", {}, gap="throttled")],
    ],
    ids=["near what is provisioned", "much is used", "capacity not read", "throttled", "logs say so", "not read"],
)
def test_it_is_no_false_alarm_where_something_may_be_short(told: list[dict[str, Any]]) -> None:
    assert not found(*told)


@pytest.mark.parametrize(
    "about",
    [
        signal(statistic="Average"),
        signal(GlobalSecondaryIndexName="by-owner"),
        signal(name="TargetTracking-table/carts-AlarmHigh-0f"),
    ],
    ids=["not a sum", "of an index", "by which the table scales"],
)
def test_alarms_of_another_kind_are_not_judged_by_the_table(about: Signal) -> None:
    assert not found(*sections(), about=about)
