"""The event of a scenario, as it reaches a function."""

from __future__ import annotations

from typing import Any

from evals.play import as_sent
from tests.log_batches import HOME, batch_of
from triage.domain.signal import Signal
from triage.intake import detect_all


def test_a_batch_of_a_log_is_packed_as_a_subscription_hands_it_over() -> None:
    batch: dict[str, Any] = batch_of(["ERROR order not taken"], group="/prod/orders")
    batch["logEvents"][0]["timestamp"] = str(batch["logEvents"][0]["timestamp"])  # what a template becomes

    (signal,) = detect_all(as_sent(batch), HOME)

    assert isinstance(signal, Signal)
    assert signal.log is not None
    assert (signal.log.log_group, signal.log.message) == ("/prod/orders", "ERROR order not taken")


def test_the_event_of_an_alarm_stays_as_it_is() -> None:
    event = {"source": "aws.cloudwatch", "alarmData": {}}

    assert as_sent(event) is event
