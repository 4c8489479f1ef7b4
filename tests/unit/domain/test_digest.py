"""Digests: their names, what belongs together, what is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_metric, a_signal
from tests.digests import BEGAN_AT, HOURLY_LIMIT, MADE_AT, a_digest, a_large_digest, an_entry
from triage.domain.digest import (
    DigestEntry,
    StatesNow,
    began_at,
    compact,
    digest_after,
    digest_at,
    digest_signal,
    grouped,
)
from triage.domain.signal import Contributor, Signal

QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("now", "interval", "digest"),
    [
        ("03:00:00", 15, "2026-11-21T03:00:00Z"),
        ("03:14:59", 15, "2026-11-21T03:00:00Z"),
        ("03:15:00", 15, "2026-11-21T03:15:00Z"),
        ("03:02:05", 1, "2026-11-21T03:02:00Z"),
        ("23:59:59", 10, "2026-11-21T23:50:00Z"),
    ],
)
def test_a_digest_is_named_by_when_its_interval_began(now: str, interval: int, digest: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-21T{now}").replace(tzinfo=UTC)

    assert digest_at(moment, timedelta(minutes=interval)) == digest


@given(st.integers(1_700_000_000, 1_900_000_000), st.integers(1, 15))
def test_every_moment_is_in_one_digest_and_the_next_one_follows(second: int, minutes: int) -> None:
    now, interval = datetime.fromtimestamp(second, UTC), timedelta(minutes=minutes)
    digest = digest_at(now, interval)

    assert began_at(digest) <= now < began_at(digest_after(digest, interval))
    assert digest_after(digest, interval) == digest_at(began_at(digest) + interval, interval)


def test_the_signal_of_a_digest_survives_the_queue() -> None:
    signal = digest_signal("2026-11-21T03:00:00Z", "aws", "123456789012", "us-east-2")

    assert Signal.from_json(signal.to_json()) == signal


def test_a_compact_signal_is_the_same_alarm_in_less() -> None:
    signal = a_signal(reason="x" * 5_000, children=tuple(f"child-{number}" for number in range(90)))

    short = compact(signal)

    assert (short.subject, short.name, short.occurred_at) == (signal.subject, signal.name, signal.occurred_at)
    assert short.metrics == signal.metrics
    assert len(str(short.to_json())) < 2_000


def on_function(name: str, function: str, **more: Any) -> DigestEntry:
    return an_entry(name, metrics=(a_metric(dimensions={"FunctionName": function}),), **more)


def test_alarms_on_one_resource_are_a_group() -> None:
    (group,) = grouped([on_function("errors", "orders"), on_function("duration", "orders")])

    assert group.title == "AWS/Lambda FunctionName=orders"
    assert {entry.signal.name for entry in group.entries} == {"errors", "duration"}


def test_alarms_alone_on_their_resources_are_grouped_by_how_their_names_begin() -> None:
    groups = grouped(
        [
            on_function("prod-orders-api-errors", "a"),
            on_function("prod-orders-api-latency", "b"),
            on_function("prod-orders-db-errors", "c"),
            on_function("backup", "d"),
            on_function("nightly", "e"),
        ]
    )

    assert [(group.title, len(group.entries)) for group in groups] == [
        ("names beginning with prod-orders", 3),
        ("other alarms", 2),
    ]


def test_one_alarm_that_fits_nowhere_keeps_the_name_of_its_resource() -> None:
    (group,) = grouped([on_function("backup", "d")])

    assert group.title == "AWS/Lambda FunctionName=d"


def test_nothing_is_grouped_across_accounts_and_regions() -> None:
    entries = [
        on_function("errors", "orders"),
        on_function("errors", "orders", region="eu-central-1"),
        on_function("errors", "orders", account_id="210987654321"),
    ]

    assert len(grouped(entries)) == 3


def test_series_of_one_alarm_are_a_group() -> None:
    arn = "arn:aws:cloudwatch:us-east-2:123456789012:alarm:tables"
    (group,) = grouped(
        an_entry("tables", subject=f"{arn}#contributor/{table}", contributor=Contributor(table), metrics=())
        for table in ("orders", "users")
    )

    assert group.title == arn


def test_groups_with_the_most_alarms_come_first_and_then_those_that_fired_most() -> None:
    groups = grouped(
        [
            *(on_function(f"a{number}", "small", seconds=(1, 2, 3)) for number in range(2)),
            *(on_function(f"b{number}", "quiet") for number in range(3)),
            *(on_function(f"c{number}", "loud", seconds=(1, 2)) for number in range(3)),
        ]
    )

    assert [group.title.rpartition("=")[2] for group in groups] == ["loud", "quiet", "small"]


_NAMES = st.sampled_from(["prod-a-x", "prod-a-y", "prod-b", "other", "a", "é-ü", "-", "..."])
_FUNCTIONS = st.sampled_from(["orders", "users", "mail"])


@given(st.lists(st.tuples(_NAMES, _FUNCTIONS), unique=True))
def test_grouping_loses_no_alarm_and_doubles_none(alarms: list[tuple[str, str]]) -> None:
    entries = [on_function(name, function, subject=f"{name}/{function}") for name, function in alarms]

    report = a_digest(tuple(entries))

    assert sorted(entry.fingerprint for entry in report.entries) == sorted(entry.fingerprint for entry in entries)
    assert report.count == len(entries)


def test_totals_count_alarms_transitions_and_reasons() -> None:
    report = a_digest(
        (
            an_entry("a", (1, 2, 3)),
            an_entry("b", (4,)),
            an_entry("c", (5,), reasons=("maintenance window x", HOURLY_LIMIT)),
        ),
        now=StatesNow(MADE_AT, {("123456789012", "us-east-2", "a"): "ALARM"}),
    )

    assert (len(report.entries), report.count) == (3, 5)
    assert report.reasons == ((HOURLY_LIMIT, 3), ("maintenance window x", 1))
    assert report.in_state("ALARM") == 1


def test_a_large_digest_counts_every_transition() -> None:
    report = a_large_digest()

    assert (len(report.entries), report.count, len(report.groups)) == (40, 300, 8)
    assert min(entry.first_at for entry in report.entries) >= BEGAN_AT
