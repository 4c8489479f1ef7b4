"""The parent's handle on the zygote: start it, hand it calls, end it, and clean up what it leaves behind."""

from __future__ import annotations

import array
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox import kernel, layers
from sandbox.processes import direct_children

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.plan import Plan

#: A fresh interpreter that knows nothing but where to import from and which descriptor to listen on.
_BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from sandbox.zygote import main; main(int(sys.argv[1]), json.loads(sys.argv[3]))"
)

# No environment variables, no user site, no .pth code, no byte code written; the import path is handed over.
_INTERPRETER = (sys.executable, "-I", "-S", "-B", "-c", _BOOTSTRAP)


class ZygoteLost(ConnectionError):
    """The zygote ended or closed its control socket."""


class ZygoteProcess:
    """One running zygote: a fresh interpreter with a scrubbed environment that forks a child per call.

    Attributes:
        control: Socket the zygote is told calls on and answers on.
        layers: State of what the kernel was asked to do for it; None until it has warmed up.
    """

    def __init__(self, plan: Plan) -> None:
        self._children_before = direct_children()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # preexec_fn runs in the forked copy of this process, before the exec.
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and nothing that came with a request
                [*_INTERPRETER, str(theirs.fileno()), _import_path(), json.dumps(asdict(plan))],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                preexec_fn=_before_start(plan),  # noqa: PLW1509 - no other thread runs when a zygote is started
            )
        self.control = ours
        self.layers: dict[str, str] | None = None

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def send(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Hand over a message and descriptors.

        Raises:
            ZygoteLost: The zygote is gone; it never saw the message.
        """
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        try:
            self.control.sendmsg([json.dumps(message).encode()], ancillary)
        except OSError as error:
            raise ZygoteLost(f"the zygote is gone: {error}") from error

    def receive(self) -> dict[str, Any]:
        """Take the next message; blocks until there is one.

        Raises:
            ZygoteLost: The zygote is gone.
        """
        try:
            data = self.control.recv(64 * 1024)
        except OSError as error:
            raise ZygoteLost(f"the zygote is gone: {error}") from error
        if not data:
            raise ZygoteLost(f"the zygote ended (exit code {self._process.poll()})")
        message: dict[str, Any] = json.loads(data)
        if message["event"] == "ready":
            self.layers = message["layers"]
        return message

    def end(self) -> None:
        """End the zygote and everything it left behind."""
        self.control.close()
        self._process.kill()
        self._process.wait()
        self._end_orphans()

    def _end_orphans(self) -> None:
        """Kill what became a child of this process when the zygote died. Only direct children are signalled.

        The owner of a zygote starts no other children while one runs, so every newcomer is a descendant of a call.
        Without the subreaper switch there are none to find: the kernel gives them to another process.
        """
        for _ in range(64):
            strays = direct_children() - self._children_before - {self._process.pid}
            if not strays:
                return
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
            for pid in strays:
                os.waitpid(pid, 0)


def _before_start(plan: Plan) -> Callable[[], None]:
    def prepare() -> None:
        kernel.refuse_new_privileges()
        if layers.ORPHANS not in plan.without:
            kernel.adopt_orphans()

    return prepare


def _environment() -> dict[str, str]:
    """What the interpreter itself needs, and nothing that belongs to the function."""
    # Two arenas, because glibc's default of eight per core reserves address space the limit on it would count.
    wanted = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "MALLOC_ARENA_MAX": "2"}
    if "LD_LIBRARY_PATH" in os.environ:
        wanted["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return wanted


def _import_path() -> str:
    return json.dumps([entry for entry in sys.path if Path(entry).is_absolute()])
