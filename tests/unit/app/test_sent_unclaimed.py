"""What an execution environment remembers of log errors it sent while the Tracker was down."""

from __future__ import annotations

from datetime import timedelta

from tests.builders import FIRED_AT
from triage.app.sent_unclaimed import MOST, SentUnclaimed

HOUR = timedelta(hours=1)


def test_what_was_sent_is_held_until_its_window_is_over() -> None:
    sent = SentUnclaimed(HOUR)
    sent.add("fp", FIRED_AT)

    assert sent.holds("fp", FIRED_AT + HOUR - timedelta(seconds=1))
    assert not sent.holds("fp", FIRED_AT + HOUR)
    assert not sent.holds("other", FIRED_AT)


def test_sending_again_begins_a_new_window() -> None:
    sent = SentUnclaimed(HOUR)
    sent.add("fp", FIRED_AT)
    sent.add("fp", FIRED_AT + HOUR)

    assert sent.holds("fp", FIRED_AT + HOUR + timedelta(minutes=59))


def test_however_many_errors_there_are_only_the_latest_are_remembered() -> None:
    sent = SentUnclaimed(HOUR)
    for number in range(MOST + 5):
        sent.add(f"fp-{number}", FIRED_AT + timedelta(milliseconds=number))

    assert len(sent.sent) == MOST
    assert not sent.holds("fp-4", FIRED_AT)
    assert sent.holds("fp-5", FIRED_AT)
