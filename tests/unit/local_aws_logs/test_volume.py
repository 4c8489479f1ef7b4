"""A log group with 50,000 events is filtered and queried without anybody waiting for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from local_aws.logs.patterns import compile_pattern
from tests.unit.local_aws_logs.queries import events, result

MOST_SECONDS = 4.0
"""Of processor time; each of these takes a tenth of it on an ordinary machine."""

MESSAGES = [
    json.dumps(
        {"level": "ERROR" if number % 7 == 0 else "INFO", "ms": number % 97, "user": {"id": f"u{number % 50}"}}
    )
    for number in range(50_000)
]


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize(
    "pattern", ["ERROR -u7", '{ $.level = "ERROR" && $.ms > 50 }', "[a, b = *ERROR*, ...]", "%u4\\d%"]
)
def test_given_50000_events_then_a_pattern_is_applied_quickly(pattern: str) -> None:
    compiled = compile_pattern(pattern)
    assert seconds(lambda: sum(compiled.matches(message) for message in MESSAGES)) < MOST_SECONDS


@pytest.mark.parametrize(
    "query",
    [
        "fields @timestamp, @message | filter @message like /ERROR/ | sort @timestamp desc | limit 20",
        "filter level = 'ERROR' | stats count(*), avg(ms), pct(ms, 99) by bin(5m), user.id",
        'parse @message \'"id": "*"\' as id | stats count(*) as n by id | sort n desc',
        "fields user.id as id | dedup id",
    ],
)
def test_given_50000_events_then_a_query_is_answered_quickly(query: str) -> None:
    found = events(*MESSAGES, step_ms=100)
    assert seconds(lambda: result(query, found)) < MOST_SECONDS
