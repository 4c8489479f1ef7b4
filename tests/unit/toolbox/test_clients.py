"""How often what answers seldom is asked."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from toolbox.asking.clients import Clients, Costs, Late, costs, count_for

CLOUDTRAIL = "CloudTrail of eu-west-1"


class Paced:
    """A clock that only those who wait move."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Paced:
    paced = Paced()
    monkeypatch.setattr("toolbox.asking.clients.time", paced)
    return paced


def test_given_an_answer_that_took_long_then_the_next_request_still_keeps_its_distance(clock: Paced) -> None:
    clients, arrived = Clients(), []

    for took in (0.0, 2.0, 0.1, 0.1):
        with clients.in_turn(CLOUDTRAIL, 0.6):
            clock.now += took  # on the way: it arrives late, and the next must not arrive with it
            arrived.append(clock.now)

    distances = [later - earlier for earlier, later in pairwise(arrived)]
    assert min(distances) >= 0.6


def test_given_a_call_that_failed_then_the_next_has_its_turn(clock: Paced) -> None:
    clients = Clients()

    with pytest.raises(ValueError, match="no"), clients.in_turn(CLOUDTRAIL, 0.6):
        raise ValueError("no")
    with clients.in_turn(CLOUDTRAIL, 0.6):
        assert clock.now == pytest.approx(100.6)


def test_given_several_regions_then_they_do_not_wait_for_each_other(clock: Paced) -> None:
    clients = Clients()

    for region in ("eu-west-1", "us-east-1"):
        with clients.in_turn(f"CloudTrail of {region}", 0.6):
            assert clock.now == 100.0


def test_given_callers_side_by_side_then_one_asks_at_a_time() -> None:
    clients, inside, most = Clients(), [0], [0]

    def ask(_: Any) -> None:
        with clients.in_turn(CLOUDTRAIL, 0.0):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.001)
            inside[0] -= 1

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(12)))

    assert most == [1]


def test_given_no_time_left_then_nobody_waits_for_his_turn() -> None:
    clients, asking, done = Clients(), threading.Event(), threading.Event()

    def hang() -> None:
        with clients.in_turn(CLOUDTRAIL, 0.6):
            asking.set()
            done.wait(20)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hang)
        assert asking.wait(20)
        outer = costs()
        count_for(Costs(deadline=time.monotonic() - 1))
        try:
            with pytest.raises(Late), clients.in_turn(CLOUDTRAIL, 0.6):
                pytest.fail("it asked out of turn")
        finally:
            count_for(outer)
            done.set()
