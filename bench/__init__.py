"""Benchmarks: each row stands beside its floor, measured in the same run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table `make bench` prints.

    Attributes:
        what: What was measured.
        value: The measurement with its unit.
        floor: The least it could be, measured beside it, or "-" where there is none.
        ratio: value over floor, or None where there is no floor or nothing was measured.
        target: What it should reach.
        note: How it was measured, or why it was not.
    """

    what: str
    value: str
    floor: str
    ratio: float | None
    target: str
    note: str
