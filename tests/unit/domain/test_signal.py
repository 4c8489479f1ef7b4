"""Signals survive the trip through the work queue, and equal alarms have equal fingerprints."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import FIRED_AT, a_metric, a_signal
from tests.log_batches import signal_of
from triage.domain.claim import Leader
from triage.domain.errors import MalformedEvent
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import investigation_id
from triage.domain.signal import MAX_SENTENCE, AlarmState, Band, Contributor, Query, QueryLanguage, Signal
from triage.domain.work_item import WorkItem


def test_a_signal_is_the_same_after_json() -> None:
    signal = a_signal(metrics=(a_metric(), a_metric(id="e1", namespace=None, name=None, expression="m1*2")))

    assert Signal.from_json(json.loads(json.dumps(signal.to_json()))) == signal


def test_what_only_some_alarms_have_survives_json_and_is_left_out_of_the_others() -> None:
    special = {
        "children": ("a", "b"),
        "contributor": Contributor("6d442278dba546f6", {"TableName": "orders"}),
        "band": Band(lower=None, upper=0.0, measured=1.5),
        "query": Query(QueryLanguage.LOGS, "fields @message", ("/ecs/orders",)),
        "suppressed_by": "mute rule night",
    }
    signal = a_signal(**special)

    assert Signal.from_json(json.loads(json.dumps(signal.to_json()))) == signal
    assert special.keys() <= signal.to_json().keys()
    assert not special.keys() & a_signal().to_json().keys()


def test_a_work_item_is_the_same_after_json() -> None:
    item = WorkItem("fp", "20261121T030205Z-abc", a_signal())

    assert WorkItem.from_json(json.loads(json.dumps(item.to_json()))) == item


@pytest.mark.parametrize(
    "more",
    [
        {"claimed": False},
        {"claimed": False, "tells_refire": False},
        {"leader": Leader("fp-2", "inv-2"), "waited": 2},
        {"stands_for": "message-1"},
    ],
)
def test_what_only_some_work_items_have_survives_json_and_is_left_out_of_the_others(more: dict[str, Any]) -> None:
    plain, special = WorkItem("fp", "inv-1", a_signal()), WorkItem("fp", "inv-1", a_signal(), **more)

    assert WorkItem.from_json(json.loads(json.dumps(special.to_json()))) == special
    assert set(plain.to_json()) == {"version", "fingerprint", "investigation_id", "signal"}


def test_a_message_of_an_earlier_version_of_the_code_is_still_read() -> None:
    in_flight = {"version": 1, "fingerprint": "fp", "investigation_id": "inv-1", "signal": a_signal().to_json()}

    assert WorkItem.from_json(in_flight) == WorkItem("fp", "inv-1", a_signal())


@pytest.mark.parametrize("data", [{}, [], None, {"version": 2}, {"version": 1, "fingerprint": "x"}])
def test_a_foreign_message_is_not_a_work_item(data: object) -> None:
    with pytest.raises(MalformedEvent, match="work item"):
        WorkItem.from_json(data)  # type: ignore[arg-type]


def test_a_log_error_of_an_earlier_version_of_the_code_is_still_read() -> None:
    signal = signal_of("ERROR card refused")
    written = signal.to_json()
    for later in ("frames", "subscriptions"):
        del written["log"][later]

    read = Signal.from_json(written)

    assert read.log is not None
    assert signal.log is not None
    assert read == replace(signal, log=replace(signal.log, frames=(), subscriptions=()))


def test_what_no_log_error_is_holds_nothing_of_one() -> None:
    assert "log" not in a_signal().to_json()


def test_the_sentence_of_a_log_error_is_one_bounded_line() -> None:
    error = signal_of("ERROR " + "word " * 1000).log

    assert error is not None
    assert replace(error, count=1200, message="x").sentence == "1,200 lines of one error: x"
    assert replace(error, frames=("app.py:12 in pay",)).sentence.endswith("word (at app.py:12 in pay)")
    assert len(replace(error, message="x" * 2000, frames=("a.py:1",)).sentence) == MAX_SENTENCE


def test_state_time_and_reason_do_not_change_the_fingerprint() -> None:
    first = a_signal()
    later = replace(first, occurred_at=FIRED_AT + timedelta(hours=1), state=AlarmState.OK, reason="other")

    assert fingerprint(first) == fingerprint(later)


@pytest.mark.parametrize(
    "other",
    [a_signal(account_id="210987654321"), a_signal(region="eu-west-1"), a_signal(name="another-alarm")],
)
def test_account_region_and_alarm_change_the_fingerprint(other: Signal) -> None:
    assert fingerprint(a_signal()) != fingerprint(other)


def test_an_investigation_id_sorts_by_time_and_fits_a_session_name() -> None:
    early = investigation_id("fp", FIRED_AT, "n1")
    late = investigation_id("fp", FIRED_AT + timedelta(seconds=1), "n0")

    assert early < late
    assert len(early) <= 64
    assert early.replace("-", "").isalnum()
    assert investigation_id("fp", FIRED_AT, "n2") != early
