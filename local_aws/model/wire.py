"""Rules of the Converse request that Bedrock enforces whatever the model.

A conversation that breaks them would fail on AWS, so it must fail here as well. Wording follows the messages
Bedrock sends, because callers tell them apart by text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from local_aws.model.backend import ConverseError, JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MODEL_ID = re.compile(
    r"arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(\d{12})?:[a-z-]+/[A-Za-z0-9.:/-]+"
    r"|([a-z]{2,6}(-gov)?\.)?[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}([.:][a-z0-9-]{1,63})*"
)
"""A foundation model, a cross-region profile of one, or an ARN of either (API reference, ``modelId``)."""


def check_model_id(model_id: str) -> None:
    """Refuse an id no model can have.

    Raises:
        ConverseError: ``ValidationException``.
    """
    if not _MODEL_ID.fullmatch(model_id):
        raise ConverseError("ValidationException", "The provided model identifier is invalid.")


def check_request(request: Any) -> JsonObject:
    """Check the body of a Converse request.

    Returns:
        The same object.

    Raises:
        ConverseError: ``ValidationException`` naming the part that is wrong.
    """
    if not isinstance(request, dict):
        raise _invalid("The request body must be a JSON object.")
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise _invalid("A conversation must have at least one message. Add one with the role user.")
    for index, message in enumerate(messages):
        _check_message(index, message)
    _check_tool_results(messages)
    if any(_tool_blocks(message) for message in messages) and not tools_of(request):
        raise _invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
    return request


def tools_of(request: Mapping[str, Any]) -> dict[str, JsonObject]:
    """The tools a request offers: name to ``toolSpec``."""
    tools = (request.get("toolConfig") or {}).get("tools") or []
    specs = [tool["toolSpec"] for tool in tools if "toolSpec" in tool]
    return {spec["name"]: spec for spec in specs}


def blocks(message: Mapping[str, Any], kind: str) -> Iterator[JsonObject]:
    """The content blocks of one kind (``text``, ``toolUse``, ``toolResult``) of a message, in order."""
    for block in message.get("content") or ():
        if kind in block:
            yield block[kind]


def _check_message(index: int, message: Any) -> None:
    if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
        raise _invalid(f"Value at messages.{index}.role must be one of: user, assistant.")
    expected = "user" if index % 2 == 0 else "assistant"
    if index == 0 and message["role"] != "user":
        raise _invalid("A conversation must start with a user message. Try again with a user message first.")
    if message["role"] != expected:
        raise _invalid(f"messages.{index}: roles must alternate between user and assistant.")
    content = message.get("content")
    if not isinstance(content, list) or not content:
        raise _invalid(f"The content field in the Message object at messages.{index} is empty.")
    for position, block in enumerate(content):
        _check_block(f"messages.{index}.content.{position}", block)


def _check_block(path: str, block: Any) -> None:
    kinds = [kind for kind in block if kind != "SDK_UNKNOWN_MEMBER"] if isinstance(block, dict) else []
    if len(kinds) != 1:
        raise _invalid(f"The content block at {path} must set exactly one of its members.")
    if kinds == ["text"] and not str(block["text"]).strip():
        raise _invalid(f"The text field in the ContentBlock object at {path} is blank.")


def _check_tool_results(messages: Sequence[JsonObject]) -> None:
    """Every toolUse must be answered in the very next message, and only those."""
    asked: list[str] = []
    for index, message in enumerate(messages):
        answered = [result.get("toolUseId") for result in blocks(message, "toolResult")]
        missing = [tool_use_id for tool_use_id in asked if tool_use_id not in answered]
        if missing:
            ids = ", ".join(missing)
            raise _invalid(f"Expected toolResult blocks at messages.{index}.content for the following Ids: {ids}")
        if len(answered) > len(asked):
            raise _invalid(
                f"The number of toolResult blocks at messages.{index}.content exceeds the number of toolUse "
                "blocks of previous turn."
            )
        asked = [str(use.get("toolUseId")) for use in blocks(message, "toolUse")]
    if asked:
        raise _invalid("The conversation ends with toolUse blocks that have no toolResult.")


def _tool_blocks(message: Mapping[str, Any]) -> bool:
    return any(True for kind in ("toolUse", "toolResult") for _ in blocks(message, kind))


def _invalid(message: str) -> ConverseError:
    return ConverseError("ValidationException", message)
