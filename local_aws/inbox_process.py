"""Start and stop the page that belongs to one local AWS."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from local_aws import server, servers

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.process import Running

_NAME = "inbox"
PORT = 4580
"""Taken when nobody has it, so that a bookmark keeps its worth."""


def ensure(local_aws: Running) -> str:
    """Address of the page.

    Raises:
        LocalAwsError: It did not start; the message quotes it.
    """
    port = PORT if server.port_problem(PORT) is None else 0
    command = [
        sys.executable,
        "-m",
        "local_aws.inbox.server",
        "--state",
        str(local_aws.state),
        "--port",
        str(port),
    ]
    return f"{servers.ensure(local_aws, _NAME, local_aws.sources, command).url}/"


def stop(state: Path) -> None:
    """End the page of a state folder, if there is one."""
    servers.stop(state, _NAME)
