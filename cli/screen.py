"""What a person sees: answers on standard output, progress on standard error."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

from untrusted import make_visible, redact

if TYPE_CHECKING:
    from collections.abc import Callable

_DIM, _BOLD, _PLAIN = "\033[2m", "\033[1m", "\033[0m"
_WIDTH = 110
_TOLD = frozenset({"attempt", "sections", "api_calls", "gap"})


class Screen:
    """A terminal, or a file or pipe in its place: then without colours.

    Args:
        quiet: leave out the progress; warnings stay.
    """

    def __init__(
        self,
        out: TextIO | None = None,
        err: TextIO | None = None,
        *,
        quiet: bool = False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._out = sys.stdout if out is None else out
        self._err = sys.stderr if err is None else err
        self._quiet = quiet
        self._seconds = seconds
        self._started = seconds()
        self._coloured = self._err.isatty()

    def answer(self, text: str) -> None:
        """What was asked for."""
        self._out.write(text if text.endswith("\n") else f"{text}\n")
        self._out.flush()

    def phase(self, what: str) -> None:
        """A new part of the work begins."""
        self._line(what, _BOLD)

    def step(self, what: str) -> None:
        """One step of it; text of others is shown on one line, and nothing in it moves the cursor."""
        plain = " ".join(make_visible(what).split())
        self._line(f"  {plain[:_WIDTH]}{'…' if len(plain) > _WIDTH else ''}", _DIM)

    def note(self, what: str) -> None:
        """What a person should know, whatever was asked to be quiet."""
        self._err.write(f"{make_visible(what)}\n")
        self._err.flush()

    def _line(self, text: str, style: str) -> None:
        if self._quiet:
            return
        at = f"{self._seconds() - self._started:6.1f}s "
        before, after = (style, _PLAIN) if self._coloured else ("", "")
        self._err.write(f"{at}{before}{text}{after}\n")
        self._err.flush()


class ScreenTelemetry:
    """The Telemetry port: decisions are progress, and nothing that failed is kept from the person."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def record(self, decision: str, **fields: object) -> None:
        """A step of the progress."""
        told = ", ".join(f"{name} {value}" for name, value in fields.items() if name in _TOLD and value)
        self._screen.step(f"{decision}{f' ({told})' if told else ''}")

    def failure(self, what: str, error: BaseException, **fields: object) -> None:  # noqa: ARG002 - the port
        """A note."""
        self._screen.note(redact(f"{what}: {type(error).__name__}: {error}"))

    def count(self, metric: str, value: float = 1.0) -> None:
        """Nothing: metrics are for the account."""
