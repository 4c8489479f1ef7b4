"""Lines a person can follow: what is being done, and how long it took."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMINDER_S = 15.0
"""A step that takes longer says so at this interval, so that nobody thinks it hangs."""


class Progress:
    """Prints one line per step, with seconds, to a stream."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._started = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the first line."""
        return time.monotonic() - self._started

    def say(self, text: str) -> None:
        """A line without a time."""
        print(text, file=self._stream, flush=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Announce a step, remind of it while it lasts, and close it with its duration."""
        started = time.monotonic()
        done = threading.Event()
        print(f"  {text} …", end="", file=self._stream, flush=True)
        reminder = threading.Thread(target=self._remind, args=(done, started), daemon=True)
        reminder.start()
        outcome = "failed after "
        try:
            yield
            outcome = ""
        finally:
            done.set()
            reminder.join()
            print(f" {outcome}{time.monotonic() - started:.1f} s", file=self._stream, flush=True)

    def _remind(self, done: threading.Event, started: float) -> None:
        while not done.wait(_REMINDER_S):
            print(f" {time.monotonic() - started:.0f} s …", end="", file=self._stream, flush=True)
