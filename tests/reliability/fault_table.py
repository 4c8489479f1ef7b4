"""Writes docs/fault-matrix.md from the matrix: `python -m tests.reliability.fault_table [--check]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reliability.matrix import A_WHILE_S, ROWS, Duration, Ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TARGET = Path(__file__).resolve().parents[2] / "docs" / "fault-matrix.md"

_HEAD = f"""# Fault matrix

Written by `python -m tests.reliability.fault_table` from the lines that `tests/reliability/test_fault_matrix.py`
holds against a local AWS: the module applied by Terraform, its packages in the real runtime client, one alarm per
cell, all cells side by side, a lease of three seconds instead of sixty. Nothing of it ran on AWS itself.

What is down fails for the calls of that step alone: for *one call* its connection is dropped, for *a while* (one
lease, {A_WHILE_S:.0f} s here) its calls are throttled, *for ever* they get the service's own 5xx. "or" separates
what depends on timing. In every cell the test also holds that at most one report and at most one notice leave, and
that the fault was met at all.

| what is down | at which step | one call | a while | for ever |
|---|---|---|---|---|
"""

_TAIL = """
- *report without a model*: the evidence of the event alone, labelled so.
- *notice*: "could not be investigated", from the notice function, with the log group to look into.
- *event kept in the notice DLQ, alarm on*: nobody could be told because SNS itself is down; `triage-notice-dlq` is
  in ALARM and the event is kept for 14 days.
- *claim kept in the Tracker, alarm on*: neither the work queue nor its dead-letter queue takes the event;
  `triage-errors` and `triage-events-lost` are in ALARM and the claim, never marked as sent, names the alarm. The
  next transition of that alarm is sent again.

Not in the table: an answer of SNS that is lost after SNS accepted the report, and an investigator killed between
SNS accepting it and the note of that in the Tracker. SNS cannot be asked whether it has a message, so the report
is sent again: two are better than none.
"""


def table() -> str:
    """The page."""
    return _HEAD + "".join(_rows()) + _TAIL


def _rows() -> Iterator[str]:
    for row in ROWS:
        cells = (_cell(row.ends[duration]) for duration in Duration)
        yield f"| {row.dependency} | {row.step} | {' | '.join(cells)} |\n"


def _cell(alternatives: Sequence[Ends]) -> str:
    return " or ".join(" and ".join(sorted(ends)) for ends in alternatives)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is up to date."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given not in ([], ["--check"]):
        sys.stderr.write("usage: python -m tests.reliability.fault_table [--check]\n")
        return 2
    if not given:
        TARGET.write_text(table(), encoding="utf-8")
        return 0
    fresh = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == table()
    if not fresh:
        sys.stderr.write(f"{TARGET.name} is out of date; run python -m tests.reliability.fault_table\n")
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main())
