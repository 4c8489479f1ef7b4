"""Occurrences against DynamoDB semantics (moto): each line counts once, whoever counts at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.storm_fakes import MemoryOccurrences
from triage.aws.occurrences import DynamoOccurrences
from triage.domain.occurrences import Occurrence, total
from triage.ports import Occurrences

NOW = datetime(2026, 11, 21, 3, 2, 5, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
FP = "log_error#123456789012#us-east-2#arn:aws:logs:us-east-2:123456789012:log-group:/prod/shop#error/0a1b"


@pytest.fixture(params=["dynamodb", "memory"])
def occurrences(request: pytest.FixtureRequest) -> Occurrences:
    if request.param == "memory":
        return MemoryOccurrences()
    return DynamoOccurrences("tracker", request.getfixturevalue("tracker"))


def lines(second: int, count: int = 1, known_as: str | None = None) -> Occurrence:
    """Lines that came so many seconds after the first ones."""
    return Occurrence(NOW + timedelta(seconds=second, microseconds=215_000), count, known_as or f"{second:016x}")


def added(occurrences: Occurrences, one: Occurrence, least: int = 5, fingerprint: str = FP) -> int:
    """How many lines there are since ten minutes before, with these."""
    seen = occurrences.add(fingerprint, one, one.at - TEN_MINUTES, least, one.at)
    return total(set(seen) | {one})


def test_lines_add_up(occurrences: Occurrences) -> None:
    assert [added(occurrences, lines(0)), added(occurrences, lines(1, 2)), added(occurrences, lines(2))] == [
        1,
        3,
        4,
    ]


def test_the_same_lines_count_once(occurrences: Occurrences) -> None:
    assert [added(occurrences, lines(0, 2)) for _ in range(3)] == [2, 2, 2]


def test_lines_older_than_the_window_do_not_count(occurrences: Occurrences) -> None:
    added(occurrences, lines(0, 4))

    assert added(occurrences, lines(601)) == 1


def test_errors_are_counted_apart(occurrences: Occurrences) -> None:
    added(occurrences, lines(0, 4))

    assert added(occurrences, lines(1), fingerprint=f"{FP}2") == 1


def test_what_came_late_counts_for_the_moment_it_was_written(occurrences: Occurrences) -> None:
    added(occurrences, lines(500))

    assert added(occurrences, lines(100)) == 2


def test_a_year_of_lines_that_are_too_few_keeps_counting(occurrences: Occurrences) -> None:
    assert {added(occurrences, lines(1000 * number), least=3) for number in range(40)} == {1}
    assert [added(occurrences, lines(40_000 + number), least=3) for number in (1, 2, 3)] == [1, 2, 3]


def test_more_than_enough_is_enough(occurrences: Occurrences) -> None:
    assert [added(occurrences, lines(number), least=3) >= 3 for number in range(8)] == [
        False,
        False,
        *([True] * 6),
    ]


def test_of_many_at_the_same_time_the_last_one_sees_enough(occurrences: Occurrences) -> None:
    def add(number: int) -> int:
        return added(occurrences, lines(0, 1, f"{number:016x}"), least=20)

    with ThreadPoolExecutor(8) as pool:
        totals = list(pool.map(add, range(20)))

    assert max(totals) == 20


def test_the_item_stays_small_and_expires(tracker: Any) -> None:
    store = DynamoOccurrences("tracker", tracker)
    for number in range(300):
        added(store, lines(number), least=10)

    (item,) = tracker.scan(TableName="tracker")["Items"]
    assert len(item["seen"]["SS"]) <= 10
    assert int(item["expires_at"]["N"]) > NOW.timestamp() + 24 * 3600


def test_an_occurrence_is_read_as_it_was_written() -> None:
    assert Occurrence.read(lines(7, 12).written()) == lines(7, 12)
