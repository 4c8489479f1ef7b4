"""The times around a claim keep their order whatever the lease is."""

from __future__ import annotations

import pytest

from triage.domain.claim_timing import ClaimTiming


def test_the_default_notices_a_killed_investigator_within_two_minutes() -> None:
    timing = ClaimTiming()

    assert (timing.lease_s, timing.heartbeat_s, timing.visibility_s) == (60, 20, 120)
    assert (timing.margin_s, timing.tracker_retry_s, timing.watch_s) == (5, 30, 900)


def test_three_receives_outlast_a_dependency_that_is_down_for_a_minute() -> None:
    timing = ClaimTiming()

    assert timing.retry_after_s(1) + timing.retry_after_s(2) > 60


@pytest.mark.parametrize("lease_s", [1, 3, 60, 300])
def test_the_order_of_the_times_does_not_depend_on_the_lease(lease_s: float) -> None:
    timing = ClaimTiming(lease_s)

    assert timing.heartbeat_s * 2 < timing.lease_s < timing.visibility_s
    assert timing.margin_s < timing.retry_after_s(1) < timing.telling_s < timing.lease_s
    assert timing.watch_s <= 900
