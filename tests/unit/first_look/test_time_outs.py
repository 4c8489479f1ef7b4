"""Time-outs that were set, and errors that led up to what a check found late."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.first_look.builders import at, breach, change, changes, error, logs, ranked, related
from triage.domain.report import Category

GIVEN_UP = "HTTPCode_ELB_504_Count"
LINE = f"{GIVEN_UP} (Sum): 0 → 20 {GIVEN_UP}/min at 02:13 UTC, still high"


def _set(seconds: int = 20, minutes: float = -3, key: str = "idle_timeout.timeout_seconds", **more: Any) -> Any:
    given = f"attributes[0].key={key}, attributes[0].value={seconds}, loadBalancerArn=app/front"
    return change("elasticloadbalancing:ModifyLoadBalancerAttributes", given, minutes, **more)


def test_given_an_idle_time_out_that_was_set_before_the_first_504_then_it_is_the_cause() -> None:
    best, *_ = ranked(breach(), related(LINE, dimensions={"LoadBalancer": "app/front/1"}), changes(_set()))

    assert (best.candidate.signature, best.candidate.category) == ("idle-time-out-set", Category.TIMEOUT)
    assert "set to 20 s by ci/run-7" in best.candidate.statement


@pytest.mark.parametrize(
    "call",
    [_set(minutes=30), _set(refused="AccessDenied"), _set(key="routing.http2.enabled")],
    ids=["later", "refused", "another attribute"],
)
def test_given_a_change_that_cannot_have_done_it_then_the_time_out_is_not_blamed(call: dict[str, Any]) -> None:
    found = ranked(breach(), related(LINE, dimensions={"LoadBalancer": "app/front/1"}), changes(call))

    assert "idle-time-out-set" not in [each.candidate.signature for each in found]


def test_given_no_504_then_an_idle_time_out_is_not_blamed() -> None:
    found = ranked(breach(), changes(_set()))

    assert "idle-time-out-set" not in [each.candidate.signature for each in found]


KILLED = "kernel: Out of memory: Killed process 4711 (java) total-vm:9000000kB"


def _score_of_kill(first: float, last: float) -> float:
    said = error(KILLED, count=0, before=3, first=at(first), last=at(last))
    return next(
        each.score for each in ranked(breach(), logs(said)) if each.candidate.category is Category.OUT_OF_MEMORY
    )


def test_given_errors_shortly_before_a_check_failed_and_silence_since_then_they_count() -> None:
    assert _score_of_kill(first=-8, last=-3) > 0.5


@pytest.mark.parametrize(("first", "last"), [(-80, -3), (-85, -60), (-19, -15)])
def test_given_errors_that_came_long_before_or_ended_before_then_they_explain_little(
    first: float, last: float
) -> None:
    assert _score_of_kill(first, last) < 0.3
