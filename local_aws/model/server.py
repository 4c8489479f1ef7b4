"""The HTTP server: Bedrock Runtime's Converse operation on loopback.

``POST /model/{modelId}/converse`` with a JSON body (Bedrock Runtime API reference, "Converse"). Errors carry
``x-amzn-ErrorType`` and a ``message``, as AWS's REST-JSON protocol has them. Signatures are not checked: the
server is bound to loopback and never refuses a caller for who it is.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from local_aws import port_file
from local_aws.model.backend import Backend, ConnectionDropped, ConverseError, JsonObject
from local_aws.model.choice import UnknownBackend, choose
from local_aws.model.turns import TurnLog
from local_aws.model.wire import check_model_id, check_request

HOST = "127.0.0.1"
MAX_BODY_BYTES = 25 * 1024 * 1024
"""Larger bodies are refused; Bedrock's own limit on a Converse request is of this order."""


@dataclass(frozen=True)
class RunningServer:
    """A server that answers in the background.

    Attributes:
        url: what ``AWS_ENDPOINT_URL_BEDROCK_RUNTIME`` should hold.
    """

    url: str


@contextmanager
def serve(backend: Backend, port: int = 0) -> Iterator[RunningServer]:
    """Answer requests in a background thread while the context is open.

    Args:
        backend: who answers.
        port: TCP port on loopback; 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    server = make_server(backend, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield RunningServer(f"http://{HOST}:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_server(backend: Backend, port: int, turns_file: Path | None = None) -> ThreadingHTTPServer:
    """A bound server that does not answer yet; it writes down each turn where a file is given."""

    class Handler(_ConverseHandler):
        answer = staticmethod(_answering(backend, TurnLog(turns_file)))

    server = ThreadingHTTPServer((HOST, port), Handler, bind_and_activate=False)
    server.daemon_threads = True
    server.request_queue_size = 64
    try:
        server.server_bind()
        server.server_activate()
    except OSError:
        server.server_close()
        raise
    return server


Answer = Callable[[str, Any, str], JsonObject]


def _answering(backend: Backend, turns: TurnLog) -> Answer:
    def answer(model_id: str, body: Any, trace_header: str) -> JsonObject:
        check_model_id(model_id)
        started = time.monotonic()
        with turns.turn(model_id, trace_header) as turn:
            reply = backend.converse(model_id, check_request(body))
            turn.answered(reply)
        reply.setdefault("metrics", {"latencyMs": round((time.monotonic() - started) * 1000)})
        return reply

    return answer


class _ConverseHandler(BaseHTTPRequestHandler):
    """Reads one request, answers JSON; ``answer`` is set by :func:`make_server`."""

    protocol_version = "HTTP/1.1"
    server_version = "LocalBedrockRuntime"
    sys_version = ""
    disable_nagle_algorithm = True
    answer: Answer

    def do_POST(self) -> None:
        try:
            body = self._read_body()
            reply = self.answer(self._model_id(), body, self.headers.get("X-Amzn-Trace-Id", ""))
        except ConnectionDropped:
            self.close_connection = True
        except ConverseError as error:
            self._send(error.status, {"message": error.message}, error.code)
        except Exception as error:
            self.log_error("backend failed: %r", error)
            message = "The model server failed; its log has the cause."
            self._send(500, {"message": message}, "InternalServerException")
        else:
            self._send(200, reply)

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/health":
            self._send(200, {"status": "ok"})
        else:
            self._send(404, {"message": f"Nothing is served at {self.path}."}, "UnknownOperationException")

    def _read_body(self) -> Any:
        """Read the body before anything can fail, so that the connection stays usable."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES:
            self.close_connection = True
            raise ConverseError("ValidationException", f"The request body exceeds {MAX_BODY_BYTES} bytes.", 413)
        raw = self.rfile.read(length)
        if self.headers.get("Origin"):
            # A page in the user's browser can reach loopback; what it sends may cost money behind a backend.
            raise ConverseError("AccessDeniedException", "Requests from web pages are not answered.")
        try:
            return json.loads(raw or b"null")
        except ValueError as error:
            raise ConverseError("ValidationException", f"The request body is not JSON: {error}") from None

    def _model_id(self) -> str:
        parts = urlsplit(self.path).path.split("/")
        if len(parts) < 4 or parts[1] != "model" or parts[-1] != "converse":
            message = f"POST {self.path} is not served; use POST /model/{{modelId}}/converse."
            raise ConverseError("UnknownOperationException", message, 404)
        return unquote("/".join(parts[2:-1]))

    def _send(self, status: int, body: JsonObject, error_code: str | None = None) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if error_code:
            self.send_header("x-amzn-ErrorType", error_code)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name the base class gives it)
        sys.stderr.write(f"model-server {format % args}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the server until SIGTERM or SIGINT; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        backend = choose(options.backend, profile=options.profile, region=options.region)
        server = make_server(backend, options.port, options.turns_file)
    except UnknownBackend as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(
            f"port {options.port} on {HOST} cannot be used: {error.strerror}; --port 0 takes a free one"
        )
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for serve_forever(), which this very thread runs: it must be asked from another one.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    port = server.server_address[1]
    if options.port_file:
        port_file.write(options.port_file, port)
    print(f"model server: http://{HOST}:{port} answered by {backend.description}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


def _refuse(message: str) -> int:
    print(f"model server: {message}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local_aws.model.server",
        description="Answer the Bedrock Runtime Converse API on 127.0.0.1, for AWS_ENDPOINT_URL_BEDROCK_RUNTIME.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    parser.add_argument("--backend", default="scripted", metavar="BACKEND", help="who answers (default: scripted)")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0, the default, takes a free one")
    parser.add_argument("--port-file", type=Path, metavar="FILE", help="write the port here once it is bound")
    parser.add_argument("--turns-file", type=Path, metavar="FILE", help="append a line of JSON for each turn")
    parser.add_argument("--profile", help="AWS profile of a bedrock: backend")
    parser.add_argument("--region", help="AWS region of a bedrock: backend (default: the profile's)")
    return parser


_EPILOG = """\
backends:
  scripted                    A stand-in that is no language model: it asks fixed questions through the agent's
                              tools and reports, by fixed rules, what came back.
  bedrock:MODEL_ID            Forwards to Amazon Bedrock with your own AWS credentials; this costs money.
                              Contract-tested with botocore's Stubber, never run against real Bedrock.
  openai:BASE_URL[#MODEL]     Translates to POST BASE_URL/chat/completions of an OpenAI-compatible server, for
                              example openai:http://127.0.0.1:11434/v1#my-model. The key is OPENAI_API_KEY, if set.
                              Without #MODEL the Converse model id is sent. Tested against a fake server.
"""


if __name__ == "__main__":
    sys.exit(main())
