"""Builders of digests for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders import a_metric, a_signal
from triage.domain.digest import DigestEntry, DigestReport, StatesNow, grouped

DIGEST = "2026-11-21T03:00:00Z"
BEGAN_AT = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)
MADE_AT = BEGAN_AT + timedelta(minutes=15, seconds=4)
HOURLY_LIMIT = "the limit of 20 investigations per hour is reached"
SERVICES = ("orders", "checkout", "search", "catalog", "payments", "sessions", "mail", "stock")
TURNS = (3, 12, 7, 8, 5, 10, 6, 9, 4, 11)
"""How often each of ten alarms fires: 75 times together."""
KINDS = (
    ("errors", "Errors"),
    ("duration-p99", "Duration"),
    ("throttles", "Throttles"),
    ("concurrency", "ConcurrentExecutions"),
    ("iterator-age", "IteratorAge"),
)


def an_entry(name: str = "prod-orders-errors", seconds: tuple[float, ...] = (125,), **more: Any) -> DigestEntry:
    """An alarm that fired so many seconds after its digest began."""
    values: dict[str, Any] = {"reasons": (HOURLY_LIMIT,), "notes": ()} | {
        key: more.pop(key) for key in ("reasons", "notes") if key in more
    }
    times = tuple(BEGAN_AT + timedelta(seconds=second) for second in seconds)
    return DigestEntry(a_signal(name=name, occurred_at=times[-1], **more), transitions=times, **values)


def a_digest(entries: tuple[DigestEntry, ...], **more: Any) -> DigestReport:
    """A digest of these alarms, which nobody has looked at."""
    values: dict[str, Any] = {
        "id": "20261121T030205Z-0a1b2c3d4e",
        "digest": DIGEST,
        "made_at": MADE_AT,
        "groups": grouped(entries),
        "now": StatesNow(MADE_AT),
    }
    return DigestReport(**(values | more))


def a_small_digest() -> DigestReport:
    """Three alarms: two of one function, one alone."""
    entries = (
        an_entry("prod-orders-errors", (125, 185, 305)),
        an_entry(
            "prod-orders-duration-p99",
            (130,),
            metrics=(a_metric(name="Duration", statistic="p99"),),
            reason="Threshold Crossed: 3 datapoints were greater than the threshold (2000.0).",
        ),
        an_entry(
            "nightly-export-queue-age",
            (600,),
            region="eu-central-1",
            metrics=(
                a_metric(
                    namespace="AWS/SQS", name="ApproximateAgeOfOldestMessage", dimensions={"QueueName": "export"}
                ),
            ),
            reason="Threshold Crossed: 1 datapoint [4000.0] was greater than the threshold (3600.0).",
            reasons=("maintenance window nightly export",),
        ),
    )
    states = {
        ("123456789012", "us-east-2", "prod-orders-errors"): "ALARM",
        ("123456789012", "us-east-2", "prod-orders-duration-p99"): "OK",
    }
    gap = "alarms of account 123456789012 in eu-central-1 could not be looked at: timeout"
    return a_digest(entries, now=StatesNow(MADE_AT, states, (gap,)))


def a_large_digest() -> DigestReport:
    """Three hundred transitions of forty alarms: eight services with five alarms each."""
    entries = []
    states = {}
    for number in range(40):
        service, (kind, metric) = SERVICES[number // 5], KINDS[number % 5]
        name = f"prod-{service}-{kind}"
        times = tuple(10.0 + number + 22 * turn for turn in range(TURNS[number % 10]))
        entries.append(
            an_entry(
                name,
                times,
                metrics=(a_metric(name=metric, dimensions={"FunctionName": f"prod-{service}"}),),
                reason=f"Threshold Crossed: 1 datapoint was greater than the threshold ({number}.0).",
            )
        )
        states["123456789012", "us-east-2", name] = "ALARM" if number % 3 else "OK"
    report = a_digest(tuple(entries), now=StatesNow(MADE_AT, states))
    assert report.count == 300
    return report


def a_hostile_digest() -> DigestReport:
    """Names and reasons that try to be links, headings, table cells and secrets."""
    return a_digest(
        (
            an_entry(
                "prod | <script>alert(1)</script> [click](https://evil.example/x) \u202eevil",
                (125,),
                reason="# heading\n| cell | password=hunter2hunter2 AKIAIOSFODNN7EXAMPLE https://evil.example/login",
                reasons=("the limit of 20 investigations per hour is reached\n\nhttps://evil.example",),
                notes=("its report: `reports/x`",),
            ),
        )
    )
