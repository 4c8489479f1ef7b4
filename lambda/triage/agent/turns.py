"""Turns as the transcript keeps them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from triage.agent.tools import tool_uses
from triage.domain.turn import Called, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.ports import Message, ModelRequest, ModelResponse

# As the evidence book writes it in front of what a tool returned.
_HEADER = re.compile(r"\[E\d+\] status=[^\n]*")


def turn_of(number: int, request: ModelRequest, response: ModelResponse, seconds: float) -> Turn:
    """The turn of one request and its answer."""
    content = response.message.get("content") or ()
    return Turn(
        number,
        response.model_id,
        response.stop_reason,
        response.tokens,
        tuple(_told(request.messages[-1])),
        tuple(block["text"] for block in content if isinstance(block.get("text"), str)),
        tuple(Called(use.id, use.name, use.input) for use in tool_uses(response.message)),
        seconds,
    )


def _told(message: Message) -> Iterator[str]:
    for block in message["content"]:
        if "text" in block:
            yield block["text"]
        for part in _parts(block):
            header = _HEADER.match(part["text"])
            yield header[0] if header else part["text"]


def _parts(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (part for part in block.get("toolResult", {}).get("content", ()) if "text" in part)
