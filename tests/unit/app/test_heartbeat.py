"""The heartbeat keeps lease and message together, and a run that lost them knows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import a_signal
from tests.fakes import FakeClock, MemoryClaims, MemoryQueue, RecordedTelemetry
from triage.app.heartbeat import Heartbeat
from triage.domain.claim_timing import ClaimTiming
from triage.domain.errors import ClaimLost
from triage.domain.fingerprint import fingerprint

SIGNAL = a_signal()
KEY = fingerprint(SIGNAL)
TIMING = ClaimTiming()
LEASE_S, INTERVAL_S, VISIBILITY_S = TIMING.lease_s, TIMING.heartbeat_s, TIMING.visibility_s


class Run:
    """A won claim under a heartbeat that beats when the test says so."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.claims = MemoryClaims()
        self.queue = MemoryQueue()
        self.telemetry = RecordedTelemetry()
        self.claims.claim(SIGNAL, "inv-1", self.clock.now())
        _, claim = self.claims.start(KEY, "inv-1", "message-1", self.clock.now(), LEASE_S)
        assert claim is not None
        self.heartbeat = Heartbeat(self.claims, self.queue, self.clock, self.telemetry, claim, "receipt", TIMING)

    def take_over(self) -> None:
        """Another attempt starts."""
        self.claims.start(KEY, "inv-1", "message-1", self.clock.now(), LEASE_S)


def test_a_beat_renews_lease_and_visibility() -> None:
    run = Run()
    run.clock.advance(INTERVAL_S)

    run.heartbeat.beat()

    assert run.claims.claims[KEY].lease_until == run.clock.now() + timedelta(seconds=LEASE_S)
    assert run.queue.returned == [("receipt", VISIBILITY_S)]
    run.clock.advance(LEASE_S - 1)
    run.heartbeat.check()


def test_a_lease_that_lapsed_is_renewed_when_nobody_took_over() -> None:
    run = Run()
    run.clock.advance(LEASE_S)

    run.heartbeat.check()

    assert run.claims.claims[KEY].lease_until == run.clock.now() + timedelta(seconds=LEASE_S)


def test_a_lease_that_lapsed_and_was_taken_over_is_lost() -> None:
    run = Run()
    run.clock.advance(LEASE_S + 1)
    run.take_over()

    with pytest.raises(ClaimLost):
        run.heartbeat.check()


def test_a_beat_after_a_take_over_tells_the_run_and_leaves_the_message_alone() -> None:
    run = Run()
    run.clock.advance(LEASE_S + 1)
    run.take_over()

    run.heartbeat.beat()

    with pytest.raises(ClaimLost):
        run.heartbeat.check()
    assert run.queue.returned == []


def test_a_tracker_that_does_not_answer_is_asked_again_until_the_lease_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run()

    def down(*_: object) -> None:
        raise ConnectionError("the Tracker is down")

    with monkeypatch.context() as broken:
        broken.setattr(run.claims, "renew", down)
        run.clock.advance(INTERVAL_S)
        run.heartbeat.beat()
        run.heartbeat.check()
    run.clock.advance(INTERVAL_S)
    run.heartbeat.beat()

    run.clock.advance(LEASE_S - 1)
    run.heartbeat.check()
    assert [what for what, _ in run.telemetry.failures] == ["heartbeat failed"]


def test_the_thread_ends_with_the_run() -> None:
    run = Run()

    with run.heartbeat:
        assert run.queue.returned == [("receipt", VISIBILITY_S)]

    assert not run.heartbeat._thread.is_alive()
