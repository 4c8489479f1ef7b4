"""A prompt cache as Bedrock documents it: what a request costs when a prefix of it was sent before.

A prefix that ends where a request says so is kept for the requests after it. The longest prefix that is kept and
marked again is read, the rest up to the last mark is written, what follows is plain input (Amazon Bedrock user
guide, "Prompt caching").
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.domain.prices import CACHE_READ_FACTOR, CACHE_WRITE_FACTOR

if TYPE_CHECKING:
    from triage.ports import Message, ModelRequest

CHARACTERS_PER_TOKEN = 4


@dataclass
class PromptCache:
    """Counts the input tokens of requests, estimated from characters.

    Attributes:
        tokens: all of them.
        weighted: as they are priced: read, written or plain.
    """

    tokens: float = 0.0
    weighted: float = 0.0
    _kept: set[str] = field(default_factory=set)

    def count(self, request: ModelRequest) -> None:
        """Count one request, and keep its prefixes."""
        digest = hashlib.sha256()
        sizes, prefixes = [_fixed_characters(request)], [digest.hexdigest()]
        for message in request.messages:
            digest.update(repr(message).encode())
            prefixes.append(digest.hexdigest())
            sizes.append(message_characters(message))
        places = [0, *(index + 1 for index in request.stable_after)]
        known = max((place for place in places if prefixes[place] in self._kept), default=-1)
        read = sum(sizes[: known + 1])
        written = sum(sizes[known + 1 : max(places) + 1])
        plain = sum(sizes[max(places) + 1 :])
        self._kept.update(prefixes[place] for place in places)
        self.tokens += (read + written + plain) / CHARACTERS_PER_TOKEN
        self.weighted += (read * CACHE_READ_FACTOR + written * CACHE_WRITE_FACTOR + plain) / CHARACTERS_PER_TOKEN


def message_characters(message: Message) -> int:
    """Length of a message's texts and tool calls."""
    total = 0
    for block in message["content"]:
        if "toolResult" in block:
            total += sum(len(part["text"]) for part in block["toolResult"]["content"])
        elif "toolUse" in block:
            total += len(json.dumps(block["toolUse"]["input"]))
        else:
            total += len(block.get("text", ""))
    return total


def _fixed_characters(request: ModelRequest) -> int:
    tools = sum(len(tool.description) + len(json.dumps(tool.input_schema)) for tool in request.tools)
    return len(request.system) + tools
