"""Which alarms are about one resource, and how a group takes them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders import FIRED_AT, a_metric, a_signal
from tests.events import event
from tests.log_batches import signal_of
from triage.domain.claim import Leader
from triage.domain.grouping import (
    MAX_LINKED,
    MAX_REASON,
    Group,
    LinkedAlarm,
    closed,
    group_key,
    linked,
    opened,
)
from triage.domain.signal import Contributor, Signal
from triage.intake import detect

NOW = FIRED_AT + timedelta(seconds=5)
LEADER = Leader("fp", "inv-1")
ALARM = LinkedAlarm.of(a_signal(name="throttles"))


def on(namespace: str, **dimensions: str) -> str | None:
    """The group of an alarm on this metric."""
    return group_key(a_signal(metrics=(a_metric(namespace=namespace, dimensions=dimensions),)))


def a_group(**overrides: Any) -> Group:
    """A group that takes alarms."""
    values: dict[str, Any] = {"key": "k", "leader": LEADER, "open_until": NOW + timedelta(minutes=10)}
    return Group(**(values | overrides))


def test_a_group_names_account_region_and_resource() -> None:
    assert group_key(a_signal()) == "123456789012#us-east-2#AWS/Lambda/FunctionName=prod-api-handler"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (on("AWS/Lambda", FunctionName="f"), on("AWS/Lambda", FunctionName="f", Resource="f:live")),
        (on("AWS/ApplicationELB", LoadBalancer="a"), on("AWS/ApplicationELB", LoadBalancer="a", TargetGroup="t")),
        (on("AWS/ECS", ClusterName="c", ServiceName="s"), on("AWS/ECS", ServiceName="s", ClusterName="c")),
        (
            on("AWS/ECS", ClusterName="c", ServiceName="s"),
            on("ECS/ContainerInsights", ClusterName="c", ServiceName="s", TaskDefinitionFamily="x"),
        ),
        (on("AWS/EC2", InstanceId="i-1"), on("CWAgent", InstanceId="i-1", path="/", fstype="xfs")),
        (on("AWS/DynamoDB", TableName="t"), on("AWS/DynamoDB", TableName="t", GlobalSecondaryIndexName="g")),
        (on("Shop", Service="s", Stage="prod"), on("Shop", Stage="prod", Service="s")),
    ],
)
def test_alarms_on_one_resource_share_a_group(one: str | None, other: str | None) -> None:
    assert one is not None
    assert one == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (on("AWS/Lambda", FunctionName="f"), on("AWS/Lambda", FunctionName="g")),
        (on("AWS/ECS", ClusterName="c", ServiceName="s"), on("AWS/ECS", ClusterName="c", ServiceName="t")),
        (on("AWS/SQS", QueueName="x"), on("AWS/SNS", TopicName="x")),
        (on("Shop", Service="s", Stage="prod"), on("Shop", Service="s", Stage="test")),
        (group_key(a_signal()), group_key(a_signal(region="eu-west-1"))),
        (group_key(a_signal()), group_key(a_signal(account_id="210987654321"))),
    ],
)
def test_alarms_on_different_resources_do_not(one: str | None, other: str | None) -> None:
    assert one != other


def test_a_metric_without_dimensions_stands_for_itself() -> None:
    errors = a_signal(metrics=(a_metric(dimensions={}, name="Errors"),))
    throttles = a_signal(metrics=(a_metric(dimensions={}, name="Throttles"),))

    assert group_key(errors) != group_key(throttles)


def test_errors_of_one_log_group_with_none() -> None:
    assert group_key(signal_of("ERROR card refused", group="/aws/lambda/order-api")) is None


def test_a_composite_alarm_groups_with_none() -> None:
    assert group_key(a_signal(alarm_rule="ALARM(a)", metrics=())) is None


def test_the_contributors_of_one_alarm_share_its_group() -> None:
    alarm = detect(event("eventbridge_multi_series_alarm"))
    series = [
        replace(alarm, subject=f"{alarm.subject}#contributor/{name}", contributor=Contributor(name))
        for name in ("a", "b")
    ]

    assert len({group_key(one) for one in (alarm, *series)}) == 1


@example({"Path": "\U0001f4a5" * 1000}, "Shop")
@given(
    st.dictionaries(st.text(min_size=1, max_size=255), st.text(max_size=1024), max_size=30),
    st.text(min_size=1, max_size=255),
)
def test_a_key_always_fits_a_partition_key(dimensions: dict[str, str], namespace: str) -> None:
    key = group_key(a_signal(metrics=(a_metric(namespace=namespace, dimensions=dimensions),)))

    assert key is not None
    assert len(f"group#{key}".encode()) <= 2048


@pytest.mark.parametrize(
    ("existing", "leads"),
    [
        (None, True),
        (a_group(), False),
        (a_group(closed=True), True),
        (a_group(open_until=NOW), True),
        (a_group(leader=Leader("own", "inv-0")), True),
    ],
)
def test_a_claim_leads_unless_another_alarm_leads_an_open_group(existing: Group | None, leads: bool) -> None:
    fresh = a_group(leader=Leader("own", "inv-2"))

    assert (opened(existing, fresh, NOW) == fresh) is leads


@pytest.mark.parametrize(
    "existing",
    [
        None,
        a_group(closed=True),
        a_group(open_until=NOW),
        a_group(leader=Leader("fp", "inv-2")),
        a_group(linked=(ALARM,) * MAX_LINKED),
    ],
)
def test_a_group_that_is_over_or_full_or_led_by_another_links_nothing(existing: Group | None) -> None:
    assert linked(existing, LEADER, ALARM, NOW) is None


def test_a_group_closes_only_for_a_report_that_knows_of_every_linked_alarm() -> None:
    group = linked(a_group(), LEADER, ALARM, NOW)
    assert group is not None

    assert closed(group, "inv-1", known=0) is None
    assert closed(group, "inv-2", known=1) is None
    done = closed(group, "inv-1", known=1)
    assert done is not None
    assert closed(done, "inv-1", known=1) == done, "closing again is harmless"


@pytest.mark.parametrize("name", ["direct_metric_alarm", "direct_contributor", "eventbridge_anomaly_alarm"])
def test_a_linked_alarm_survives_json_with_its_reason_clipped(name: str) -> None:
    signal: Signal = replace(detect(event(name)), reason="x" * 2000)
    alarm = LinkedAlarm.of(signal)

    assert LinkedAlarm.from_json(alarm.to_json()) == alarm
    assert len(alarm.reason) == MAX_REASON
