"""What a card must be beyond what Slack refuses: inert text, and links of ours alone.

Slack developer documentation, "Formatting message text": escaped characters, mentions and links between angle
brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.slack.block_kit import refusals, text_objects

_BETWEEN_BRACKETS = re.compile(r"<([^<>]*)>")
_LINK = re.compile(r"https://[^\s|<>]+\|[^|<>]+")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")


def problems(body: str, hosts: tuple[str, ...]) -> list[str]:
    """What Slack would refuse, and what is more than text; nothing for a good payload.

    Args:
        hosts: to which links may lead.
    """
    found = refusals(body)
    payload = json.loads(body)
    if payload.get("unfurl_links") is not False or payload.get("unfurl_media") is not False:
        found.append("links are unfurled")
    found += [f"fallback: {one}" for one in _text_problems(payload["text"], ())]
    for number, block in enumerate(payload["blocks"]):
        found += [f"block {number} ({block.get('type')}): {one}" for one in _block_problems(block, hosts)]
    return found


def texts(body: str) -> str:
    """Everything a reader sees, unescaped."""
    shown = "\n".join(one["text"] for block in json.loads(body)["blocks"] for one in text_objects(block))
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def links(body: str) -> list[str]:
    """The addresses of every link."""
    return [
        found.partition("|")[0].replace("&amp;", "&")
        for block in json.loads(body)["blocks"]
        for one in text_objects(block)
        if one["type"] == "mrkdwn"
        for found in _BETWEEN_BRACKETS.findall(one["text"])
    ]


def _block_problems(block: Mapping[str, Any], hosts: tuple[str, ...]) -> Iterator[str]:
    for one in text_objects(block):
        if one["type"] == "plain_text":
            continue
        if one.get("verbatim") is not True:
            yield "text that Slack would look for links and mentions"
        yield from _text_problems(one["text"], hosts)


def _text_problems(text: str, hosts: tuple[str, ...]) -> Iterator[str]:
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
