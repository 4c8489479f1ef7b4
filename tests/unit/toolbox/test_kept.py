"""What is read once, and what is asked side by side."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from toolbox.asking.clients import Costs, costs, count_for
from toolbox.asking.kept import Kept
from toolbox.asking.side_by_side import side_by_side


def test_given_many_who_ask_then_one_reads_and_all_get_the_answer() -> None:
    kept, reads = Kept(), []

    def read() -> int:
        reads.append(1)
        return len(reads)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: kept.once("q", read), range(40)))

    assert set(answers) == {1}


def test_given_a_refusal_then_nobody_insists() -> None:
    kept, asked = Kept(), []

    def refuse() -> int:
        asked.append(1)
        raise ValueError("no")

    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            kept.once("q", refuse)
    assert asked == [1]


def test_given_other_questions_then_each_has_its_own_answer() -> None:
    kept = Kept()

    assert (kept.once("a", lambda: 1), kept.once("b", lambda: 2)) == (1, 2)


def test_given_questions_side_by_side_then_they_meet_and_their_costs_are_the_callers() -> None:
    meeting = threading.Barrier(3, timeout=20)

    def ask() -> int:
        meeting.wait()
        costs().calls["logs:FilterLogEvents"] += 2
        costs().log_bytes += 10
        return 1

    outer, own = costs(), Costs(deadline=time.monotonic() + 60)
    count_for(own)
    try:
        answers = side_by_side([ask, ask, ask])
    finally:
        count_for(outer)

    assert answers == [1, 1, 1]
    assert (own.api_calls, own.log_bytes) == (6, 30)


def test_given_little_address_space_then_questions_are_asked_one_after_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("toolbox.asking.side_by_side.resource.getrlimit", lambda _: (640 << 20, -1))
    asked_by = side_by_side([threading.get_ident, threading.get_ident])

    assert asked_by == [threading.get_ident()] * 2
