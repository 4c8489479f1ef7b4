"""Memory against DynamoDB semantics (moto): written once and whole, read newest first, judged everywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.builders import FIRED_AT, a_feedback, a_metric, a_remembered, a_signal
from triage.aws.memory import DynamoMemory
from triage.domain.memory import (
    MAX_CAUSE,
    MAX_HEADLINE,
    MAX_NOTE,
    Verdict,
    alarm_key,
    cause_key,
    keys_of,
    resource_key,
)
from triage.domain.report import Category

SIGNAL = a_signal()
KEYS = keys_of(SIGNAL, Category.PERMISSION_DENIED)
NOW = FIRED_AT
EXPIRES = NOW + timedelta(days=90)
ID = a_remembered().investigation_id
LATEST = "20261130T000000Z-zzzzzzzzzz"


@pytest.fixture
def memory(tracker: Any) -> DynamoMemory:
    return DynamoMemory("tracker", tracker)


def an_id(day: int) -> str:
    return f"202611{day:02}T030005Z-00aa11bb22"


def items_of(tracker: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tracker.scan(TableName="tracker")["Items"]
    return found


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.found_by.value)
def test_what_is_remembered_is_found_by_each_of_its_keys(memory: DynamoMemory, key: Any) -> None:
    assert memory.remember(a_remembered(), KEYS, EXPIRES)

    assert memory.newest(key, LATEST, 10, NOW) == (a_remembered(),)


def test_remembering_again_changes_nothing_and_keeps_what_people_said(memory: DynamoMemory, tracker: Any) -> None:
    memory.remember(a_remembered(), KEYS, EXPIRES)
    memory.judge(ID, a_feedback(), NOW)
    before = items_of(tracker)

    assert not memory.remember(a_remembered(cause="another attempt's words"), KEYS, EXPIRES)

    assert items_of(tracker) == before


def test_an_investigation_is_remembered_whole_or_not_at_all(memory: DynamoMemory, tracker: Any) -> None:
    memory.remember(a_remembered(), KEYS[:1], EXPIRES)
    tracker.delete_item(
        TableName="tracker", Key={"pk": {"S": f"memory#investigation#{ID}"}, "sk": {"S": "memory"}}
    )
    before = items_of(tracker)

    assert not memory.remember(a_remembered(), KEYS, EXPIRES)

    assert items_of(tracker) == before


def test_a_table_that_fails_is_no_investigation_that_is_remembered_already(tracker: Any) -> None:
    with pytest.raises(ClientError):
        DynamoMemory("no-such-table", tracker).remember(a_remembered(), KEYS, EXPIRES)


def test_the_newest_come_first_and_no_more_than_asked_for(memory: DynamoMemory) -> None:
    for day in (3, 1, 2):
        memory.remember(a_remembered(investigation_id=an_id(day)), KEYS, EXPIRES)

    found = memory.newest(alarm_key(SIGNAL), LATEST, 2, NOW)

    assert [one.investigation_id for one in found] == [an_id(3), an_id(2)]


def test_only_what_began_before_is_found(memory: DynamoMemory) -> None:
    for day in (1, 2, 3):
        memory.remember(a_remembered(investigation_id=an_id(day)), KEYS, EXPIRES)

    found = memory.newest(alarm_key(SIGNAL), an_id(2), 10, NOW)

    assert [one.investigation_id for one in found] == [an_id(1)]


def test_each_alarm_resource_and_kind_of_cause_has_its_own(memory: DynamoMemory) -> None:
    other = a_signal(name="orders", metrics=(a_metric(dimensions={"FunctionName": "orders"}),))
    memory.remember(a_remembered(), KEYS, EXPIRES)

    own = (alarm_key(other), resource_key(other), cause_key(other, Category.TIMEOUT))
    assert all(key and memory.newest(key, LATEST, 10, NOW) == () for key in own)
    shared = cause_key(other, Category.PERMISSION_DENIED)
    assert shared is not None
    assert memory.newest(shared, LATEST, 10, NOW) == (a_remembered(),)


def test_what_expired_is_not_found_while_the_table_still_has_it(memory: DynamoMemory) -> None:
    memory.remember(a_remembered(), KEYS, EXPIRES)

    assert memory.newest(KEYS[0], LATEST, 10, EXPIRES) == ()
    assert memory.judge(ID, a_feedback(), EXPIRES) is None


def test_every_item_expires_by_itself(memory: DynamoMemory, tracker: Any) -> None:
    memory.remember(a_remembered(), KEYS, EXPIRES)

    assert {item["expires_at"]["N"] for item in items_of(tracker)} == {str(int(EXPIRES.timestamp()))}
    assert len(items_of(tracker)) == 1 + len(KEYS)


def test_feedback_is_found_by_every_key_and_the_latest_counts(memory: DynamoMemory) -> None:
    memory.remember(a_remembered(), KEYS, EXPIRES)
    wrong = a_feedback(verdict=Verdict.WRONG, note="it was DNS")

    memory.judge(ID, a_feedback(), NOW)
    judged = memory.judge(ID, wrong, NOW)

    assert judged == a_remembered(feedback=wrong)
    for key in KEYS:
        assert memory.newest(key, LATEST, 10, NOW) == (judged,)


def test_feedback_on_what_is_not_remembered_writes_nothing(memory: DynamoMemory, tracker: Any) -> None:
    assert memory.judge("20261121T030205Z-9999999999", a_feedback(), NOW) is None

    assert items_of(tracker) == []


def test_feedback_does_not_bring_back_in_part_what_the_table_removed(memory: DynamoMemory, tracker: Any) -> None:
    memory.remember(a_remembered(), KEYS, EXPIRES)
    (gone,) = [item for item in items_of(tracker) if item["pk"]["S"].startswith("memory#alarm#")]
    tracker.delete_item(TableName="tracker", Key={"pk": gone["pk"], "sk": gone["sk"]})

    assert memory.judge(ID, a_feedback(), NOW) is not None

    assert len(items_of(tracker)) == len(KEYS)
    assert memory.newest(alarm_key(SIGNAL), LATEST, 10, NOW) == ()


def test_the_longest_texts_and_names_fit(memory: DynamoMemory, tracker: Any) -> None:
    dimensions = {f"{number}{'ä' * 250}": "ö" * 1024 for number in range(30)}
    signal = a_signal(name="ü" * 255, metrics=(a_metric(namespace="ß" * 255, dimensions=dimensions),))
    keys = keys_of(signal, Category.CONFIGURATION_MISSING)
    long = a_remembered(
        fingerprint=alarm_key(signal).value, alarm="ü" * 255, headline="é" * MAX_HEADLINE, cause="漢" * MAX_CAUSE
    )

    memory.remember(long, keys, EXPIRES)
    memory.judge(ID, a_feedback(note="漢" * MAX_NOTE), NOW)

    assert len(memory.newest(keys[2], LATEST, 50, NOW)) == 1
    assert max(len(str(item).encode()) for item in items_of(tracker)) < 12_000
