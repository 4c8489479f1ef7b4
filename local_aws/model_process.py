"""Start, find again and stop the model server that belongs to one local AWS."""

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
    from pathlib import Path

_RECORD = "model.json"
_START_LIMIT_S = 30.0


@dataclass(frozen=True)
class ModelServer:
    """A model server that listens."""

    backend: str
    port: int
    pid: int
    started_ticks: int

    @property
    def url(self) -> str:
        """What AWS_ENDPOINT_URL_BEDROCK_RUNTIME of the functions should hold."""
        return f"http://127.0.0.1:{self.port}"


def ensure(local_aws: Running, backend: str) -> ModelServer:
    """The model server of a local AWS, answering by the given backend; the functions are pointed at it.

    Raises:
        LocalAwsError: It did not start; the message quotes it.
    """
    running = _recorded(local_aws.state)
    if running is None or running.backend != backend:
        stop(local_aws.state)
        running = _start(local_aws, backend)
    local_aws.use_model(running.url)
    return running


def _start(local_aws: Running, backend: str) -> ModelServer:
    state = local_aws.state
    port_file, log = state / "model-port", state / "model.log"
    port_file.unlink(missing_ok=True)
    server = [sys.executable, "-m", "local_aws.model.server", "--port", "0", "--port-file", str(port_file)]
    companion = [sys.executable, "-m", "local_aws.companion", str(local_aws.pid), str(local_aws.started_ticks)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*companion, *server, "--backend", backend],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    limit = time.monotonic() + _START_LIMIT_S
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > limit:
            raise LocalAwsError(log.read_text(errors="replace").strip() or "the model server did not start")
        time.sleep(0.05)
    started = ModelServer(backend, int(port_file.read_text()), process.pid, started_ticks(process.pid))
    (state / _RECORD).write_text(json.dumps(asdict(started)))
    _children[process.pid] = process
    return started


_children: dict[int, subprocess.Popen[bytes]] = {}


def _recorded(state: Path) -> ModelServer | None:
    try:
        found = ModelServer(**json.loads((state / _RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if started_ticks(found.pid) == found.started_ticks else None


def stop(state: Path) -> None:
    """End the model server of a state folder, if there is one."""
    running = _recorded(state)
    if running is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, signal.SIGTERM)
        child = _children.pop(running.pid, None)
        if child is not None:
            child.wait()
    (state / _RECORD).unlink(missing_ok=True)
