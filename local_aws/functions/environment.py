"""One execution environment: a function's process under its supervisor, behind its own Runtime API."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.functions.logs import FunctionLogs, LogSink
from local_aws.functions.runtime_api import Invocation, Outcome, RuntimeApi, deadline_ms
from local_aws.functions.supervisor import BUSY, IDLE, REPORT_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.functions.runtime import Runtime

_SUPERVISOR = Path(__file__).with_name("supervisor.py")

_INIT_LIMIT_S = 10.0
"""The init phase is limited to 10 s; an overrun counts against the first invocation (Lambda developer guide)."""

_TELEMETRY_FD = "_LAMBDA_TELEMETRY_LOG_FD"


@dataclass(frozen=True)
class FunctionSpec:
    """What an environment is made from; two invocations share one only when all of it is equal.

    Attributes:
        name: Function name.
        arn: Unqualified ARN.
        version: `$LATEST` or a published version.
        handler: `module.function`.
        memory_mib: Memory limit.
        timeout_s: Time limit of one invocation.
        task: Unpacked code.
        opt: Unpacked layers, if any.
        code_sha256: Hexadecimal hash of the zip that was unpacked.
        variables: The whole environment except what belongs to one process.
    """

    name: str
    arn: str
    version: str
    handler: str
    memory_mib: int
    timeout_s: float
    task: Path
    opt: Path | None
    code_sha256: str
    variables: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Result:
    """What an invocation came to.

    Attributes:
        body: The JSON the caller gets.
        error: None, or the error's type.
        timed_out: The time limit was hit.
        duration_ms: Time in the handler.
        init_ms: Time to start, for the first invocation of an environment.
        peak_mib: Most memory used by this environment so far.
        alive: Whether the environment can serve another invocation.
    """

    body: bytes
    error: str | None
    timed_out: bool
    duration_ms: float
    init_ms: float | None
    peak_mib: int
    alive: bool


class ExecutionEnvironment:
    """Starts on creation; `invoke` until `Result.alive` is false, then `stop`."""

    def __init__(
        self, spec: FunctionSpec, runtime: Runtime, scratch: Path, sink: LogSink, log_stream: str
    ) -> None:
        self.spec = spec
        self.log_stream = log_stream
        self.idle_since = time.monotonic()
        self.logs = FunctionLogs(sink)
        self._api = RuntimeApi()
        # Closed by stop(): the function's time on disk ends with it.
        self._report = tempfile.TemporaryFile()  # noqa: SIM115
        self._scratch = tempfile.TemporaryDirectory(dir=scratch, prefix=f"{spec.name[:40]}-")
        self._started = time.monotonic()
        self._init_ms: float | None = None
        self._first = True
        self._process = self._spawn(runtime)
        self.logs.start()

    def _spawn(self, runtime: Runtime) -> subprocess.Popen[bytes]:
        folder = Path(self._scratch.name)
        os.chown(folder, runtime.uid, -1)
        output, telemetry = self.logs.pipe(framed=False), self.logs.pipe(framed=True)
        os.pwrite(self._report.fileno(), b"{}".ljust(REPORT_BYTES), 0)
        command = [sys.executable, "-I", "-S", str(_SUPERVISOR), str(runtime.uid), str(self.spec.memory_mib)]
        command += [str(self._report.fileno()), str(telemetry), str(self.spec.task)]
        command += [str(runtime.interpreter.executable), "-m", "awslambdaric", self.spec.handler]
        try:
            return subprocess.Popen(
                command,
                env=self._variables(runtime, telemetry, folder),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=(self._report.fileno(), telemetry),
                start_new_session=True,
            )
        finally:
            os.close(output)
            os.close(telemetry)

    def _variables(self, runtime: Runtime, telemetry: int, folder: Path) -> dict[str, str]:
        """Lambda's reserved variables that differ from process to process, over the function's own."""
        opt = self.spec.opt
        minor = runtime.interpreter.minor
        layers = [f"{opt}/python/lib/python{minor[0]}.{minor[1]}/site-packages", f"{opt}/python"] if opt else []
        return {
            **self.spec.variables,
            **runtime.interpreter.variables,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
            "PYTHONPATH": os.pathsep.join([str(self.spec.task), *layers, str(runtime.site)]),
            "TMPDIR": str(folder),
            _TELEMETRY_FD: str(telemetry),
        }

    def invoke(self, request_id: str, payload: bytes, function_arn: str, trace_id: str) -> Result:
        """Run one event through the handler, within the function's time limit."""
        self._tell_supervisor(BUSY)
        try:
            return self._invoke(request_id, payload, function_arn, trace_id)
        finally:
            self._tell_supervisor(IDLE)

    def _tell_supervisor(self, what: bytes) -> None:
        """It looks at the memory of a function at work often, at an idle one's seldom."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # it has ended, or was stopped meanwhile
                os.write(self._process.stdin.fileno(), what)

    def _invoke(self, request_id: str, payload: bytes, function_arn: str, trace_id: str) -> Result:
        first, self._first = self._first, False
        if first and self._await_init():
            self._init_ms = (time.monotonic() - self._started) * 1000
        started = time.monotonic()
        invocation = Invocation(request_id, payload, deadline_ms(self.spec.timeout_s), function_arn, trace_id)
        early = self._api.outcome(0) if first else None  # an init error is already there
        if early is None:
            self._api.offer(invocation)
            early = self._await(started + self.spec.timeout_s)
        duration_ms = (time.monotonic() - started) * 1000
        self.logs.drain()
        return self._result(early, request_id, duration_ms, first=first)

    def _await_init(self) -> bool:
        limit = time.monotonic() + _INIT_LIMIT_S
        while time.monotonic() < limit and self._process.poll() is None:
            if self._api.wait_ready(0.05):
                return True
            if self._api.outcome(0) is not None:
                return False
        return False

    def _await(self, limit: float) -> Outcome | None:
        """The outcome, or None when the time is up or the process has ended without one."""
        while (left := limit - time.monotonic()) > 0:
            outcome = self._api.outcome(min(left, 0.05))
            if outcome is not None:
                return outcome
            if self._process.poll() is not None:
                return self._api.outcome(0.05)  # it may have answered and left
        return None

    def _result(self, outcome: Outcome | None, request_id: str, duration_ms: float, *, first: bool) -> Result:
        ended = self._process.poll() is not None
        timed_out = outcome is None and not ended
        error: str | None = None
        body = b""
        if outcome is not None:
            body = outcome.body
            error = _error_type(outcome.body) if outcome.failed else None
        elif timed_out:
            error = "Sandbox.Timedout"
            text = f"RequestId: {request_id} Error: Task timed out after {self.spec.timeout_s:.2f} seconds"
            body = _error_document(error, text)
        else:
            error = "Runtime.ExitError"
            body = _error_document(error, f"RequestId: {request_id} Error: {self._exit_reason()}")
        return Result(
            body=body,
            error=error,
            timed_out=timed_out,
            duration_ms=min(duration_ms, self.spec.timeout_s * 1000) if timed_out else duration_ms,
            init_ms=self._init_ms if first else None,
            peak_mib=self._peak_mib(),
            alive=not ended and not timed_out and not (first and self._init_ms is None),
        )

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(os.pread(self._report.fileno(), REPORT_BYTES, 0))
        return state

    def _peak_mib(self) -> int:
        return max(1, -(-int(self._state().get("peak_kib") or 0) // 1024))

    @property
    def pid(self) -> int:
        """The function's own process; 0 while it starts and once it has ended."""
        return 0 if self._process.poll() is not None else int(self._state().get("pid") or 0)

    @property
    def out_of_memory(self) -> bool:
        """Whether the memory limit ended this environment."""
        return bool(self._state().get("out_of_memory"))

    def _exit_reason(self) -> str:
        """As Lambda words it: a killing signal by name, otherwise the exit status."""
        status = self._state().get("status")
        if status is None:
            return "Runtime exited without providing a reason"
        if os.WIFSIGNALED(status):
            names = {9: "killed", 11: "segmentation fault", 15: "terminated", 6: "aborted"}
            return f"Runtime exited with error: signal: {names.get(os.WTERMSIG(status), os.WTERMSIG(status))}"
        return f"Runtime exited with error: exit status {os.WEXITSTATUS(status)}"

    def stop(self) -> None:
        """End the process and everything it started; keeps the last lines of its output."""
        if self._process.stdin is not None:
            self._process.stdin.close()  # the supervisor's signal to kill all and leave
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._api.close()
        self.logs.close()
        self._report.close()
        self._scratch.cleanup()


def _error_type(body: bytes) -> str:
    try:
        document = json.loads(body)
    except ValueError:
        return "Runtime.Unknown"
    return str(document.get("errorType") or "Runtime.Unknown") if isinstance(document, dict) else "Runtime.Unknown"


def _error_document(error: str, message: str) -> bytes:
    return json.dumps({"errorType": error, "errorMessage": message}).encode()
