"""The Lambda Runtime API one execution environment talks to (AWS Lambda developer guide, "Runtime API")."""

from __future__ import annotations

import http.server
import json
import re
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

_RESULT_PATH = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)/?$")
_NEXT_PATH = "/2018-06-01/runtime/invocation/next"
_INIT_ERROR_PATH = "/2018-06-01/runtime/init/error"


@dataclass(frozen=True)
class Invocation:
    """One event on its way to the runtime client."""

    request_id: str
    payload: bytes
    deadline_ms: int
    function_arn: str
    trace_id: str


@dataclass(frozen=True)
class Outcome:
    """What the runtime client posted: the handler's result, or an error document."""

    body: bytes
    failed: bool


class RuntimeApi:
    """Serves one environment; at most one invocation is in flight, as on Lambda."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._offered: Invocation | None = None
        self._current: str | None = None
        self._outcome: Outcome | None = None
        self._ready = False
        self._closed = False
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True, name="runtime-api"
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Value of AWS_LAMBDA_RUNTIME_API."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until the runtime client asked for its first event, or reported that it cannot start."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._outcome is not None or self._closed, timeout_s)
            return self._ready

    def offer(self, invocation: Invocation) -> None:
        """Hand an event to the runtime client."""
        with self._changed:
            self._outcome = None
            self._offered = invocation
            self._current = invocation.request_id
            self._changed.notify_all()

    def outcome(self, timeout_s: float) -> Outcome | None:
        """What came back, or None when nothing did in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._outcome is not None or self._closed, timeout_s)
            return self._outcome

    def close(self) -> None:
        """Stop serving; whoever waits gets an answer at once."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def take(self) -> Invocation | None:
        """Long poll of the runtime client; None once closed."""
        with self._changed:
            self._ready = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._offered is not None or self._closed)
            taken, self._offered = self._offered, None
            return taken

    def record(self, request_id: str | None, outcome: Outcome) -> bool:
        """Accept a result for the invocation in flight (or an init error, which has no request id)."""
        with self._changed:
            if request_id is not None and request_id != self._current:
                return False
            self._outcome, self._current = outcome, None
            self._changed.notify_all()
            return True


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """A killed function leaves broken connections behind; they are no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base class
        """Requests of the runtime client are not worth a line."""

    def do_GET(self) -> None:
        """The long poll for the next event."""
        if self.path.rstrip("/") != _NEXT_PATH:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        invocation = self.server.api.take()
        if invocation is None:
            self._answer(HTTPStatus.GONE)
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        self._answer(HTTPStatus.OK, invocation.payload, headers)

    def do_POST(self) -> None:
        """A result, an error, or the failure to start."""
        body = self._body()
        if self.path.rstrip("/") == _INIT_ERROR_PATH:
            self.server.api.record(None, Outcome(body, failed=True))
            self._answer(HTTPStatus.ACCEPTED)
            return
        match = _RESULT_PATH.search(self.path)
        if match is None:
            self._answer(HTTPStatus.NOT_FOUND)
        elif self.server.api.record(match.group(1), Outcome(body, failed=match.group(2) == "error")):
            self._answer(HTTPStatus.ACCEPTED)
        else:
            problem = {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}
            self._answer(HTTPStatus.BAD_REQUEST, json.dumps(problem).encode())

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().strip() or b"0", 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def deadline_ms(timeout_s: float) -> int:
    """The epoch milliseconds at which an invocation that starts now is out of time."""
    return int((time.time() + timeout_s) * 1000)
