"""Log errors as triage is wired, over moto: a flood becomes a few messages, and limits become one digest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.contract.aws.test_storm_as_wired import MINUTE, Account, Context
from tests.log_batches import batch_of, packed
from triage.aws import clients

ERRORS = ("card refused", "stock missing", "no route to bank", "lock lost", "disk full")
GROUP = "/prod/payment-service"


@pytest.fixture(autouse=True)
def fresh_clients(tracker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Clients of this test's account only."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "AlarmTriage")
    clients._made.cache_clear()
    yield tracker
    clients._made.cache_clear()


def an_account(tracker: Any, per_hour: int = 20, **rule: object) -> Account:
    """Both functions with a rule for log errors."""
    storm = json.dumps({"max_investigations_per_hour": per_hour})
    return Account(tracker, LOG_ERRORS=json.dumps(rule), STORM_GUARD=storm)


def hears(account: Account, *lines: str, at_s: int = 0, group: str = GROUP) -> Counter[str]:
    """Hand a batch to triage; returns how many errors were decided how."""
    content = batch_of([(at_s * 1000 + place, line) for place, line in enumerate(lines)], group=group)
    answer = account.triage(packed(content), Context())
    if answer["decision"] != "several":
        return Counter([answer["decision"]])
    return Counter(told.partition(":")[0] for key, told in answer.items() if key != "decision")


def flood(first: int, many: int) -> list[str]:
    return [
        f"ERROR order {number} of 10.0.0.{number % 256}: {ERRORS[number % 5]}"
        for number in range(first, first + many)
    ]


def test_a_thousand_lines_of_five_errors_are_five_messages_of_the_work_queue(fresh_clients: Any) -> None:
    with time_machine.travel(MINUTE, tick=False):
        account = an_account(fresh_clients)

        first, second = hears(account, *flood(0, 500)), hears(account, *flood(500, 500), at_s=1)

        assert (first, second) == ({"investigate": 5}, {"suppressed": 5})
        assert len(set(account.work_off())) == 5
        assert account.mails == []


def test_an_error_that_came_too_seldom_is_counted_in_the_tracker(fresh_clients: Any) -> None:
    with time_machine.travel(MINUTE, tick=False):
        account = an_account(fresh_clients, min_occurrences=3)

        decided = [*(hears(account, "ERROR order 1: disk full", at_s=second) for second in range(4))]

        assert decided == [{"waiting": 1}, {"waiting": 1}, {"investigate": 1}, {"suppressed": 1}]
        assert len(account.work_off()) == 1


def test_errors_beyond_the_limit_of_the_hour_come_in_one_digest(fresh_clients: Any) -> None:
    with time_machine.travel(MINUTE, tick=False) as clock:
        account = an_account(fresh_clients, per_hour=1)

        lines = ("ERROR order 1: disk full", "ERROR order 2: lock lost", "ERROR order 3: stock missing")
        assert hears(account, *lines) == {"investigate": 1, "digest": 2}
        account.work_off()
        clock.shift(13 * 60)
        account.work_off()
        (mail,) = account.mails

    assert mail["Subject"].startswith("[DIGEST] 2 ")
    assert f"{GROUP}: ERROR order <*>: " in " ".join(mail["Message"].split())


def test_errors_of_the_product_itself_start_nothing(fresh_clients: Any) -> None:
    account = an_account(fresh_clients)

    assert hears(account, "ERROR x", group="/aws/lambda/triage-handler") == {"recorded": 1}
    assert account.work_off() == []


def test_a_batch_that_cannot_be_read_is_one_notice(fresh_clients: Any) -> None:
    account = an_account(fresh_clients)

    answer = account.triage({"awslogs": {"data": "no"}}, Context())

    assert answer["decision"] == "malformed"
    (mail,) = account.mails
    assert "awslogs.data" in mail["Message"]
