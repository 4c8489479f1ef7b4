"""A storm on the local AWS: limits hold, everybody hears of everything once, and triage stays quick."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.reliability.pipeline import Kind, Pipeline
from tests.reliability.scale import number, takes_minutes
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reliability")]

NAMES = number("NAMES", 40, 200)
"""Alarms that take part, five transitions each."""

TRANSITIONS = 5
LIMIT = 8
BUDGET_USD = 12.0
AT_ONCE = 8


@pytest.fixture
def narrow_limits(pipeline: Pipeline) -> Iterator[None]:
    """A storm guard with counters of its own, and digests every minute."""
    table = pipeline.outputs["dynamodb_table_name"]
    for item in list(pipeline.claims()):
        if item["pk"]["S"].startswith("storm#"):
            pipeline.client("dynamodb").delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    limits = {
        "max_investigations_per_hour": LIMIT,
        "daily_budget_usd": BUDGET_USD,
        "daily_token_limit": None,
        "digest_interval_minutes": 1,
    }
    before = pipeline.configure(STORM_GUARD=json.dumps(limits))
    yield
    pipeline.configure(STORM_GUARD=before["STORM_GUARD"])


@takes_minutes
def test_of_a_storm_as_many_are_investigated_as_the_limit_says_and_the_rest_is_told_once(
    pipeline: Pipeline, narrow_limits: None, record_property: Callable[[str, object], None]
) -> None:
    names = [f"storm-{one:03d}" for one in range(NAMES)]
    began = datetime.now(UTC)
    events = [
        pipeline.alarm_event(name, began + timedelta(milliseconds=100 * transition))
        for transition in range(TRANSITIONS)
        for name in random.sample(names, len(names))
    ]

    started = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        decisions = list(pool.map(pipeline.triage, events))
    took_s = time.monotonic() - started
    pipeline.await_quiet(300.0, delayed=True)

    counted = Counter(one["decision"] for one in decisions)
    hours = int(datetime.now(UTC).timestamp()) // 3600 - int(began.timestamp()) // 3600 + 1
    archived = pipeline.archived("digest.json")
    digests = [digest for digest in archived if datetime.fromisoformat(digest["made_at"]) >= began]
    told = Counter[str]()
    for digest in digests:
        told.update({alarm["name"]: alarm["count"] for group in digest["groups"] for alarm in group["alarms"]})
    reports = Counter({name: sum(mail.kind is Kind.REPORT for mail in pipeline.mails(name)) for name in names})
    record_property(
        "measured",
        f"storm: {len(events)} events of {NAMES} alarms in {took_s:.0f} s: {dict(counted)};"
        f" {sum(reports.values())} reports, {len(digests)} digests of {sum(told.values())} transitions",
    )
    assert 1 <= sum(reports.values()) <= LIMIT * hours
    assert max(reports.values()) == 1
    assert {name for name in names if not reports[name] and not told[name]} == set(), "alarms nobody hears of"
    assert {name: told[name] for name in names if not reports[name]} == {
        name: TRANSITIONS for name in names if not reports[name]
    }, "each transition is told in one digest"
    assert not [mail for mail in pipeline.mails("storm-") if mail.kind is Kind.NOTICE]
    spent = [int(item["micro_usd"]["N"]) for item in pipeline.claims() if item["pk"]["S"].startswith("storm#day")]
    assert spent
    assert max(spent) <= BUDGET_USD * 1_000_000


def test_suppression_answers_while_five_investigations_run(
    pipeline: Pipeline, record_property: Callable[[str, object], None]
) -> None:
    began = datetime.now(UTC)
    pipeline.fire("refiring", began)
    eventually(lambda: pipeline.mails("refiring"), "its report is out")
    busy = [f"busy-{one}" for one in range(5)]
    for name in busy:
        pipeline.model.take(6.0, name)
        pipeline.fire(name)
    eventually(lambda: all(pipeline.investigations(name) for name in busy), "five investigations run")

    took: list[float] = []
    decided = []
    for number_of_event in range(20):
        # Each transition is delivered four times; beyond five, they would join a digest.
        event = pipeline.alarm_event("refiring", began + timedelta(minutes=1 + number_of_event // 4))
        before = time.monotonic()
        decided.append(pipeline.triage(event)["decision"])
        took.append(time.monotonic() - before)
    running = sum(bool(pipeline.investigations(name)) for name in busy)
    pipeline.await_quiet(120.0)

    record_property(
        "measured",
        f"suppression while {running} investigations run: {statistics.median(took) * 1000:.0f} ms (median),"
        f" {max(took) * 1000:.0f} ms at most",
    )
    assert Counter(decided) == {"suppressed": 5, "duplicate": 15}
    assert [mail.kind for mail in pipeline.mails("refiring")].count(Kind.REPORT) == 1
