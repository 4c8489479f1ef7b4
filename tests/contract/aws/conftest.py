"""A Tracker table in memory (moto), for every adapter over it; webhooks played on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local_aws.egress.gateway import Answer, Gateway, Request


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
    """Slack's host, answering as told and then with 200; reached as in a VPC, through a proxy and over TLS."""

    answers: list[Answer | None] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    address: str = "https://hooks.slack.com/services/T0/B0/secret"

    def will_answer(self, status: int, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Answer(status, body, named))

    def will_hang_up(self) -> None:
        self.answers.append(None)

    def __call__(self, request: Request) -> Answer | None:
        self.received.append((request.path, request.body.decode()))
        return self.answers.pop(0) if self.answers else Answer(200, "ok")


@pytest.fixture
def webhook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    told = Webhook()
    gateway = Gateway(tmp_path / "egress", {"hooks.slack.com": told})
    for name, value in gateway.variables.items():
        monkeypatch.setenv(name, value)
    yield told
    gateway.close()
