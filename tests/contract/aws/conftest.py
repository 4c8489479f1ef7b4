"""A Tracker table in memory (moto), for every adapter over it; a receiver of webhooks on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws


class OneCallAtATime:
    """A client whose calls do not overlap: DynamoDB promises that of each write to an item, moto does not.

    What several calls in a row make of an item is left to the caller, as it is by DynamoDB.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()

    def __getattr__(self, operation: str) -> Any:
        call = getattr(self._client, operation)

        def alone(*names: str, **arguments: Any) -> Any:
            with self._lock:
                return call(*names, **arguments)

        return alone


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A ``dynamodb`` client that knows the table ``tracker``."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="tracker",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
        )
        yield OneCallAtATime(client)


@dataclass
class Webhook:
    """A receiver that answers as told, then with 200."""

    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    origin: str = ""

    def will_answer(self, status: int, body: str = "", **headers: str) -> None:
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    told = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.received.append((self.path, body))
            status, headers, answer = told.answers.pop(0) if told.answers else (200, {}, "ok")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()
