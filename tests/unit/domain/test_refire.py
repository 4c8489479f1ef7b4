"""Which refires are told one by one."""

from __future__ import annotations

from tests.builders import FIRED_AT
from tests.unit.domain.test_claim import a_claim
from triage.domain.refire import Refire


def refire(count: int) -> Refire:
    """The refire that was counted as this one."""
    return Refire.of(a_claim(refires=count), FIRED_AT)


def test_the_first_five_are_told_by_themselves() -> None:
    assert [count for count in range(1, 20) if refire(count).is_told_by_itself] == [1, 2, 3, 4, 5]


def test_the_transition_that_was_investigated_counts_as_the_first_time() -> None:
    assert refire(1).times == 2
