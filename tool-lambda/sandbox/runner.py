"""Runs one call: hands it to the zygote, collects what comes back, and ends it in time."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox import scratch
from sandbox.capture import Capture, Captured
from sandbox.confine import OPEN_FILES
from sandbox.zygote_process import ZygoteLost, ZygoteProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.plan import Plan

#: Kept of what the code prints: the first and the last bytes of it.
HEAD_BYTES = 320 * 1024
TAIL_BYTES = 128 * 1024
#: Kept of the report; results and evidence within their own limits fit easily.
_REPORT_BYTES = 2 * 1024 * 1024
#: How long a zygote may take to get ready, and to answer beyond a call's own time, in seconds.
_START_SECONDS = 30.0
_GRACE_SECONDS = 3.0
#: How often the scratch directory is measured while code runs, in seconds.
_QUOTA_INTERVAL = 0.25
_READ_BYTES = 64 * 1024
#: Threads the code left running get this long to finish, in seconds.
_THREAD_GRACE_SECONDS = 5.0
_FILE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One piece of code to run.

    Attributes:
        code: Python source.
        inputs: Data bound to `inputs`.
        environment: The whole environment of the code: session credentials and region.
        seconds: Wall time it may take.
        memory_bytes: Address space it may use.
        endpoint: Host and port of a local AWS the code may reach besides AWS itself, or None.
    """

    code: str
    inputs: dict[str, Any]
    environment: dict[str, str]
    seconds: float
    memory_bytes: int
    endpoint: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call, still untrusted.

    Attributes:
        stdout: Head and tail of what was printed.
        lines: Lines of the report that could be read.
        stopped: Why the call was ended from outside, or None.
        signal_name: The signal that ended the process, or None.
        exit_code: Its exit code, or None.
        report_omitted_bytes: Bytes of the report that were dropped.
        layers: State of the layers the kernel keeps around the code.
    """

    stdout: Captured
    lines: list[dict[str, Any]]
    stopped: str | None
    signal_name: str | None
    exit_code: int | None
    report_omitted_bytes: int
    layers: dict[str, str] = field(default_factory=dict)


class SandboxUnavailable(RuntimeError):
    """No process could be started; nothing was run."""


class Runner:
    """Runs calls one at a time, each in its own child of one warmed zygote.

    A zygote that died is replaced.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._zygote: ZygoteProcess | None = None

    def warm_up(self) -> None:
        """Start the zygote now; it gets ready beside whatever the caller does next."""
        self._running_zygote()

    def close(self) -> None:
        """End the zygote."""
        if self._zygote is not None:
            self._zygote.end()
            self._zygote = None

    def run(self, call: Call) -> Outcome:
        """Run one call to its end.

        Raises:
            SandboxUnavailable: Nothing could be started, twice.
        """
        with _scratch() as directory:
            for _ in range(2):
                # Lost means lost before any code ran: nothing to repeat, so a new zygote takes the call.
                with contextlib.suppress(ZygoteLost):
                    return _Conversation(self._running_zygote(), self._order(call, directory), directory).outcome()
                self.close()
        raise SandboxUnavailable("the process that runs code ended twice before it could start a call")

    def _order(self, call: Call, directory: str) -> _Order:
        order = {
            "code": call.code,
            "inputs": call.inputs,
            "environment": call.environment,
            "scratch": directory,
            "endpoint": call.endpoint,
            "without": self._plan.without,
            "grace_seconds": min(_THREAD_GRACE_SECONDS, call.seconds),
            "limits": {
                # Two processors for the whole time, as a back-stop behind the deadline.
                "CPU": int(call.seconds) * 2 + 2,
                "AS": call.memory_bytes,
                "FSIZE": _FILE_BYTES,
                "NOFILE": OPEN_FILES,
                "CORE": 0,
            },
        }
        return _Order(json.dumps(order).encode(), call.seconds)

    def _running_zygote(self) -> ZygoteProcess:
        if self._zygote is not None and not self._zygote.alive:
            self.close()
        if self._zygote is None:
            self._zygote = ZygoteProcess(self._plan)
        return self._zygote


@dataclass(frozen=True, slots=True)
class _Order:
    """A call as the child reads it, and the seconds it may take."""

    text: bytes
    seconds: float


@contextlib.contextmanager
def _scratch() -> Iterator[str]:
    directory = scratch.create_scratch()
    try:
        yield directory
    finally:
        scratch.remove_scratch(directory)


class _Conversation:
    """One call from order to outcome.

    This process holds the reading ends, so what was printed is not lost with the zygote.
    """

    def __init__(self, zygote: ZygoteProcess, order: _Order, directory: str) -> None:
        self._zygote = zygote
        self._order = order
        self._directory = directory
        self._stdout = Capture(HEAD_BYTES, TAIL_BYTES)
        self._report = Capture(_REPORT_BYTES, 1)
        self._ended: dict[str, Any] | None = None
        self._stop_ordered: str | None = None
        self._give_up = 0.0

    def outcome(self) -> Outcome:
        """Run the call.

        Raises:
            ZygoteLost: The zygote was gone before any code ran.
            SandboxUnavailable: The zygote could not start a process.
        """
        with contextlib.ExitStack() as open_files:
            readers = self._hand_over(open_files)
            with selectors.DefaultSelector() as selector:
                for descriptor, capture in readers.items():
                    os.set_blocking(descriptor, False)
                    selector.register(descriptor, selectors.EVENT_READ, capture)
                selector.register(self._zygote.control, selectors.EVENT_READ)
                self._listen(selector)
            for descriptor, capture in readers.items():
                _drain(descriptor, capture)
        return self._read_outcome()

    def _hand_over(self, open_files: contextlib.ExitStack) -> dict[int, Capture]:
        # A file without a name: the credentials in it are gone when the last descriptor is closed.
        request = open_files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        request.write(self._order.text)
        request.flush()
        out_read, out_write = _pipe(open_files)
        report_read, report_write = _pipe(open_files)
        try:
            self._zygote.send({"seconds": self._order.seconds}, (request.fileno(), out_write, report_write))
        finally:
            os.close(out_write)
            os.close(report_write)
        return {out_read: self._stdout, report_read: self._report}

    def _listen(self, selector: selectors.BaseSelector) -> None:
        """Read until the zygote says the call ended, or is lost, or stops answering."""
        measured = time.monotonic()
        self._give_up = measured + (_START_SECONDS if self._zygote.layers is None else self._call_limit())
        while self._ended is None:
            for key, _ in selector.select(_QUOTA_INTERVAL):
                if key.data is None:
                    self._take_message()
                elif not _read_some(key.fd, key.data):
                    selector.unregister(key.fd)
            now = time.monotonic()
            if now - measured >= _QUOTA_INTERVAL:
                self._order_stop(scratch.over_quota(self._directory))
                measured = now
            if now > self._give_up:
                self._lose("the process that runs code stopped answering")

    def _take_message(self) -> None:
        try:
            message = self._zygote.receive()
        except ZygoteLost as lost:
            self._lose(str(lost))
            return
        if message["event"] == "ready":
            self._give_up = time.monotonic() + self._call_limit()
            return
        if message["event"] == "failed":
            raise SandboxUnavailable(message["reason"])
        self._ended = message

    def _call_limit(self) -> float:
        """The zygote ends a call in time by itself; this is for one that was itself brought to a halt."""
        return self._order.seconds + _GRACE_SECONDS

    def _order_stop(self, reason: str | None) -> None:
        if reason is not None and self._stop_ordered is None:
            self._stop_ordered = reason
            with contextlib.suppress(ZygoteLost):  # the next message received says the same
                self._zygote.send({"stop": reason})

    def _lose(self, reason: str) -> None:
        """End a lost zygote with all it started. If no code had begun, the call is free to run elsewhere."""
        self._zygote.end()
        if self._report.is_empty:
            raise ZygoteLost(reason)
        self._ended = {"status": None, "reason": f"{reason} while the code ran"}

    def _read_outcome(self) -> Outcome:
        report = self._report.captured()
        assert self._ended is not None  # noqa: S101 - _listen returns only then
        status, reason = self._ended["status"], self._ended["reason"]
        signalled = status is not None and os.WIFSIGNALED(status)
        return Outcome(
            stdout=self._stdout.captured(),
            lines=list(_lines(report.head)),
            stopped=reason,
            signal_name=signal.Signals(os.WTERMSIG(status)).name if signalled else None,
            exit_code=os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
            report_omitted_bytes=report.omitted_bytes,
            layers=self._zygote.layers or {},
        )


def _pipe(open_files: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe whose reading end is closed with the stack; the writing end is the caller's to close."""
    readable, writable = os.pipe()
    open_files.callback(os.close, readable)
    return readable, writable


def _read_some(descriptor: int, capture: Capture) -> bool:
    """Read what is there; False at the end of the stream."""
    try:
        data = os.read(descriptor, _READ_BYTES)
    except BlockingIOError:
        return True
    capture.feed(data)
    return bool(data)


def _drain(descriptor: int, capture: Capture) -> None:
    """Take what is left in the pipe, without waiting for a writer that should not be there any more."""
    with contextlib.suppress(BlockingIOError):
        while data := os.read(descriptor, _READ_BYTES):
            capture.feed(data)


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    """The readable lines of a report; the code may have written anything there."""
    for line in data.split(b"\n"):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value
