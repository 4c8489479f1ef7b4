"""Prints the benchmark table: every figure beside its floor, both measured in this run.

    python -m bench              all rows
    python -m bench orchestrator cold_start    some of them

Machines are noisy, so ratios count, not absolute times, and no test asserts any of it.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench import Row

MODULES = ("orchestrator", "tool_call", "cold_start", "pipeline")
HEADINGS = ("what", "measured", "floor", "ratio", "target", "note")


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure and print a Markdown table.")
    parser.add_argument("modules", nargs="*", choices=[[], *MODULES], help=f"any of {', '.join(MODULES)}")
    wanted = parser.parse_args().modules or MODULES
    rows: list[Row] = []
    for name in wanted:
        print(f"measuring: {name} …", file=sys.stderr)
        rows += importlib.import_module(f"bench.{name}").rows()
    print(table(rows))
    return 0


def table(rows: list[Row]) -> str:
    """The rows as an aligned Markdown table."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    return (row.what, row.value, row.floor, ratio, row.target, row.note or "-")


if __name__ == "__main__":
    sys.exit(main())
