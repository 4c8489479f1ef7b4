"""Servers beside one local AWS, on ports of their own: started, found again, and ended with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from local_aws.process import CHECKOUT, LocalAwsError, Running, started_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_START_LIMIT_S = 30.0

_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class SideServer:
    """A server that listens.

    Attributes:
        serves: what tells it from one that would have to be started anew.
    """

    serves: str
    port: int
    pid: int
    started_ticks: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


def ensure(local_aws: Running, name: str, serves: str, command: Sequence[str]) -> SideServer:
    """The server of this name, started unless it runs and serves the same.

    Args:
        command: what starts it; it gets `--port-file FILE` in addition, and writes its port there.

    Raises:
        LocalAwsError: It did not start; the message quotes it.
    """
    running = recorded(local_aws.state, name)
    if running is not None and running.serves == serves:
        return running
    stop(local_aws.state, name)
    return _start(local_aws, name, serves, command)


def _start(local_aws: Running, name: str, serves: str, command: Sequence[str]) -> SideServer:
    state = local_aws.state
    port_file, log = state / f"{name}-port", state / f"{name}.log"
    port_file.unlink(missing_ok=True)
    companion = [sys.executable, "-m", "local_aws.companion", str(local_aws.pid), str(local_aws.started_ticks)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*companion, *command, "--port-file", str(port_file)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    limit = time.monotonic() + _START_LIMIT_S
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > limit:
            raise LocalAwsError(log.read_text(errors="replace").strip() or f"the {name} server did not start")
        time.sleep(0.05)
    started = SideServer(serves, int(port_file.read_text()), process.pid, started_ticks(process.pid))
    _record(state, name).write_text(json.dumps(asdict(started)))
    _children[process.pid] = process
    return started


def recorded(state: Path, name: str) -> SideServer | None:
    """The server of this name, if it runs."""
    try:
        found = SideServer(**json.loads(_record(state, name).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if started_ticks(found.pid) == found.started_ticks else None


def stop(state: Path, name: str) -> None:
    """End the server of this name, if there is one."""
    running = recorded(state, name)
    if running is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGTERM)
        child = _children.pop(running.pid, None)
        if child is not None:
            child.wait()
    _record(state, name).unlink(missing_ok=True)


def _record(state: Path, name: str) -> Path:
    return state / f"{name}.json"
