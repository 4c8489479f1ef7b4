"""What is kept of an investigation, what it is found by, and how its recurrence is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import FIRED_AT, a_citation, a_feedback, a_metric, a_remembered, a_signal
from triage.domain.fingerprint import fingerprint
from triage.domain.grouping import group_key
from triage.domain.memory import (
    Feedback,
    FoundBy,
    MemoryKey,
    Remembered,
    Verdict,
    cause_key,
    keys_of,
    resource_key,
)
from triage.domain.recurrence import DAYS, Recalled, Recurrence, counted, ordinal, told, told_related
from triage.domain.report import Category, Origin
from triage.domain.signal import AlarmState, LogError, Signal, SignalSource

SIGNAL = a_signal()


def a_log_error() -> Signal:
    """An error in the log of a function, which no metric watches."""
    at = FIRED_AT
    log = LogError("/aws/lambda/orders", ("stream",), "KeyError <*>", "KeyError 12", "KeyError 12", 1, at, at)
    return Signal(
        SignalSource.LOG_ERROR,
        "aws",
        "123456789012",
        "us-east-2",
        "log#KeyError",
        "x",
        AlarmState.ALARM,
        at,
        log=log,
    )


@pytest.mark.parametrize("feedback", [None, a_feedback(), a_feedback(verdict=Verdict.WRONG, note="it was DNS")])
def test_what_is_remembered_survives_being_stored(feedback: Feedback | None) -> None:
    remembered = a_remembered(feedback=feedback, origin=Origin.FIRST_LOOK, times=3)

    assert Remembered.from_json(remembered.to_json()) == remembered
    recalled = Recalled(4, True, (remembered,), (), (remembered,), "ClientError")
    assert Recalled.from_json(recalled.to_json()) == recalled


def test_an_investigation_is_found_by_its_alarm_its_resource_and_its_kind_of_cause() -> None:
    assert keys_of(SIGNAL, Category.PERMISSION_DENIED) == (
        MemoryKey(FoundBy.ALARM, fingerprint(SIGNAL)),
        MemoryKey(FoundBy.RESOURCE, group_key(SIGNAL) or ""),
        MemoryKey(FoundBy.CAUSE, "123456789012#us-east-2#AWS/Lambda#permission_denied"),
    )


def test_a_cause_that_was_not_found_is_no_kind_of_cause() -> None:
    assert cause_key(SIGNAL, Category.UNKNOWN) is None
    assert cause_key(SIGNAL, None) is None
    assert FoundBy.CAUSE not in {key.found_by for key in keys_of(SIGNAL, Category.UNKNOWN)}


def test_an_alarm_about_no_single_resource_is_found_by_itself_only() -> None:
    composite = a_signal(metrics=(), alarm_rule='ALARM("a") OR ALARM("b")')

    assert [key.found_by for key in keys_of(composite, Category.TIMEOUT)] == [FoundBy.ALARM]


def test_errors_of_one_log_are_found_by_their_log_group_and_so_is_an_alarm_on_it() -> None:
    watched = a_metric(
        namespace="AWS/Logs", name="IncomingBytes", dimensions={"LogGroupName": "/aws/lambda/orders"}
    )

    assert resource_key(a_log_error()) == resource_key(a_signal(metrics=(watched,)))
    assert cause_key(a_log_error(), Category.DATA_ERROR) == MemoryKey(
        FoundBy.CAUSE, "123456789012#us-east-2#AWS/Logs#data_error"
    )


def test_the_longest_names_fit_into_a_partition_key() -> None:
    dimensions = {f"{number}{'ä' * 250}": "ö" * 1024 for number in range(30)}
    signal = a_signal(name="ü" * 255, metrics=(a_metric(namespace="ß" * 255, dimensions=dimensions),))

    for key in keys_of(signal, Category.CONFIGURATION_MISSING):
        assert len(f"memory#{key.found_by}#{key.value}".encode()) <= 2048


def test_what_is_older_than_the_window_is_no_recurrence() -> None:
    ages = (timedelta(days=1), timedelta(days=DAYS), timedelta(days=DAYS, seconds=1))

    assert counted(tuple(a_remembered(at=FIRED_AT - age) for age in ages), FIRED_AT) == 2


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th")]
)
def test_ordinals_are_written_as_people_write_them(number: int, words: str) -> None:
    assert ordinal(number) == words
    assert ordinal(number + 100) == f"{100 + number}{words[-2:]}"


def a_recurrence(last: Remembered | None, **overrides: object) -> Recurrence:
    """The third time."""
    return replace(Recurrence(3, False, last, None, a_citation("E3")), **overrides)


def test_a_recurrence_tells_how_often_when_why_and_what_people_said() -> None:
    last = a_remembered(
        at=datetime(2026, 11, 2, 3, 4, tzinfo=UTC),
        cause="The key had expired.",
        feedback=a_feedback(note="rotated"),
    )

    assert told(a_recurrence(last)) == (
        "3rd time in 30 days; last: 2026-11-02 03:04 UTC, cause permission denied (CONFIRMED): "
        "The key had expired. Feedback: right (rotated)."
    )


def test_without_feedback_and_without_a_model_it_says_so() -> None:
    sentence = told(a_recurrence(a_remembered(origin=Origin.FIRST_LOOK)))

    assert "(CONFIRMED, first look only)" in sentence
    assert sentence.endswith("Feedback: none.")


def test_a_count_that_was_cut_off_promises_no_more_than_it_knows() -> None:
    assert told(a_recurrence(a_remembered(), times=51, is_least=True)).startswith("More than 50 times in 30 days")


def test_another_alarm_on_the_resource_is_named() -> None:
    assert told_related(a_remembered(alarm="lambda-throttles")).startswith(
        "On the same resource lambda-throttles, "
    )
