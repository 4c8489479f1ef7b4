"""Runs a command for as long as another process lives: the model server ends with its local AWS.

usage: python -m local_aws.companion PID STARTED_TICKS COMMAND...
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

from local_aws.process import started_ticks

_LOOK_S = 1.0


def main(arguments: list[str]) -> int:
    """Start the command; end it when the other process is gone or this one is told to end."""
    followed, ticks = int(arguments[0]), int(arguments[1])
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    process = subprocess.Popen(arguments[2:])
    while process.poll() is None and not told.wait(_LOOK_S):
        if started_ticks(followed) != ticks:
            break
    process.terminate()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
