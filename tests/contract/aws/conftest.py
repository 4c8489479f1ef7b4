"""A Tracker table in memory (moto), for every adapter over it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
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
