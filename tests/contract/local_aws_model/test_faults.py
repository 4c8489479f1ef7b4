"""Bedrock behind faults: what botocore sees is what it sees when Bedrock is overloaded, down or silent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from local_aws.faults.rules import Effect, Fault, Faults
from local_aws.model.faulty import FaultyModel
from local_aws.model.scripted import ScriptedModel
from local_aws.model.server import serve

pytestmark = pytest.mark.slow


class Bedrock:
    """A client and the faults of the server it talks to."""

    def __init__(self, client: Any, faults: Faults) -> None:
        self._client = client
        self.faults = faults

    def ask(self, text: str = "anything") -> str:
        answer = self._client.converse(
            modelId="us.amazon.nova-pro-v1:0", messages=[{"role": "user", "content": [{"text": text}]}]
        )
        return str(answer["stopReason"])


@pytest.fixture
def bedrock() -> Iterator[Bedrock]:
    faults = Faults(time.monotonic)
    with serve(FaultyModel(ScriptedModel(), faults)) as server:
        yield Bedrock(
            boto3.client(
                "bedrock-runtime",
                endpoint_url=server.url,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            ),
            faults,
        )


@pytest.mark.parametrize(
    ("effect", "status", "code"),
    [(Effect.THROTTLED, 429, "ThrottlingException"), (Effect.UNAVAILABLE, 503, "ServiceUnavailableException")],
)
def test_given_a_fault_then_converse_fails_as_bedrock_does_and_then_answers_again(
    bedrock: Bedrock, effect: Effect, status: int, code: str
) -> None:
    bedrock.faults.add(Fault("bedrock", effect, calls=1))

    with pytest.raises(ClientError) as caught:
        bedrock.ask()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Code"] == code
    assert bedrock.ask() == "end_turn"


@pytest.mark.parametrize("effect", [Effect.DROPPED, Effect.ANSWER_LOST])
def test_given_a_dropped_connection_then_there_is_no_answer(bedrock: Bedrock, effect: Effect) -> None:
    bedrock.faults.add(Fault("bedrock", effect, calls=1))

    with pytest.raises(ConnectionClosedError):
        bedrock.ask()


def test_given_a_fault_about_one_alarm_then_other_conversations_are_answered(bedrock: Bedrock) -> None:
    bedrock.faults.add(Fault("bedrock", Effect.UNAVAILABLE, about="alarm-7"))

    assert bedrock.ask("alarm-8") == "end_turn"
    with pytest.raises(ClientError):
        bedrock.ask("alarm-7")
