"""What `make demo` says of its run, for the page."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "run.json"


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        fault: what was to go wrong.
        model: who plays the model.
        step: what is being done, or was when it ended.
        began_ns, ended_ns: nanoseconds since the epoch; it has not ended at 0.
        problem: why it did not end in an e-mail; empty otherwise.
        pid: process that carries it out.
    """

    fault: str
    model: str
    step: str = "Preparing"
    began_ns: int = 0
    ended_ns: int = 0
    problem: str = ""
    pid: int = 0

    @property
    def is_going_on(self) -> bool:
        """Whether it still is at work; one that was killed is not."""
        return self.ended_ns == 0 and _lives(self.pid)


class RunRecord:
    """Keeps the file of one state folder up to date while the run lasts, and says how it ended."""

    def __init__(self, state: Path, fault: str, model: str) -> None:
        self._state = state
        self._run = Run(fault, model, began_ns=time.time_ns(), pid=os.getpid())

    def __enter__(self) -> Self:
        self._write()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        problem = "" if kind is None else str(error).partition("\n")[0] or kind.__name__
        self._run = replace(self._run, ended_ns=time.time_ns(), problem=problem)
        self._write()

    def step(self, what: str) -> None:
        """Say what is being done now."""
        self._run = replace(self._run, step=what)
        self._write()

    def _write(self) -> None:
        partial = self._state / f".{_FILE}"
        partial.write_text(json.dumps(asdict(self._run)))
        partial.replace(self._state / _FILE)


def read(state: Path) -> Run | None:
    """The last run of a state folder."""
    try:
        return Run(**json.loads((state / _FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
