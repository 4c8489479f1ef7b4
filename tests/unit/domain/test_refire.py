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


def test_later_ones_are_milestones_ever_further_apart() -> None:
    milestones = [refire(count).times for count in range(1, 400) if refire(count).is_milestone]

    assert milestones == [10, 20, 40, 80, 160, 320]
