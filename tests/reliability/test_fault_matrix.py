"""Each dependency down at each step, for one call, a while, or for ever: no silence, and nothing told twice.

Each step fails for one of these durations, in turns; for all of them with RELIABILITY=full.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.reliability.matrix import Cell, Duration, End, Ends, cells
from tests.reliability.pipeline import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reliability.pipeline import Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reliability")]

LIMIT_S = 480.0

EVERY_CELL = os.environ.get("RELIABILITY") == "full"
KINDS = len(Duration)

CELLS = tuple(cell for cell in cells() if EVERY_CELL or (cell.number + (cell.number - 1) // KINDS) % KINDS == 0)

_ENDS = {Kind.REPORT: End.REPORT, Kind.FIRST_LOOK: End.FIRST_LOOK, Kind.NOTICE: End.NOTICE}


@dataclass(frozen=True)
class Played:
    """What came of one cell.

    Attributes:
        hits: calls its fault has met.
        mails: how many of each kind.
        texts: what they say.
    """

    hits: int
    mails: Counter[End]
    ends: Ends
    texts: tuple[str, ...]


@pytest.fixture(scope="module")
def played(pipeline: Pipeline) -> dict[str, Played]:
    """All cells, side by side: each fault is about its own alarm."""
    names = {cell.alarm_name: _break(pipeline, cell) for cell in CELLS}
    for cell in CELLS:
        pipeline.fire(cell.alarm_name)
    pipeline.await_quiet(LIMIT_S)
    hits = {**pipeline.running.fault_hits(), **{f"model {k}": v for k, v in pipeline.model_faults.hits().items()}}
    pipeline.running.clear_fault()
    pipeline.model_faults.clear()
    retained, claims = pipeline.retained(), [str(item) for item in pipeline.claims()]
    alarms = {name: pipeline.went_off(name) for name in ("triage-notice-dlq", "triage-events-lost")}
    result = {}
    for cell in CELLS:
        about = cell.alarm_name
        told = [mail for mail in pipeline.mails(about) if mail.kind in _ENDS]
        mails = Counter(_ENDS[mail.kind] for mail in told)
        ends = set(mails)
        if alarms["triage-notice-dlq"] and any(about in body for body in retained):
            ends.add(End.RETAINED)
        if not ends and alarms["triage-events-lost"] and any(about in claim for claim in claims):
            ends.add(End.RECORDED)
        result[about] = Played(hits[names[about]], mails, frozenset(ends), tuple(mail.text for mail in told))
    return result


def _break(pipeline: Pipeline, cell: Cell) -> str:
    """Switch the cell's faults on; the name of the one it is about."""
    row = cell.row
    if row.before is not None:
        role = pipeline.role(row.before.caller)
        pipeline.running.fail(row.before.fault(Duration.FOR_EVER, role, cell.alarm_name))
    if row.turn_s:
        pipeline.model.take(row.turn_s, cell.alarm_name)
    if row.point.service == "bedrock":
        fault = row.point.fault(cell.duration, "", cell.alarm_name)
        return f"model {pipeline.model_faults.add(fault)}"
    fault = row.point.fault(cell.duration, pipeline.role(row.point.caller), cell.alarm_name)
    return pipeline.running.fail(fault)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.alarm_name)
def test_a_fault_ends_as_the_matrix_says(
    cell: Cell, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    found = played[cell.alarm_name]
    mails = ", ".join(f"{count} x {kind}" for kind, count in found.mails.items())
    record_property("measured", f"{cell.alarm_name}: {' + '.join(sorted(found.ends)) or 'silence'} ({mails})")

    assert found.hits, "the fault was never met: its step does not make such a call any more"
    assert found.ends in cell.expected


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.alarm_name)
def test_no_fault_leaves_silence_or_a_second_report(cell: Cell, played: dict[str, Played]) -> None:
    found = played[cell.alarm_name]

    assert found.ends, "nobody hears of this alarm"
    assert found.mails[End.REPORT] + found.mails[End.FIRST_LOOK] <= 1
    assert found.mails[End.NOTICE] <= 1, "\n\n".join(found.texts)
