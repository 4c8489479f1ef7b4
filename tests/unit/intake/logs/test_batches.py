"""A batch of a log subscription becomes a signal for each error in it; what cannot be read is told, never lost."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.events import event
from tests.log_batches import AT_MS, HOME, batch_of, detected, document, packed, signal_of, signals_of
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.home import Home
from triage.domain.signal import AlarmState, Signal, SignalSource
from triage.intake import detect_all
from triage.intake.logs import batch as batches
from triage.intake.logs.subscription import MAX_ERRORS, MAX_SAMPLE

AT = datetime.fromtimestamp(AT_MS / 1000, UTC)
WORDS = ["refused", "reset", "denied", "expired", "missing", "throttled", "full", "locked", "stale", "closed"]


def the_malformed(content: Any) -> MalformedEvent:
    """The only thing a document is read as."""
    (found,) = detected(content)
    assert isinstance(found, MalformedEvent)
    return found


def test_the_example_of_the_documentation_is_read() -> None:
    found = detect_all(event("logs/documented_example"), HOME)

    assert [one.reason for one in found if isinstance(one, Signal)] == [
        "1 line of one error: [ERROR] First test message",
        "1 line of one error: [ERROR] Second test message",
    ]


def test_a_signal_says_where_what_and_how_often() -> None:
    (signal,) = signals_of(document("payment_service"), Home("aws-cn", "123456789012", "cn-north-1"))

    assert (signal.source, signal.state, signal.occurred_at) == (SignalSource.LOG_ERROR, AlarmState.ALARM, AT)
    assert (signal.partition, signal.region, signal.account_id) == ("aws-cn", "cn-north-1", "123456789012")
    assert signal.name == "/prod/payment-service: ERROR [Database] Connection refused at port <*>."
    assert signal.subject.startswith(
        "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/prod/payment-service#error/"
    )
    assert 'password authentication failed for user "admin"' in signal.reason
    assert signal.log is not None
    assert (signal.log.log_group, signal.log.log_streams) == ("/prod/payment-service", ("payments/api/1f0c",))
    assert (signal.log.count, signal.log.first_at, signal.log.last_at) == (1, AT, AT)
    assert signal.log.subscriptions == ("alarm-triage",)


def test_a_thousand_lines_of_five_errors_are_five_signals() -> None:
    lines = [f"ERROR order {number} of 10.0.0.{number % 256}: {WORDS[number % 5]}" for number in range(1000)]

    signals = signals_of(batch_of(lines))

    assert [signal.log and signal.log.count for signal in signals] == [200] * 5
    assert len({fingerprint(signal) for signal in signals}) == 5


def test_the_times_of_a_signal_are_those_of_its_own_lines() -> None:
    first, second = signals_of(
        batch_of([(0, "ERROR a 1"), (10, "ERROR b 1"), (2500, "ERROR a 2"), (9000, "ERROR a 3")])
    )

    assert first.log is not None
    assert second.log is not None
    assert (first.log.first_at, first.log.last_at, first.log.count) == (AT, AT + timedelta(seconds=9), 3)
    assert (second.log.first_at, second.occurred_at) == (AT + timedelta(milliseconds=10),) * 2


def test_account_region_group_and_error_tell_signals_apart_and_the_stream_does_not() -> None:
    line = "ERROR order 1 refused"
    same = fingerprint(signal_of(line))

    others = [
        signal_of("ERROR order 1 denied"),
        signal_of(line, group="/prod/search"),
        signal_of(line, owner="210987654321"),
        signal_of(line, home=Home("aws", "123456789012", "eu-west-1")),
    ]

    assert fingerprint(signal_of(line, stream="b/2")) == same
    assert len({same, *map(fingerprint, others)}) == 5


def test_the_longest_log_group_makes_a_fingerprint_that_the_tracker_takes() -> None:
    signal = signal_of("ERROR x" * 2000, group="g" * 512)

    assert len(fingerprint(signal).encode()) < 2000
    assert len(signal.name) <= 255


@pytest.mark.parametrize("name", ["payment_service", "lambda_python_text", "container_rows", "powertools_json"])
def test_a_signal_survives_the_work_queue(name: str) -> None:
    for signal in signals_of(document(name)):
        assert Signal.from_json(json.loads(json.dumps(signal.to_json()))) == signal


def test_a_secret_in_a_line_reaches_no_part_of_the_signal_and_makes_no_difference() -> None:
    first = signal_of("ERROR login failed, password=hunter2-x for order 1")
    second = signal_of("ERROR login failed, password=correct-horse9battery for order 1")

    assert "hunter" not in str(first.to_json())
    assert fingerprint(first) == fingerprint(second)


def test_a_sample_is_bounded_and_keeps_both_ends() -> None:
    signal = signal_of("ERROR beginning " + "x" * 50_000 + " ending")

    assert signal.log is not None
    assert len(signal.log.sample) < MAX_SAMPLE + 10
    assert signal.log.sample.startswith("ERROR beginning")
    assert signal.log.sample.endswith("ending")
    assert len(json.dumps(signal.to_json())) < 20_000


def test_more_errors_than_are_looked_at_one_by_one_are_told_together() -> None:
    letters = [f"{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60)]

    signals = signals_of(batch_of([f"ERROR {word}" for word in [*letters, letters[0]]]))

    assert len(signals) == MAX_ERRORS
    assert sum(signal.log.count for signal in signals if signal.log) == 61
    assert signals[-1].name == "/prod/payment-service: other errors"
    assert signals[-1].log is not None
    assert "ERROR ch" in signals[-1].log.sample


def test_a_control_message_is_ignored() -> None:
    (found,) = detected(document("control_message"))

    assert isinstance(found, UnsupportedEvent)
    assert "CONTROL_MESSAGE" in str(found)


def test_without_a_home_nothing_is_read() -> None:
    (found,) = detect_all(packed(document("payment_service")))

    assert isinstance(found, UnsupportedEvent)


def test_an_empty_batch_is_ignored() -> None:
    (found,) = detected(batch_of([]))

    assert isinstance(found, UnsupportedEvent)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"awslogs": None}, "awslogs should be an object, found nothing"),
        ({"awslogs": {}}, "awslogs.data should be text, found nothing"),
        ({"awslogs": {"data": 7}}, "awslogs.data should be text, found a number"),
        ({"awslogs": {"data": "%%%"}}, "awslogs.data should be Base64"),
        ({"awslogs": {"data": "aGVsbG8="}}, "awslogs.data should be compressed with gzip"),
        ({"awslogs": {"data": base64.b64encode(gzip.compress(b"[1]")).decode()}}, "should hold a JSON object"),
        (
            {"awslogs": {"data": base64.b64encode(gzip.compress(b"{}")[:-6]).decode()}},
            "ends before its gzip stream",
        ),
        (packed({}), "messageType should be text, found nothing"),
        (packed(batch_of(["x"], logEvents=None)), "logEvents should be a list, found nothing"),
        (packed(batch_of(["x"], owner="me")), "owner should be an account id of 12 digits"),
        (packed(batch_of(["x"], group="a b")), "logGroup should be the name of a log group"),
        (packed(batch_of(["x"], stream="")), "logStream should be text, found empty text"),
    ],
)
def test_what_cannot_be_read_is_one_clear_sentence(broken: dict[str, Any], said: str) -> None:
    (found,) = detect_all(broken, HOME)

    assert isinstance(found, MalformedEvent)
    assert said in str(found)
    assert found.keys == ("awslogs",)


def test_an_event_that_cannot_be_read_does_not_take_the_others_with_it() -> None:
    content = batch_of(["ERROR order 1 refused"])
    content["logEvents"] += [
        {"id": "1", "timestamp": None, "message": "ERROR x"},
        {"id": "2", "timestamp": AT_MS},
        {"id": "3", "timestamp": 1e300, "message": "ERROR x"},
        {"id": "4", "timestamp": AT_MS, "message": "  "},
        None,
    ]

    signal, lost = detected(content)

    assert isinstance(signal, Signal)
    assert isinstance(lost, MalformedEvent)
    assert "5 of its log events have no message or no time, of log group /prod/payment-service" in str(lost)


def test_a_bomb_is_unpacked_no_further_than_the_bound() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    blanks = b" " * 1_000_000
    bomb = b"".join([*(packer.compress(blanks) for _ in range(200)), packer.flush()])

    (found,) = detect_all({"awslogs": {"data": base64.b64encode(bomb).decode()}}, HOME)

    assert len(bomb) < 250_000
    assert isinstance(found, MalformedEvent)
    assert f"unpacks to more than {batches.MAX_UNPACKED:,} bytes" in str(found)


def test_a_batch_of_the_most_bytes_is_still_read() -> None:
    padding = "x" * (batches.MAX_UNPACKED - 1_000)

    assert len(signals_of(batch_of(["ERROR x"], padding=padding))) == 1


def test_events_beyond_the_bound_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_EVENTS", 2)

    signal, lost = detected(batch_of(["ERROR a", "ERROR a", "ERROR a"]))

    assert isinstance(signal, Signal)
    assert signal.log is not None
    assert signal.log.count == 2
    assert "1 of its log events are more than are read at once" in str(lost)


def test_text_that_no_message_can_carry_is_made_readable() -> None:
    signal = signal_of("ERROR half a pair \ud800 of order 7")

    assert json.dumps(signal.to_json()).encode()
    assert signal.log is not None
    assert "half a pair ? of" in signal.log.sample


def test_a_document_with_nesting_beyond_all_bounds_is_malformed() -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

    (found,) = detect_all({"awslogs": {"data": base64.b64encode(gzip.compress(deep)).decode()}}, HOME)

    assert isinstance(found, MalformedEvent)


def test_a_malformed_document_repeats_none_of_its_values() -> None:
    assert "hunter2" not in str(
        the_malformed({"messageType": "DATA_MESSAGE", "logEvents": ["hunter2"], "owner": 1})
    )
