"""The conversation with the model: append-only, roles alternating as Converse requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.ports import Message


class Conversation:
    """Messages in Converse form, starting with one user message."""

    def __init__(self, opening: str) -> None:
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": [{"text": opening}]}]

    @property
    def messages(self) -> Sequence[Message]:
        """The messages so far."""
        return tuple(self._messages)

    def add_assistant(self, message: Message) -> None:
        """Append what the model answered, untouched. An empty answer is left out: Converse rejects it later."""
        if message.get("content"):
            self._messages.append({"role": "assistant", "content": list(message["content"])})

    def add_user(self, blocks: Sequence[dict[str, Any]]) -> None:
        """Append content of ours; merged into the last message when that is ours already."""
        if self._messages[-1]["role"] == "user":
            self._messages[-1]["content"].extend(blocks)
        else:
            self._messages.append({"role": "user", "content": list(blocks)})
