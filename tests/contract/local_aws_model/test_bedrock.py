"""Forwarding to Bedrock keeps botocore's contract. Stubber plays Bedrock: nothing here ran against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import Stubber

from local_aws.model.backend import ConverseError
from local_aws.model.bedrock import BedrockModel, BedrockNotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL = "eu.amazon.nova-lite-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "hello"}]}]
ANSWER: dict[str, Any] = {
    "output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
    "metrics": {"latencyMs": 7},
}


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "bedrock-runtime", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )


@pytest.fixture
def bedrock(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_the_chosen_model_is_asked_whatever_the_request_names(client: Any, bedrock: Stubber) -> None:
    bedrock.add_response("converse", ANSWER, {"modelId": MODEL, "messages": MESSAGES})

    answer = BedrockModel(MODEL, client).converse("other.model", {"messages": MESSAGES})

    assert answer == ANSWER


def test_redacted_reasoning_goes_both_ways_as_base64(client: Any, bedrock: Stubber) -> None:
    secret = {"reasoningContent": {"redactedContent": b"\x00\xff"}}
    on_the_wire = {"reasoningContent": {"redactedContent": "AP8="}}
    sent = [*MESSAGES, {"role": "assistant", "content": [secret]}, *MESSAGES]
    answer = {**ANSWER, "output": {"message": {"role": "assistant", "content": [secret]}}}
    bedrock.add_response("converse", answer, {"modelId": MODEL, "messages": sent})

    messages = [*MESSAGES, {"role": "assistant", "content": [on_the_wire]}, *MESSAGES]
    reply = BedrockModel(MODEL, client).converse("other.model", {"messages": messages})

    assert reply["output"]["message"]["content"] == [on_the_wire]


def test_a_tools_schema_passes_untouched(client: Any, bedrock: Stubber) -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string"}}}
    tools = {"tools": [{"toolSpec": {"name": "run", "inputSchema": {"json": schema}}}]}
    bedrock.add_response("converse", ANSWER, {"modelId": MODEL, "messages": MESSAGES, "toolConfig": tools})

    BedrockModel(MODEL, client).converse("other.model", {"messages": MESSAGES, "toolConfig": tools})


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 429), ("AccessDeniedException", 403), ("ModelTimeoutException", 408)],
)
def test_an_error_keeps_its_code_status_and_message(client: Any, bedrock: Stubber, code: str, status: int) -> None:
    bedrock.add_client_error("converse", code, "told", status)

    with pytest.raises(ConverseError) as refused:
        BedrockModel(MODEL, client).converse("other.model", {"messages": MESSAGES})

    assert (refused.value.code, refused.value.status, refused.value.message) == (code, status, "told")


class TestOwnCredentials:
    @pytest.fixture(autouse=True)
    def bare(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for name in (
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_PROFILE",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def test_the_endpoint_of_a_local_aws_is_not_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

        model = BedrockModel.with_own_credentials(MODEL, None, "eu-west-1")

        assert model._client.meta.endpoint_url == "https://bedrock-runtime.eu-west-1.amazonaws.com"

    @pytest.mark.parametrize(
        ("profile", "region", "told"),
        [(None, None, "no region"), (None, "eu-west-1", "no AWS credentials"), ("nobody", "eu-west-1", "nobody")],
    )
    def test_what_is_missing_is_named(self, profile: str | None, region: str | None, told: str) -> None:
        with pytest.raises(BedrockNotUsable, match=told):
            BedrockModel.with_own_credentials(MODEL, profile, region)
