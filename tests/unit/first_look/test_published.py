"""Metrics in another unit, and indexes that hold back their table."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import (
    breach,
    change,
    changes,
    configuration,
    error,
    grounded,
    logs,
    ranked,
    related,
    the_signal,
)
from triage.domain.signal import Metric

SECONDS = Metric("m1", "Shop", "QuoteSeconds", {"Service": "quotes"}, "Average", 60)
RELEASE = changes(change("ecs:UpdateService", "cluster=shop, service=quotes, taskDefinition=quotes:120", -4))


def _jump(before: float = 0.855, after: float = 851.0, **members: Any) -> dict[str, Any]:
    reading = f"{before} → {after} QuoteSeconds at 02:13 UTC, still high"
    return breach(reading, name="QuoteSeconds", before=before, after=after, **members)


def _found(*sections: dict[str, Any], metric: Metric = SECONDS) -> list[str]:
    return [each.candidate.signature for each in ranked(*sections, signal=the_signal(metrics=(metric,)))]


def test_given_a_thousand_times_as_much_since_a_release_then_the_unit_may_have_changed() -> None:
    report = grounded(_jump(), RELEASE, signal=the_signal(metrics=(SECONDS,)))

    assert not report.problems
    assert "1,000 times as large" in report.report.root_cause.statement
    assert "UpdateService of quotes" in report.report.root_cause.statement


@pytest.mark.parametrize(
    ("sections", "metric"),
    [
        ([_jump(after=600.0), RELEASE], SECONDS),
        ([_jump()], SECONDS),
        ([_jump(still=False), RELEASE], SECONDS),
        ([_jump(), RELEASE, related("Duration (p99): 20 ms → 900 ms at 02:13 UTC, still high")], SECONDS),
        ([_jump(), RELEASE], Metric("m1", "Shop", "QuoteSeconds", {"Service": "quotes"}, "Sum", 60)),
        ([_jump(), RELEASE], Metric("m1", "AWS/Lambda", "Duration", {"FunctionName": "quotes"}, "Average", 60)),
    ],
    ids=["another factor", "no release", "over", "slower besides", "a sum", "of AWS"],
)
def test_given_another_reason_for_it_then_the_unit_is_none(sections: list[dict[str, Any]], metric: Metric) -> None:
    assert "unit-changed" not in _found(*sections, metric=metric)


HOST = "i-0a83f5d17c6e2490b"
SILENT = breach(
    "no clear change: 13.7% to 22.1% CPUUtilization, median 17.7%; no datapoint since 02:10",
    name="CPUUtilization",
    onset=None,
    before=None,
    after=None,
    latest=None,
)


@pytest.mark.parametrize(
    ("minutes", "members", "is_named"),
    [(-6, {}, True), (-6, {"refused": "UnauthorizedOperation"}, False), (-300, {}, False), (9, {}, False)],
    ids=["shortly before", "refused", "long before", "later"],
)
def test_given_a_host_that_was_stopped_then_that_is_why_it_is_silent(
    minutes: float, members: dict[str, Any], is_named: bool
) -> None:
    cpu = Metric("m1", "AWS/EC2", "CPUUtilization", {"InstanceId": HOST}, "Average", 300)
    reason = (
        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as "
        "[Breaching]."
    )
    stop = change("ec2:StopInstances", f"instancesSet.items.instanceId={HOST}", minutes, by="scheduler", **members)
    found = ranked(
        SILENT,
        configuration(HOST, "ec2", state="stopped"),
        changes(stop),
        signal=the_signal(metrics=(cpu,), reason=reason),
    )

    assert ("stopped-by-call" in [each.candidate.signature for each in found]) is is_named
    if is_named:
        assert found[0].candidate.signature == "stopped-by-call"
        assert f"{HOST} was stopped by scheduler (StopInstances at 02:07 UTC)" in found[0].candidate.statement
        assert "it is stopped now" in found[0].candidate.statement


THROTTLED = "ThrottledRequests"


def _refusing(operation: str, *, index: float, table: float = 600) -> list[str]:
    metric = Metric("m1", "AWS/DynamoDB", THROTTLED, {"TableName": "visits", "Operation": operation}, "Sum", 60)
    indexes = [{"name": "by-club", "status": "ACTIVE", "read_units": index, "write_units": index}]
    return _found(
        breach(f"0 → 900 {THROTTLED}/min at 02:13 UTC, still high", name=THROTTLED, after=900),
        configuration("visits", "dynamodb", read_units=300, write_units=table, indexes=indexes),
        logs(error("visit not stored: ProvisionedThroughputExceededException")),
        metric=metric,
    )


def test_given_a_narrow_index_then_it_holds_back_writes_and_goes_before_what_they_say() -> None:
    assert _refusing("PutItem", index=40)[0] == "index-holds-back"


def test_given_throttles_of_another_table_then_the_index_is_not_to_blame() -> None:
    told = [{"name": "by-club", "status": "ACTIVE", "read_units": 40, "write_units": 40}]
    beside = related("WriteThrottleEvents (Sum): 0 → 9 WriteThrottleEvents/min at 02:13 UTC, still high")
    found = _found(breach(), beside, configuration("visits", "dynamodb", write_units=600, indexes=told))

    assert "index-holds-back" not in found


def test_given_reads_or_an_index_as_wide_as_its_table_then_it_holds_nothing_back() -> None:
    assert "index-holds-back" not in _refusing("Query", index=40)
    assert "index-holds-back" not in _refusing("PutItem", index=600)
