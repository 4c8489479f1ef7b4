"""A restored account is what it was when the snapshot was taken, in every service."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from local_aws import process
from local_aws.process import LocalAwsConfig, LocalAwsError, Running
from tests.waiting import lookup_events

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def alone() -> Iterator[Running]:
    """A local AWS that no other test uses: restoring it takes everything back."""
    shared = process.default_state()
    with TemporaryDirectory(prefix="snapshots-", dir=shared) as folder:
        state = Path(folder)
        state.chmod(0o755)
        running = process.start(LocalAwsConfig(state=state, runtime=shared / "runtime"))
        try:
            yield running
        finally:
            running.stop()


def made(running: Running) -> dict[str, int]:
    """How many of each kind of thing there are."""
    logs = running.client("logs").describe_log_groups()["logGroups"]
    metrics = running.client("cloudwatch").list_metrics()["Metrics"]
    alarms = running.client("cloudwatch").describe_alarms()["MetricAlarms"]
    tables = running.client("dynamodb").list_tables()["TableNames"]
    buckets = running.client("s3").list_buckets()["Buckets"]
    events = _declared_events(running)
    found = {"logs": logs, "metrics": metrics, "alarms": alarms, "tables": tables, "buckets": buckets}
    return {name: len(value) for name, value in (found | {"events": events}).items()}


def _declared_events(running: Running) -> list[Any]:
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "DeclaredHere"}]
    return list(lookup_events(running.client("cloudtrail"), LookupAttributes=wanted)["Events"])


def fill(running: Running) -> None:
    """One more of each."""
    name = f"x-{uuid.uuid4().hex}"
    running.client("logs").create_log_group(logGroupName=name)
    cloudwatch = running.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="X", MetricData=[{"MetricName": name, "Value": 1}])
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="X",
        MetricName=name,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    key = [{"AttributeName": "k", "KeyType": "HASH"}]
    typed = [{"AttributeName": "k", "AttributeType": "S"}]
    running.client("dynamodb").create_table(
        TableName=name, KeySchema=key, AttributeDefinitions=typed, BillingMode="PAY_PER_REQUEST"
    )
    running.client("s3").create_bucket(Bucket=name)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"time": now, "name": "DeclaredHere", "source": "x.amazonaws.com", "user": "alice"}
    running.declare({"cloudtrail": [event]})


def test_a_restored_account_holds_what_it_held_and_goes_on(alone: Running) -> None:
    fill(alone)
    alone.forget_declared()
    alone.take_snapshot("before")
    before = made(alone)

    fill(alone)
    after = made(alone)
    alone.restore_snapshot("before")
    restored = made(alone)
    fill(alone)

    assert after == {name: count + 1 for name, count in before.items()}
    assert restored == before
    assert made(alone) == after


def test_a_snapshot_can_be_restored_again_and_again(alone: Running) -> None:
    alone.take_snapshot("again")
    # What was still on its way into the trail when the snapshot was taken is not part of it.
    alone.restore_snapshot("again")
    before = made(alone)

    for _ in range(2):
        fill(alone)
        alone.restore_snapshot("again")

        assert made(alone) == before


def test_a_snapshot_that_was_never_taken_is_told_by_name(alone: Running) -> None:
    with pytest.raises(LocalAwsError, match="there is no snapshot named 'never'"):
        alone.restore_snapshot("never")
