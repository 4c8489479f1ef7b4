"""Python functions on the real runtime client instead of the emulator's own worker script.

Replaces: the emulator's executor for Python runtimes (its worker imports the handler in-process of a script
that knows the emulator), its log writer (one stream per invocation, one time for all lines) and its metrics
(emitted for direct calls only, and always without error for asynchronous ones).
"""

from __future__ import annotations

import contextvars
import json
import logging
import secrets
import threading
import time
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc

from local_aws.functions.code_store import CodeStore
from local_aws.functions.environment import ExecutionEnvironment, FunctionSpec, Result
from local_aws.functions.invocations import Invocations, Running
from local_aws.functions.specification import Endpoints, function_spec, log_group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from local_aws.functions.logs import LogSink
    from local_aws.functions.runtime import Runtime

_log = logging.getLogger("local_aws.functions.execution")

_IDLE_S = 300.0
"""An idle environment is given up after this long."""

_ran: contextvars.ContextVar[str] = contextvars.ContextVar("local_aws_request_id", default="")


@dataclass(frozen=True)
class RanCode:
    """Which code an execution environment last ran for a function."""

    function_name: str
    code_sha256: str
    invocations: int


class EnvironmentPool:
    """Warm environments, one invocation at a time each; changed code or configuration gets fresh ones."""

    def __init__(self, create: Callable[[FunctionSpec, LogSink, str], ExecutionEnvironment]) -> None:
        self._create = create
        self._lock = threading.Lock()
        self._idle: dict[str, list[ExecutionEnvironment]] = {}
        self._busy: set[ExecutionEnvironment] = set()
        self._closed = False

    def acquire(self, spec: FunctionSpec, sink: Callable[[str], LogSink]) -> ExecutionEnvironment:
        """A warm environment made from the same specification, or a new one."""
        with self._lock:
            idle = self._idle.setdefault(spec.arn, [])
            stale = [one for one in idle if _stale(one, spec)]
            for one in stale:
                idle.remove(one)
            warm = next((one for one in idle if one.spec == spec), None)
            if warm is not None:
                idle.remove(warm)
                self._busy.add(warm)
        for one in stale:
            one.stop()
        if warm is not None:
            return warm
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[{spec.version}]{uuid.uuid4().hex}"
        created = self._create(spec, sink(stream), stream)
        with self._lock:
            self._busy.add(created)
        return created

    def release(self, environment: ExecutionEnvironment, *, alive: bool) -> None:
        """Give an environment back; one that cannot serve another invocation ends here."""
        with self._lock:
            self._busy.discard(environment)
            keep = alive and not self._closed
            if keep:
                environment.idle_since = time.monotonic()
                self._idle.setdefault(environment.spec.arn, []).append(environment)
        if not keep:
            environment.stop()

    def retire(self, function_name: str | None = None) -> None:
        """End the idle environments of a function (it was changed or deleted), or of all."""
        with self._lock:
            arns = [arn for arn in self._idle if function_name in {None, arn.rsplit(":", 1)[-1]}]
            doomed = [one for arn in arns for one in self._idle.pop(arn)]
        for one in doomed:
            one.stop()

    def close(self) -> None:
        """End every environment, busy ones included."""
        with self._lock:
            self._closed = True
            doomed = [one for idle in self._idle.values() for one in idle] + list(self._busy)
            self._idle.clear()
            self._busy.clear()
        threads = [threading.Thread(target=one.stop) for one in doomed]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _stale(environment: ExecutionEnvironment, spec: FunctionSpec) -> bool:
    if time.monotonic() - environment.idle_since > _IDLE_S:
        return True
    return environment.spec.version == spec.version and environment.spec != spec


class Executor:
    """Runs one event of one function and reports on it as Lambda does: log lines, metrics, result."""

    def __init__(self, runtime: Runtime, state: Path, endpoints: Endpoints) -> None:
        self.runtime = runtime
        self.endpoints = endpoints
        self._store = CodeStore(state / "code")
        self._scratch = state / "scratch"
        for folder in (state / "code", self._scratch):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        self._pool = EnvironmentPool(self._environment)
        self._ran: dict[str, RanCode] = {}
        self.invocations = Invocations()

    def _environment(self, spec: FunctionSpec, sink: LogSink, stream: str) -> ExecutionEnvironment:
        return ExecutionEnvironment(spec, self.runtime, self._scratch, sink, stream)

    @property
    def ran(self) -> list[RanCode]:
        """The code each function last ran, by the hash of the zip that was unpacked for it."""
        return sorted(self._ran.values(), key=lambda ran: ran.function_name)

    def retire(self, function_name: str | None = None) -> None:
        """End the warm environments of a function, or of all."""
        self._pool.retire(function_name)

    def close(self) -> None:
        """End everything this executor started."""
        self._pool.close()
        self._store.clear()

    def run(self, record: Mapping[str, Any], event: object, request_id: str) -> dict[str, Any]:
        """One invocation, in the shape the emulator's callers expect."""
        config: Mapping[str, Any] = record.get("config") or record
        spec = function_spec(record, self._store, self.endpoints)
        group = log_group(config)
        account, region = spec.arn.split(":")[4], spec.arn.split(":")[3]
        environment = self._pool.acquire(spec, lambda stream: LogStream(account, region, group, stream))
        result: Result | None = None
        payload = json.dumps(event)
        trace = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0"
        self.invocations.begin(trace, Running(spec.name, request_id, payload, lambda: environment.pid))
        try:
            environment.logs.begin_tail()
            environment.logs.write(f"START RequestId: {request_id} Version: {spec.version}")
            result = environment.invoke(request_id, payload.encode(), str(config["FunctionArn"]), trace)
            _report(environment, result, request_id, spec)
            tail = environment.logs.tail()
        finally:
            self.invocations.end(trace)
            self._pool.release(environment, alive=result is not None and result.alive)
        self._remember(spec)
        emit_metrics(spec.name, result)
        return _emulator_result(result, tail)

    def _remember(self, spec: FunctionSpec) -> None:
        before = self._ran.get(spec.name)
        same = before is not None and before.code_sha256 == spec.code_sha256
        ran = before if before is not None and same else RanCode(spec.name, spec.code_sha256, 0)
        self._ran[spec.name] = replace(ran, invocations=ran.invocations + 1)


class LogStream:
    """Writes one environment's log stream, in the account and region of its function."""

    def __init__(self, account: str, region: str, group: str, stream: str) -> None:
        self._scope = (account, region)
        self._group = group
        self._stream = stream

    def __call__(self, timestamp_ms: int, message: str) -> None:
        """Append one event; the group and the stream are made on first use, as Lambda does."""
        with request_scope(*self._scope):
            groups = cloudwatch_logs._log_groups
            if self._group not in groups:
                cloudwatch_logs._create_log_group({"logGroupName": self._group})
            if self._stream not in groups[self._group]["streams"]:
                cloudwatch_logs._create_log_stream({"logGroupName": self._group, "logStreamName": self._stream})
            event = {"timestamp": timestamp_ms, "message": message, "ingestionTime": int(time.time() * 1000)}
            cloudwatch_logs._append_log_events(groups[self._group]["streams"][self._stream], [event])
            cloudwatch_logs._fanout_to_subscription_filters(self._group, self._stream, [event])


def _report(environment: ExecutionEnvironment, result: Result, request_id: str, spec: FunctionSpec) -> None:
    """The platform's closing lines (formats: Lambda developer guide, "Viewing CloudWatch logs for functions")."""
    logs = environment.logs
    if result.timed_out:
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        logs.write(f"{at} {request_id} Task timed out after {spec.timeout_s:.2f} seconds")
        logs.write("")
    elif result.error == "Runtime.ExitError":
        logs.write(f"RequestId: {request_id} Error: {environment._exit_reason()}")
        logs.write("Runtime.ExitError")
    logs.write(f"END RequestId: {request_id}")
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {result.duration_ms:.2f} ms",
        f"Billed Duration: {int(-(-result.duration_ms // 1))} ms",
        f"Memory Size: {spec.memory_mib} MB",
        f"Max Memory Used: {result.peak_mib} MB",
    ]
    if result.init_ms is not None:
        fields.append(f"Init Duration: {result.init_ms:.2f} ms")
    if result.timed_out:
        fields.append("Status: timeout")
    elif result.error is not None and not result.alive:
        kind = "Runtime.OutOfMemory" if environment.out_of_memory else result.error
        fields += ["Status: error", f"Error Type: {kind}"]
    logs.write("\t".join(fields) + "\t")


def emit_metrics(function_name: str, result: Result | None) -> None:
    """AWS/Lambda metrics of one invocation, per function; None stands for a throttled one.

    A throttled request is no invocation and no error (Lambda developer guide, "Types of metrics").
    """
    dimensions = {"FunctionName": function_name}
    cloudwatch.record_metric("AWS/Lambda", "Throttles", 0 if result else 1, "Count", dimensions)
    if result is not None:
        cloudwatch.record_metric("AWS/Lambda", "Invocations", 1, "Count", dimensions)
        cloudwatch.record_metric("AWS/Lambda", "Errors", 1 if result.error else 0, "Count", dimensions)
        cloudwatch.record_metric("AWS/Lambda", "Duration", result.duration_ms, "Milliseconds", dimensions)


def _emulator_result(result: Result, tail: str) -> dict[str, Any]:
    try:
        body = json.loads(result.body) if result.body else None
    except ValueError:
        body = result.body.decode(errors="replace")
    if result.error is None:
        return {"body": body, "log": tail}
    return {"body": body, "error": True, "function_error": "Unhandled", "log": tail}


def request_id_of_retry(request_id: str) -> contextvars.Token[str]:
    """Make the next invocation of this context carry a given request id (retries keep theirs)."""
    return _ran.set(request_id)


def install(executor: Executor) -> None:
    """Put the executor in place of the emulator's own for Python functions deployed as a zip."""
    fallback = lambda_svc._execute_function_dispatch

    def execute(func: dict[str, Any], event: object) -> dict[str, Any]:
        config = func.get("config") or func
        if lambda_svc._function_config_scope_mismatch(config):
            scoped: dict[str, Any] = lambda_svc._run_with_function_config_scope(config, execute, func, event)
            return scoped
        slot, limit = lambda_svc._acquire_execution_slot(func, config)
        if slot is None:
            emit_metrics(config["FunctionName"], None)
            return _throttled(config["FunctionName"], limit)
        request_id = _ran.get() or str(uuid.uuid4())
        try:
            if not str(config.get("Runtime", "")).startswith("python") or not func.get("code_zip"):
                other: dict[str, Any] = fallback(func, config, event, request_id, time.time())
                return other
            return executor.run(func, event, request_id)
        finally:
            lambda_svc._release_execution_slot(slot)

    retire = lambda_svc.invalidate_worker

    def invalidate(func_name: str, *args: Any, **kwargs: Any) -> None:
        executor.retire(func_name)
        retire(func_name, *args, **kwargs)

    lambda_svc._execute_function = execute
    lambda_svc.invalidate_worker = invalidate
    lambda_svc._emit_lambda_metrics = lambda *_args, **_kwargs: None


def _throttled(function_name: str, limit: str) -> dict[str, Any]:
    reason = "ReservedFunctionConcurrent" if limit == "function" else "Concurrent"
    answer: dict[str, Any] = lambda_svc._throttle_response(
        reason_code=f"{reason}InvocationLimitExceeded", msg=f"Rate Exceeded: {function_name}"
    )
    return answer
