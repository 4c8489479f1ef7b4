"""Which payloads of an incoming webhook Slack refuses, by its documented limits.

Slack API reference, "Block Kit": blocks (at most 50 in a message), header (plain text, 150 characters), section
(text of 1 to 3,000 characters, at most 10 fields of 2,000), context (at most 10 elements), divider; "Text object".
Blocks that are not in this list are refused, so that nothing passes unchecked.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BLOCKS = 50
MAX_CARD = 13_200
"""Characters of a message's blocks, beyond which Slack was seen to refuse it."""

MAX_FALLBACK = 3_000
"""Of the line a phone shows. Stricter than Slack, which cuts off beyond 40,000 (``chat.postMessage``)."""

_KEYS = {
    "header": {"type", "text", "block_id"},
    "section": {"type", "text", "fields", "block_id"},
    "context": {"type", "elements", "block_id"},
    "divider": {"type", "block_id"},
}
_PAYLOAD = {"text", "blocks", "unfurl_links", "unfurl_media", "mrkdwn"}


def refusals(body: str | bytes) -> list[str]:
    """Why Slack would refuse a payload; nothing for one that it takes."""
    try:
        payload = json.loads(body)
    except ValueError:
        return ["the payload is not JSON"]
    if not isinstance(payload, dict):
        return ["the payload is no object"]
    return list(_payload_refusals(payload))


def text_objects(block: Mapping[str, Any]) -> Iterator[Any]:
    """Everything in a block that is, or should be, a text object."""
    if "text" in block:
        yield block["text"]
    yield from _list(block.get("fields"))
    yield from _list(block.get("elements"))


def length(text: str) -> int:
    """Characters as JavaScript and Java count them: those beyond the basic plane are two."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _payload_refusals(payload: Mapping[str, Any]) -> Iterator[str]:
    if set(payload) - _PAYLOAD:
        yield f"unknown keys {sorted(set(payload) - _PAYLOAD)}"
    text, blocks = payload.get("text"), payload.get("blocks")
    if text is None and not blocks:
        yield "neither text nor blocks"
    if text is not None and not (isinstance(text, str) and 1 <= length(text) <= MAX_FALLBACK):
        yield "the text is empty, too long or no text"
    if blocks is None:
        return
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= MAX_BLOCKS:
        yield f"there must be a list of 1 to {MAX_BLOCKS} blocks"
        return
    size = length(json.dumps(blocks, ensure_ascii=False))
    if size > MAX_CARD:
        yield f"{size} characters in all"
    for number, block in enumerate(blocks):
        kind = block.get("type") if isinstance(block, dict) else None
        yield from (f"block {number} ({kind}): {one}" for one in _block_refusals(block))


def _block_refusals(block: Any) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in _KEYS or set(block) - _KEYS[kind]:
        yield "unknown block or keys"
        return
    if kind == "section" and not ("text" in block or block.get("fields")):
        yield "neither text nor fields"
    if kind == "header" and (not isinstance(block.get("text"), dict) or block["text"].get("type") != "plain_text"):
        yield "a header has a plain text"
    if kind == "context" and not block.get("elements"):
        yield "no elements"
    for name in ("fields", "elements"):
        yield from _many_refusals(name, block.get(name, []))
    if "text" in block:
        yield from _text_refusals(block["text"], 150 if kind == "header" else 3_000)


def _many_refusals(name: str, objects: Any) -> Iterator[str]:
    if not isinstance(objects, list):
        yield f"{name} are no list"
        return
    if len(objects) > 10:
        yield f"more than 10 {name}"
    for one in objects:
        yield from _text_refusals(one, 2_000)


def _text_refusals(one: Any, limit: int) -> Iterator[str]:
    if not isinstance(one, dict) or one.get("type") not in ("plain_text", "mrkdwn"):
        yield "no text object"
        return
    text = one.get("text")
    if not isinstance(text, str) or not 1 <= length(text) <= limit:
        yield f"{length(text) if isinstance(text, str) else 'no'} characters, not 1 to {limit}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
