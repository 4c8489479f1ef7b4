"""Start, find again and stop the model server that belongs to one local AWS."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from local_aws import servers

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.process import Running
    from local_aws.servers import SideServer

_NAME = "model"
TURNS_FILE = "turns.jsonl"
"""In the state folder: what the model server was asked, one line for each turn (`local_aws.model.turns`)."""


def ensure(local_aws: Running, backend: str) -> SideServer:
    """The model server of a local AWS, answering by the given backend; the functions are pointed at it.

    Raises:
        LocalAwsError: It did not start; the message quotes it.
    """
    command = [sys.executable, "-m", "local_aws.model.server", "--port", "0", "--backend", backend]
    command += ["--turns-file", str(local_aws.state / TURNS_FILE)]
    running = servers.ensure(local_aws, _NAME, backend, command)
    local_aws.use_model(running.url)
    return running


def stop(state: Path) -> None:
    """End the model server of a state folder, if there is one."""
    servers.stop(state, _NAME)
