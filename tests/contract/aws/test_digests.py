"""Digests against DynamoDB semantics (moto): nothing joins twice, nothing is lost, nothing joins a closed one."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import a_signal
from tests.digests import BEGAN_AT, DIGEST, HOURLY_LIMIT
from tests.storm_fakes import MemoryDigests
from triage.aws import digests as adapter
from triage.aws.digests import DynamoDigests
from triage.domain.digest import Added
from triage.domain.signal import Contributor, Signal
from triage.ports import DigestStore

NOW = BEGAN_AT + timedelta(minutes=2)


@pytest.fixture(params=["dynamodb", "memory"])
def digests(request: pytest.FixtureRequest) -> DigestStore:
    if request.param == "memory":
        return MemoryDigests()
    return DynamoDigests("tracker", request.getfixturevalue("tracker"))


def fired(name: str = "prod-orders-errors", second: float = 0, **more: Any) -> Signal:
    return a_signal(name=name, occurred_at=BEGAN_AT + timedelta(seconds=second), **more)


def add(
    digests: DigestStore, signal: Signal, digest: str = DIGEST, reason: str = HOURLY_LIMIT, note: str = ""
) -> Added:
    return digests.add(digest, signal, reason, note, NOW)


def test_an_alarm_that_joins_is_found_with_everything_a_digest_says(digests: DigestStore) -> None:
    assert add(digests, fired(second=1), note="its report: reports/x") is Added.JOINED

    (entry,) = digests.entries(DIGEST)
    assert (entry.signal.name, entry.signal.region) == ("prod-orders-errors", "us-east-2")
    assert entry.signal.metrics == a_signal().metrics
    assert entry.reasons == (HOURLY_LIMIT,)
    assert entry.notes == ("its report: reports/x",)
    assert entry.first_at == entry.last_at == BEGAN_AT + timedelta(seconds=1)


def test_the_same_transition_is_counted_once(digests: DigestStore) -> None:
    assert add(digests, fired(second=1)) is Added.JOINED
    assert add(digests, fired(second=1)) is Added.ALREADY
    assert add(digests, fired(second=2)) is Added.JOINED
    assert add(digests, fired(second=1)) is Added.ALREADY  # an old one, redelivered late

    (entry,) = digests.entries(DIGEST)
    assert entry.count == 2


def test_times_count_by_when_alarms_fired_not_by_when_they_joined(digests: DigestStore) -> None:
    for second in (30.5, 10.25, 20):
        add(digests, fired(second=second))

    (entry,) = digests.entries(DIGEST)
    assert entry.first_at == BEGAN_AT + timedelta(seconds=10.25)
    assert entry.last_at == BEGAN_AT + timedelta(seconds=30.5)


def test_every_reason_is_kept_once(digests: DigestStore) -> None:
    for second, reason in ((1, "limit"), (2, "maintenance window x"), (3, "limit")):
        add(digests, fired(second=second), reason=reason)

    (entry,) = digests.entries(DIGEST)
    assert entry.reasons == ("limit", "maintenance window x")


def test_contributors_of_one_alarm_are_entries_of_their_own(digests: DigestStore) -> None:
    arn = "arn:aws:cloudwatch:us-east-2:123456789012:alarm:tables"
    for table in ("orders", "users"):
        add(digests, fired("tables", subject=f"{arn}#contributor/{table}", contributor=Contributor(table)))

    assert len(digests.entries(DIGEST)) == 2


def test_an_alarm_with_the_longest_name_joins_too(digests: DigestStore) -> None:
    assert add(digests, fired("\U0001f525" * 255)) is Added.JOINED


def test_a_closed_digest_takes_no_more_and_keeps_what_it_has(digests: DigestStore) -> None:
    add(digests, fired("first"))
    digests.close(DIGEST, NOW)
    digests.close(DIGEST, NOW)

    for number in range(40):  # whichever of the doors an alarm has
        assert add(digests, fired(f"late-{number}")) is Added.CLOSED
    assert add(digests, fired("first", second=9)) is Added.CLOSED
    assert [entry.signal.name for entry in digests.entries(DIGEST)] == ["first"]


def test_a_transition_that_a_closed_digest_holds_is_not_told_again(digests: DigestStore) -> None:
    add(digests, fired("first"))
    digests.close(DIGEST, NOW)

    assert add(digests, fired("first")) is Added.ALREADY


def test_digests_do_not_mix(digests: DigestStore) -> None:
    add(digests, fired(), digest=DIGEST)
    add(digests, fired(second=900), digest="2026-11-21T03:15:00Z")

    assert [entry.count for entry in digests.entries(DIGEST)] == [1]


def test_all_of_more_entries_than_a_page_holds_are_read(tracker: Any) -> None:
    digests = DynamoDigests("tracker", Paged(tracker, size=7))
    for number in range(30):
        add(digests, fired(f"alarm-{number:02}"))

    assert len(digests.entries(DIGEST)) == 30


class Paged:
    """A client whose queries return few items at a time."""

    def __init__(self, client: Any, size: int) -> None:
        self._client = client
        self._size = size

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def get_paginator(self, operation_name: str) -> Any:
        pages, size = self._client.get_paginator(operation_name=operation_name), self._size

        class SmallPages:
            def paginate(self, **arguments: Any) -> Any:
                return pages.paginate(**arguments, PaginationConfig={"PageSize": size})

        return SmallPages()


def test_whoever_joined_before_the_close_is_told_and_nobody_else(tracker: Any) -> None:
    """Fifty threads join while the digest is closed and read: those told that they joined are those read."""
    digests = DynamoDigests("tracker", tracker)
    names = [f"alarm-{number}" for number in range(120)]

    def one(name: str) -> Added:
        return add(digests, fired(name))

    with ThreadPoolExecutor(50) as pool:
        answers = [pool.submit(one, name) for name in names[:60]]
        answers[10].result()
        digests.close(DIGEST, NOW)
        read = {entry.signal.name for entry in digests.entries(DIGEST)}
        answers += [pool.submit(one, name) for name in names[60:]]
        joined = {name for name, answer in zip(names, answers, strict=True) if answer.result() is Added.JOINED}

    assert joined == read
    assert joined.isdisjoint(names[60:])


class Colliding:
    """A client whose first transactions meet others, as they do in a storm."""

    def __init__(self, client: Any, collisions: int, code: str = "TransactionConflict") -> None:
        self._client = client
        self._left = collisions
        self._code = code

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def transact_write_items(self, **arguments: Any) -> Any:
        self._left -= 1
        if self._left >= 0:
            reasons = [{"Code": self._code}, {"Code": "None"}]
            answer = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(answer, "TransactWriteItems")  # type: ignore[arg-type]
        return self._client.transact_write_items(**arguments)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "_pause", lambda _attempt: None)


@pytest.mark.usefixtures("impatient")
def test_a_transaction_that_meets_another_is_tried_again(tracker: Any) -> None:
    digests = DynamoDigests("tracker", Colliding(tracker, collisions=3))

    assert add(digests, fired()) is Added.JOINED


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("collisions", "code"), [(99, "TransactionConflict"), (1, "ValidationError")])
def test_what_does_not_pass_is_raised(tracker: Any, collisions: int, code: str) -> None:
    digests = DynamoDigests("tracker", Colliding(tracker, collisions, code))

    with pytest.raises(ClientError):
        add(digests, fired())


def test_pauses_grow_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(adapter.time, "sleep", waits.append)
    random.seed(1)

    for attempt in range(adapter.MAX_TRIES - 1):
        adapter._pause(attempt)

    assert waits[-1] > waits[0]
    assert sum(waits) < 5


def test_entries_expire_long_after_they_were_told(tracker: Any) -> None:
    digests = DynamoDigests("tracker", tracker)
    add(digests, fired())
    digests.close(DIGEST, NOW)

    items = tracker.scan(TableName="tracker")["Items"]

    assert all(int(item["expires_at"]["N"]) > (NOW + timedelta(days=30)).timestamp() for item in items)
