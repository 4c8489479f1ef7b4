"""Parent of one function's process: starts it unprivileged, enforces its memory, and leaves nothing behind.

Run as a script, on the standard library only. It is a child of the local AWS and holds the read end of a
pipe whose write end only the local AWS has: when that closes, however the local AWS ended, every process of
the function is killed. Being a child subreaper, it also inherits (and kills) processes that left the function's
process group.

usage: supervisor.py UID MEMORY_MIB REPORT_FD KEEP_FD CWD COMMAND...
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

_SAMPLE_S = 0.02
"""Interval between two looks at the function's own memory; an allocation is at most this long unseen."""

_IDLE_SAMPLE_S = 1.0
"""The same between two invocations: on AWS the process is frozen then, and many of them idle on one machine."""

BUSY = b"b"
IDLE = b"i"
"""What the local AWS writes into the control pipe when an invocation begins and when it is over."""

_FAMILY_SAMPLE_S = 0.2
"""Interval between two looks at the whole process family: the kernel adds up the pages of each."""

REPORT_BYTES = 256


@dataclass
class Report:
    """What the local AWS reads about the environment (also after it ended)."""

    peak_kib: int = 0
    out_of_memory: bool = False
    status: int | None = None
    pid: int = 0


@dataclass
class Family:
    """The function's process and everything that descends from it."""

    main: int
    others_kib: int = 0
    looked_at: float = 0.0

    def memory_kib(self, now: float) -> int:
        """Memory of the family: the main process's high-water mark, plus what its children hold on their own."""
        if now - self.looked_at >= _FAMILY_SAMPLE_S:
            self.others_kib = sum(_proportional_kib(pid) for pid in below(os.getpid()) if pid != self.main)
            self.looked_at = now
        return _status_kib(self.main, "VmHWM:") + self.others_kib


def _status_kib(pid: int, name: str) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0


def _proportional_kib(pid: int) -> int:
    """A forked child shares pages with its parent: only its proportional share counts."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def below(root: int) -> list[int]:
    """Processes below `root` by the kernel's lists of children, which may miss one that is being made."""
    try:
        children = [
            int(child)
            for thread in os.listdir(f"/proc/{root}/task")  # noqa: PTH208 - names only, many times a second
            for child in Path(f"/proc/{root}/task/{thread}/children").read_text().split()
        ]
    except OSError:  # it or one of its threads has just ended, or this kernel keeps no such lists
        return descendants(root) if Path(f"/proc/{root}").exists() else []
    return children + [grandchild for child in children for grandchild in below(child)]


def descendants(root: int) -> list[int]:
    """Every living process below `root`, as /proc shows it now: each there is is asked for its parent."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):  # noqa: PTH208 - names only, many times a second
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    children.setdefault(int(fields[1]), []).append(int(entry))
    found: list[int] = []
    queue = [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def kill_descendants() -> None:
    """Kill until nothing is left: a process may fork while it is being killed."""
    while living := descendants(os.getpid()):
        for pid in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        reap()
        time.sleep(0.005)
    reap()


def reap() -> dict[int, int]:
    """Collect ended children: their wait statuses by process id."""
    ended: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            ended[pid] = status
    return ended


def _become(uid: int, cwd: str) -> None:
    """In the child: a session of its own, no privileges, dead when the supervisor dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.umask(0o022)
    os.chdir(cwd)


def _start(uid: int, cwd: str, kept_fds: set[int], command: list[str]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        _become(uid, cwd)
        if os.getppid() == parent:
            for fd in kept_fds:
                os.set_inheritable(fd, True)  # noqa: FBT003 - positional by signature
            os.execv(command[0], command)  # noqa: S606 - no shell wanted
    except OSError as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    os._exit(126)


def _child_signal() -> int:
    """A descriptor that becomes readable when a child ends, so that nobody has to look for it."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


class Watch:
    """The supervisor's loop."""

    def __init__(self, main: int, memory_mib: int, report_fd: int) -> None:
        self._family = Family(main)
        self._limit_kib = memory_mib * 1024
        self._report = Report(pid=main)
        self._report_fd = report_fd
        self._busy = True  # it starts

    def run(self, control_fd: int) -> None:
        """Until the function ended, used too much memory, or the local AWS let go of the control pipe."""
        self._publish()
        child_ended = _child_signal()
        while self._report.status is None:
            interval = _SAMPLE_S if self._busy else _IDLE_SAMPLE_S
            readable, _, _ = select.select([control_fd, child_ended], [], [], interval)
            if child_ended in readable:
                os.read(child_ended, 512)
            if control_fd in readable:
                told = os.read(control_fd, 512)
                if not told:
                    break
                self._busy = told.endswith(BUSY)
            self._sample()
            ended = reap()
            if self._family.main in ended:
                self._report.status = ended[self._family.main]
        kill_descendants()
        self._publish()

    def _sample(self) -> None:
        used = self._family.memory_kib(time.monotonic())
        if used > self._report.peak_kib:
            self._report.peak_kib = min(used, self._limit_kib)
            if used > self._limit_kib:
                self._report.out_of_memory = True
                self._publish()
                kill_descendants()
                self._report.status = int(signal.SIGKILL)
            self._publish()

    def _publish(self) -> None:
        text = json.dumps(vars(self._report)).ljust(REPORT_BYTES)
        os.pwrite(self._report_fd, text.encode(), 0)


def main(arguments: list[str]) -> None:
    """Start the command and watch it."""
    uid, memory_mib, report_fd, keep_fd = (int(value) for value in arguments[:4])
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the local AWS, which closes the pipe
    control_fd = os.dup(0)
    os.set_inheritable(report_fd, False)  # noqa: FBT003 - positional by signature
    pid = _start(uid, arguments[4], {keep_fd}, arguments[5:])
    os.close(keep_fd)
    null = os.open(os.devnull, os.O_WRONLY)
    for fd in (1, 2):  # the function alone holds the log pipe, so its end is seen
        os.dup2(null, fd)
    Watch(pid, memory_mib, report_fd).run(control_fd)


if __name__ == "__main__":
    main(sys.argv[1:])
