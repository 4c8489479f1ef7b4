"""A checker of Block Kit payloads by Slack's documented rules.

Slack API reference, "Block Kit": blocks (at most 50 in a message), header (plain text, 150 characters), section
(text of 1 to 3,000 characters, at most 10 fields of 2,000), context (at most 10 elements), divider; "Text object";
"Formatting message text" (escaped characters, mentions and links between angle brackets).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MAX_CARD = 13_200
"""Characters of a message's blocks, beyond which Slack was seen to refuse it."""

_BETWEEN_BRACKETS = re.compile(r"<([^<>]*)>")
_LINK = re.compile(r"https://[^\s|<>]+\|[^|<>]+")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_KEYS = {
    "header": {"type", "text"},
    "section": {"type", "text", "fields"},
    "context": {"type", "elements"},
    "divider": {"type"},
}


def problems(body: str, hosts: tuple[str, ...]) -> list[str]:
    """What Slack would refuse, and what is more than text; nothing for a good payload.

    Args:
        hosts: to which links may lead.
    """
    payload = json.loads(body)
    found = []
    if set(payload) - {"text", "blocks", "unfurl_links", "unfurl_media", "mrkdwn"}:
        found.append(f"unknown keys {set(payload)}")
    if payload.get("unfurl_links") is not False or payload.get("unfurl_media") is not False:
        found.append("links are unfurled")
    found += [f"fallback: {one}" for one in _text_problems(payload["text"], (), 3_000)]
    blocks = payload["blocks"]
    if not 1 <= len(blocks) <= 50:
        found.append(f"{len(blocks)} blocks")
    size = _length(json.dumps(blocks, ensure_ascii=False))
    if size > MAX_CARD:
        found.append(f"{size} characters in all")
    for number, block in enumerate(blocks):
        found += [f"block {number} ({block.get('type')}): {one}" for one in _block_problems(block, hosts)]
    return found


def texts(body: str) -> str:
    """Everything a reader sees, unescaped."""
    shown = "\n".join(one["text"] for block in json.loads(body)["blocks"] for one in _objects(block))
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def links(body: str) -> list[str]:
    """The addresses of every link."""
    return [
        found.partition("|")[0].replace("&amp;", "&")
        for block in json.loads(body)["blocks"]
        for one in _objects(block)
        if one["type"] == "mrkdwn"
        for found in _BETWEEN_BRACKETS.findall(one["text"])
    ]


def _objects(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "text" in block:
        yield block["text"]
    yield from block.get("fields", ())
    yield from block.get("elements", ())


def _block_problems(block: Mapping[str, Any], hosts: tuple[str, ...]) -> Iterator[str]:
    kind = block.get("type")
    if kind not in _KEYS or set(block) - _KEYS[kind]:
        yield f"unknown block or keys {sorted(block)}"
        return
    if kind == "header" and block["text"]["type"] != "plain_text":
        yield "a header is plain text"
    if kind == "section" and not ("text" in block or "fields" in block):
        yield "neither text nor fields"
    if len(block.get("fields", ())) > 10 or len(block.get("elements", ())) > 10:
        yield "more than 10 fields or elements"
    for one in block.get("fields", ()):
        yield from _object_problems(one, hosts, 2_000)
    for one in block.get("elements", ()):
        yield from _object_problems(one, hosts, 2_000)
    if "text" in block:
        yield from _object_problems(block["text"], hosts, 150 if kind == "header" else 3_000)


def _object_problems(one: Mapping[str, Any], hosts: tuple[str, ...], limit: int) -> Iterator[str]:
    if one["type"] == "plain_text":
        if not 1 <= _length(one["text"]) <= limit:
            yield f"{_length(one['text'])} characters"
        return
    if one["type"] != "mrkdwn" or one.get("verbatim") is not True:
        yield "text that Slack would look for links and mentions"
    yield from _text_problems(one["text"], hosts, limit)


def _text_problems(text: str, hosts: tuple[str, ...], limit: int) -> Iterator[str]:
    if not 1 <= _length(text) <= limit:
        yield f"{_length(text)} characters"
    for inside in _BETWEEN_BRACKETS.findall(text):
        if not (_LINK.fullmatch(inside) and inside.startswith(tuple(f"https://{host}/" for host in hosts))):
            yield f"a mention, a command or a foreign link: {inside!r}"
    rest = _BETWEEN_BRACKETS.sub("", text)
    # At the beginning of a line the sign makes a quotation.
    if "<" in rest or ">" in re.sub(r"(?m)^> ", "", rest):
        yield "an angle bracket that is not escaped"
    if _ENTITY.search(text):
        yield "an ampersand that is not escaped"
    if text.count("```") % 2:
        yield "a code block that does not end"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
