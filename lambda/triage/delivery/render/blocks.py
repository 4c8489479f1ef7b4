"""Slack's Block Kit: texts that stay texts, and cards that stay within every documented limit.

Limits: Slack API reference, "Block Kit" (header, section, context) and "Reference: Message payloads"; Slack
refuses a message that breaks one of them as a whole. Text from outside is escaped (Slack developer documentation,
"Formatting message text": ``&``, ``<`` and ``>``), so it can neither mention anybody nor make a link, and
``verbatim`` keeps Slack from making links and mentions of what only looks like them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from triage.delivery.console_links import Link
    from triage.delivery.outline import Fact

MAX_BLOCKS = 50
MAX_HEADER = 150
MAX_SECTION = 3_000
MAX_FIELDS = 10
MAX_FIELD = 2_000
MAX_CONTEXT = 2_000
MAX_CARD = 12_500
"""Characters of all blocks as JSON. Slack refuses cards of more than about 13,200 without documenting where."""

MAX_LINKS = 8
_TICKS = "```"

Block = dict[str, Any]


def escaped(text: str) -> str:
    """The text without any character that is special to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def length(text: str) -> int:
    """Characters as JavaScript and Java count them: those beyond the basic plane are two."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def clipped(text: str, limit: int) -> str:
    """The escaped text in at most ``limit`` characters, never cut inside an escape.

    Three backticks would begin a block of code that ends with ours, and hide what stands between.
    """
    text = text.replace(_TICKS, "'''")
    whole = escaped(text)
    if length(whole) <= limit:
        return whole
    room = limit - 1
    kept = []
    for character in text:
        room -= length(escaped(character))
        if room < 0:
            break
        kept.append(character)
    return escaped("".join(kept).rstrip()) + "…"


def mrkdwn(text: str) -> Block:
    """A text object; ``text`` is escaped already."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    """The title of a card. Plain text is not parsed, so it is not escaped either."""
    text = text if length(text) <= MAX_HEADER else f"{text[: MAX_HEADER - 1].rstrip()}…"
    while length(text) > MAX_HEADER:
        text = text[:-2].rstrip() + "…"
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def section(text: str) -> Block:
    """A paragraph; ``text`` is escaped and short enough."""
    return {"type": "section", "text": mrkdwn(text)}


def lines_of(lines: Iterable[str], limit: int = MAX_SECTION) -> Block:
    """Lines that are escaped already, as many of them as fit; the first one does."""
    first, *others = lines
    text = first
    for line in others:
        if length(text) + 1 + length(line) > limit:
            break
        text += f"\n{line}"
    return section(text)


def titled(title: str, lines: Iterable[str], limit: int = MAX_SECTION) -> Block:
    """A title, escaped, over such lines."""
    return lines_of([f"*{title}*", *lines], limit)


def code(text: str) -> str:
    """Lines in a fixed-width block that nothing inside can end; escaped."""
    return f"{_TICKS}\n{escaped(text.strip(chr(10)).replace(_TICKS, '` ` `'))}\n{_TICKS}"


def fields(rows: Sequence[Fact], limit: int = 300) -> Iterator[Block]:
    """Label and value side by side, ten to a block; a row without a label goes on with the one before."""
    most = min(limit, MAX_FIELD - 40)
    shown = [
        mrkdwn(f"*{row.label}*\n{clipped(row.value, most)}" if row.label else clipped(row.value, most))
        for row in rows
        if row.value
    ]
    for begin in range(0, len(shown), MAX_FIELDS):
        yield {"type": "section", "fields": shown[begin : begin + MAX_FIELDS]}


def context(text: str) -> Block:
    """Small print; ``text`` is escaped."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def link(target: Link) -> str:
    """A link of ours. A button would look better, but asks for a server that answers when it is pressed."""
    return f"<{escaped(target.url)}|{clipped(target.label, 120).replace('|', '/')}>"


def links(targets: Sequence[Link]) -> Iterator[Block]:
    """The links on one line, as many as fit."""
    shown = ""
    for target in targets[:MAX_LINKS]:
        longer = f"{shown}  ·  {link(target)}" if shown else link(target)
        if length(longer) <= MAX_SECTION:
            shown = longer
    if shown:
        yield section(shown)


@dataclass(frozen=True)
class Card:
    """A card under construction.

    Attributes:
        head, foot: always shown.
        body: shown from the first on, as many as fit.
        rest: what is said when some do not; escaped.
    """

    head: Sequence[Block]
    body: Sequence[Block]
    foot: Sequence[Block]
    rest: str

    def blocks(self) -> list[Block]:
        """The blocks that fit into one message."""
        left_out = context(self.rest)
        room = MAX_CARD - _size([*self.head, *self.foot, left_out])
        places = MAX_BLOCKS - len(self.head) - len(self.foot) - 1
        kept: list[Block] = []
        for block in self.body:
            room -= _size([block])
            if room < 0 or len(kept) == places:
                return [*self.head, *kept, left_out, *self.foot]
            kept.append(block)
        return [*self.head, *kept, *self.foot]


def payload(fallback: str, blocks: Sequence[Block]) -> str:
    """The JSON document that an incoming webhook takes.

    Args:
        fallback: shown in notifications, where no blocks are.
    """
    document = {
        "text": escaped(fallback),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": list(blocks),
    }
    return json.dumps(document, ensure_ascii=False)


def _size(blocks: Sequence[Block]) -> int:
    return length(json.dumps(list(blocks), ensure_ascii=False))
