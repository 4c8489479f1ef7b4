"""Builders of what the tests of the toolbox are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from toolbox.asking.window import Window
from toolbox.logs.stack_traces import Line
from toolbox.metrics.readings import Series

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def window(before: int = 90, after: int = 30) -> Window:
    """Minutes around noon; the present is its end."""
    end = NOON + timedelta(minutes=after)
    return Window(NOON - timedelta(minutes=before), end, NOON, end)


def series(values: Sequence[float | None], statistic: str = "Sum", name: str = "Errors") -> Series:
    """Values one minute apart, the last of them at noon."""
    start = NOON - timedelta(minutes=len(values) - 1)
    return Series(name, statistic, 60, start, tuple(values))


def line(text: str, minute: float = 0, stream: str = "a") -> Line:
    """A log event so many minutes after noon."""
    return Line(NOON + timedelta(minutes=minute), text, stream)
