"""Invocations that run now: found by the trace they hand on, and ended or halted as a failing host would do it."""

from __future__ import annotations

import json
import os
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws.control import UnknownTargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIGNALS = {"KILL": signal.SIGKILL, "STOP": signal.SIGSTOP, "CONT": signal.SIGCONT}


@dataclass(frozen=True)
class Running:
    """One invocation at work.

    Attributes:
        event: what it works on, as JSON.
        pid: asks for the process that runs it; 0 while it starts.
    """

    function_name: str
    request_id: str
    event: str
    pid: Callable[[], int]


class Invocations:
    """The invocations of all functions. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}

    def begin(self, trace_id: str, running: Running) -> None:
        """Remember an invocation by the trace its SDK calls will carry."""
        with self._lock:
            self._running[root_of(trace_id)] = running

    def end(self, trace_id: str) -> None:
        """Forget it."""
        with self._lock:
            self._running.pop(root_of(trace_id), None)

    def event_of(self, trace_header: str) -> str:
        """The event of the invocation a call is made for; empty when it is made for none."""
        with self._lock:
            found = self._running.get(root_of(trace_header))
        return found.event if found else ""

    def listed(self, about: str = "") -> list[dict[str, Any]]:
        """What runs now, of events that hold a text."""
        with self._lock:
            found = [running for running in self._running.values() if about in running.event]
        return [
            {
                "function_name": one.function_name,
                "request_id": one.request_id,
                "pid": one.pid(),
                "event": json.loads(one.event),
            }
            for one in found
        ]

    def send_signal(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """What POST /_local/invocations does: `{"request_id": …, "signal": "KILL" | "STOP" | "CONT"}`.

        Without a signal it lists what runs, of events that hold `about`.
        """
        if "signal" in request:
            self._signal(str(request["request_id"]), SIGNALS[str(request["signal"])])
        return {"running": self.listed(str(request.get("about", "")))}

    def _signal(self, request_id: str, number: signal.Signals) -> None:
        with self._lock:  # held, so that the process is still the invocation's own
            found = [running for running in self._running.values() if running.request_id == request_id]
            pids = [pid for pid in (running.pid() for running in found) if pid]
            if not pids:
                raise UnknownTargetError(f"no invocation {request_id!r} runs now")
            for pid in pids:
                os.kill(pid, number)


def root_of(trace_header: str) -> str:
    """The trace id in an X-Amzn-Trace-Id header (AWS X-Ray developer guide, "Tracing header")."""
    parts = dict(part.split("=", 1) for part in trace_header.split(";") if "=" in part)
    return parts.get("Root", "")
