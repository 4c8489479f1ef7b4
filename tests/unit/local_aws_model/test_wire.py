"""Rules of a Converse conversation that Bedrock enforces whatever the model."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.model.backend import ConverseError
from local_aws.model.wire import check_model_id, check_request

TOOLS = {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {}}}}]}


def user(*content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def assistant(*content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": list(content)}


TEXT = {"text": "hi"}
USE = {"toolUse": {"toolUseId": "u1", "name": "t", "input": {}}}
RESULT = {"toolResult": {"toolUseId": "u1", "content": [TEXT]}}
OTHER_RESULT = {"toolResult": {"toolUseId": "u2", "content": [TEXT]}}


@pytest.mark.parametrize(
    "request_body",
    [
        {"messages": [user(TEXT)]},
        {"messages": [user(TEXT), assistant(TEXT)]},
        {"messages": [user(TEXT), assistant(TEXT, USE), user(RESULT, TEXT)], "toolConfig": TOOLS},
        {"messages": [user(TEXT, {"cachePoint": {"type": "default"}})]},
    ],
)
def test_a_conversation_bedrock_takes_is_taken(request_body: dict[str, Any]) -> None:
    assert check_request(request_body) is request_body


@pytest.mark.parametrize(
    ("request_body", "told"),
    [
        ([], "must be a JSON object"),
        ({}, "at least one message"),
        ({"messages": []}, "at least one message"),
        ({"messages": [assistant(TEXT)]}, "must start with a user message"),
        ({"messages": [user(TEXT), user(TEXT)]}, "messages.1: roles must alternate"),
        ({"messages": [{"role": "system", "content": [TEXT]}]}, "messages.0.role"),
        ({"messages": [user()]}, "messages.0 is empty"),
        ({"messages": [user({"text": " "})]}, "messages.0.content.0 is blank"),
        ({"messages": [user({"text": "a", "image": {}})]}, "exactly one"),
        ({"messages": [user(TEXT), assistant(USE), user(RESULT)]}, "toolConfig field must be defined"),
        ({"messages": [user(TEXT), assistant(USE), user(TEXT)], "toolConfig": TOOLS}, "for the following Ids: u1"),
        (
            {"messages": [user(TEXT), assistant(USE), user(RESULT, OTHER_RESULT)], "toolConfig": TOOLS},
            "exceeds the number",
        ),
        ({"messages": [user(TEXT), assistant(USE)], "toolConfig": TOOLS}, "have no toolResult"),
    ],
)
def test_a_conversation_bedrock_refuses_is_refused_with_the_place(request_body: Any, told: str) -> None:
    with pytest.raises(ConverseError) as refused:
        check_request(request_body)

    assert (refused.value.code, refused.value.status) == ("ValidationException", 400)
    assert told in refused.value.message


@pytest.mark.parametrize(
    "model_id",
    [
        "amazon.nova-lite-v1:0",
        "global.anthropic.claude-sonnet-4-6",
        "us-gov.anthropic.claude-sonnet-4-6",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
        "arn:aws-cn:bedrock:cn-north-1::foundation-model/amazon.nova-lite-v1:0",
    ],
)
def test_ids_of_models_and_profiles_are_taken(model_id: str) -> None:
    check_model_id(model_id)


@pytest.mark.parametrize("model_id", ["", "claude", "amazon.", "a model", "arn:aws:s3:::bucket", "../etc"])
def test_what_is_no_model_id_is_refused(model_id: str) -> None:
    with pytest.raises(ConverseError, match="model identifier is invalid"):
        check_model_id(model_id)
