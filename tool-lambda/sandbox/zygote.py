"""The zygote: a fresh, warmed interpreter that forks one child per call.

It never sees code, inputs or credentials: those travel from the parent to the child through a descriptor, so
nothing of one call is left in memory for the next. It stays single-threaded and keeps neither ctypes nor anything
of the caller's. What the kernel can refuse it is refused here once, and every child inherits that.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import time
from dataclasses import dataclass
from typing import Any, NoReturn

from sandbox import child, hardening, layers, operations, warm
from sandbox.plan import Plan
from sandbox.processes import direct_children

#: Descriptors this process may hold; small, so that closing all of them in a child is cheap everywhere.
MAX_DESCRIPTORS = 256
_DESCRIPTORS_PER_CALL = 3


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: its wait status, and the reason when it was ended from here."""

    wait_status: int
    reason: str | None


def main(control_descriptor: int, told: dict[str, Any]) -> None:
    """Warm up, harden this process, then serve calls until the parent closes the control socket."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(MAX_DESCRIPTORS, hard),) * 2)
    control = socket.socket(fileno=control_descriptor)
    deaths = _wake_on_child_death()
    warm.import_modules()
    plan = Plan(**told)
    _tell(control, event="ready", layers={layers.OPERATIONS: _guard_operations(plan), **hardening.harden(plan)})
    # Clients are loaded one by one; a call that is waiting comes first, so a new function answers early.
    for _ in warm.load_clients():
        while _is_waiting(control):
            if not _serve_one(control, deaths):
                return
    while _serve_one(control, deaths):
        pass


def _guard_operations(plan: Plan) -> str:
    if layers.OPERATIONS in plan.without:
        return layers.LEFT_OUT
    operations.install(operations.Documents.load(plan.left_to_iam))
    return layers.ON


def _serve_one(control: socket.socket, deaths: int) -> bool:
    """Run the next call; False when the parent has closed the control socket."""
    message, descriptors = _next_call(control)
    if message is None:
        return False
    gc.freeze()  # keeps the collector from touching, and so copying, the pages a child shares with this process
    _run(control, deaths, message, descriptors)
    return True


def _is_waiting(control: socket.socket) -> bool:
    return bool(select.select([control], [], [], 0)[0])


def _wake_on_child_death() -> int:
    """A descriptor that becomes readable when a child ends; works where pidfd_open is refused."""
    readable, writable = os.pipe()
    for descriptor in (readable, writable):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    return readable


def _tell(control: socket.socket, **message: object) -> None:
    with contextlib.suppress(OSError):  # the parent is gone: the next receive says so and ends this process
        control.send(json.dumps(message).encode())


def _next_call(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 4096, _DESCRIPTORS_PER_CALL)
        if not data:
            return None, []
        message = json.loads(data)
        if len(descriptors) == _DESCRIPTORS_PER_CALL:
            return message, descriptors
        # An order to stop that crossed the end of its call: nothing to do any more.


def _run(control: socket.socket, deaths: int, message: dict[str, Any], descriptors: list[int]) -> None:
    started = time.monotonic()
    try:
        pid = os.fork()
    except OSError as error:
        for descriptor in descriptors:
            os.close(descriptor)
        _tell(control, event="failed", reason=f"no process could be started: {error}")
        return
    if pid == 0:
        _become_child(descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    with contextlib.suppress(OSError):  # the child does the same; whoever comes first makes it safe for the other
        os.setpgid(pid, pid)
    ending = _watch(control, deaths, pid, started + message["seconds"])
    _end_descendants()
    _tell(control, event="ended", status=ending.wait_status, reason=ending.reason)


def _become_child(descriptors: list[int]) -> NoReturn:
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        request, output, report = descriptors
        child.main(request, output, report)
    finally:
        os._exit(child.EXIT_BROKEN)


def _watch(control: socket.socket, deaths: int, pid: int, deadline: float) -> Ending:
    """Wait for the child to end, its time to run out, or the parent to order a stop."""
    poll = select.poll()
    poll.register(deaths, select.POLLIN)
    poll.register(control, select.POLLIN)
    reason = None
    while True:
        with contextlib.suppress(BlockingIOError):
            os.read(deaths, 512)
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        left = deadline - time.monotonic()
        if left <= 0:
            reason = "deadline"
            break
        if any(descriptor == control.fileno() for descriptor, _ in poll.poll(left * 1000)):
            reason = _stop_order(control)
            break
    # The child is unreaped, so its pid and its group's id cannot belong to anyone else yet.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    return Ending(os.waitpid(pid, 0)[1], reason)


def _stop_order(control: socket.socket) -> str:
    data = control.recv(4096)
    return str(json.loads(data)["stop"]) if data else "the caller is gone"


def _end_descendants() -> None:
    """Kill what the child started and left: as subreaper this process is now the parent of all of it.

    Only direct children are signalled, generation by generation; without any, one system call says so.
    """
    while True:
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        for pid in direct_children():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        os.waitpid(-1, 0)
