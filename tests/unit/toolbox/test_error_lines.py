"""Which lines of a log are of one error, by what the signal says of it."""

from __future__ import annotations

import json

import pytest

from tests.log_batches import FOLDER, batch_of, document, signal_of, signals_of
from toolbox.logs.error_lines import ErrorLines
from triage.domain.signal import Signal

BATCHES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "control_message")
AUTH = 'Caused by: FATAL: password authentication failed for user "admin"'


def lines_of(signal: Signal) -> ErrorLines:
    found = ErrorLines.of_signal(signal.to_json())
    assert found is not None
    return found


def trace(file: str, name: str, line: int = 12) -> str:
    return (
        "ERROR order not taken\nTraceback (most recent call last):\n"
        f'  File "/var/task/{file}", line {line}, in {name}\n    raise Refused(order)\nRefused: order refused'
    )


@pytest.mark.parametrize("name", BATCHES)
def test_every_kind_of_batch_is_found_by_text_that_its_lines_hold_word_for_word(name: str) -> None:
    content = document(name)
    (signal,) = signals_of(content)
    error = lines_of(signal)

    messages = [event["message"] for event in content["logEvents"]]

    assert any(all(term in message for term in error.terms) for message in messages)
    assert any(error.holds(message) for message in messages)
    assert '"' not in "".join(error.terms)
    assert all(error.is_row(message) for message in messages[:1])


def test_the_row_that_says_most_is_looked_for() -> None:
    (signal,) = signals_of(document("payment_service"))

    assert lines_of(signal).pattern == '"Caused by: FATAL: password authentication failed for user"'


def test_an_error_in_another_place_of_the_application_is_another_one() -> None:
    error = lines_of(signal_of(trace("orders.py", "take")))

    assert error.holds(trace("orders.py", "take", line=14))
    assert not error.holds(trace("refunds.py", "pay"))
    assert error.holds("ERROR order not taken | Refused: order refused")  # no frames: nothing speaks against it


def test_rows_that_a_container_writes_one_by_one_are_parts_of_it() -> None:
    (signal,) = signals_of(batch_of(["ERROR checkout of the cart failed", AUTH]))
    error = lines_of(signal)

    assert error.is_row(AUTH)
    assert error.is_row("2026-11-21 03:00:01 ERROR checkout of the cart failed")
    assert not error.is_row("ERROR something else")


def test_lines_of_nothing_but_ids_cannot_be_told_apart() -> None:
    assert ErrorLines.of_signal(signal_of("7d9f41c2a8 200 17").to_json()) is None


def test_an_alarm_has_no_lines() -> None:
    assert ErrorLines.of_signal({"name": "orders-errors", "metrics": []}) is None


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("INFO 1b4f0e98-51aa-4b0e-8f5a-0a9c7a8f1e11 order read", True),
        ("INFO 2c5f0e98-51aa-4b0e-8f5a-0a9c7a8f1e22 order read", False),
        ("INFO order read", False),
    ],
)
def test_lines_of_the_same_request_are_known_by_its_id(line: str, *, same: bool) -> None:
    own = "ERROR 1b4f0e98-51aa-4b0e-8f5a-0a9c7a8f1e11 order not taken"

    assert lines_of(signal_of(own)).shares_request(line, own) is same


def test_a_request_id_in_a_field_counts_too() -> None:
    own = json.dumps({"level": "ERROR", "msg": "order not taken", "request_id": "req-77812"})

    assert lines_of(signal_of(own)).shares_request('{"msg":"order read","request_id":"req-77812"}', own)
