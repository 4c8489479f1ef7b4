"""The fields of a Converse request (Bedrock API reference, "Converse")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from triage.ports import Message, ModelRequest, ToolSpec

# At most 4 in a request; the one behind the system prompt covers the tools too, which come before it.
MAX_MARKS_IN_MESSAGES = 3
_MARK: Mapping[str, Any] = {"cachePoint": {"type": "default"}}


def request_fields(request: ModelRequest, *, marks_cache: bool = False) -> dict[str, Any]:
    """The keyword arguments of ``converse`` besides ``modelId``.

    Args:
        marks_cache: mark where a prompt cache pays.
    """
    marks = request.stable_after[-MAX_MARKS_IN_MESSAGES:] if marks_cache else ()
    return {
        "system": [{"text": request.system}, *([_MARK] if marks_cache else [])],
        "messages": [
            _marked(message) if index in marks else message for index, message in enumerate(request.messages)
        ],
        "inferenceConfig": {"maxTokens": request.max_output_tokens},
        "toolConfig": {"tools": [_tool(spec) for spec in request.tools], "toolChoice": {"auto": {}}},
    }


def can_mark_cache(bedrock: Any) -> bool:
    """Whether the loaded botocore knows ``cachePoint`` blocks: an older one refuses to send them."""
    shape = bedrock.meta.service_model.operation_model("Converse").input_shape
    block: Collection[str] = shape.members["messages"].member.members["content"].member.members
    return "cachePoint" in block


def _marked(message: Message) -> Message:
    return {**message, "content": [*message["content"], _MARK]}


def _tool(spec: ToolSpec) -> dict[str, Any]:
    return {
        "toolSpec": {
            "name": spec.name,
            "description": spec.description,
            "inputSchema": {"json": spec.input_schema},
        }
    }
