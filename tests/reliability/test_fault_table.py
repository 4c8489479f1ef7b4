"""The published table is the one that is tested."""

from __future__ import annotations

from collections import Counter

from tests.reliability.fault_table import TARGET, table
from tests.reliability.matrix import cells


def test_the_published_fault_matrix_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == table(), "run python -m tests.reliability.fault_table"


def test_every_cell_has_an_alarm_of_its_own_that_no_other_name_contains() -> None:
    names = [cell.alarm_name for cell in cells()]

    assert max(Counter(names).values()) == 1
    assert not [(one, other) for one in names for other in names if one != other and one in other]
