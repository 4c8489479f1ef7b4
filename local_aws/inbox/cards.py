"""A Slack card as HTML, near to how Slack shows it; everything in it is escaped.

Slack developer documentation, "Formatting message text": between angle brackets stand links, mentions and
commands; `*bold*`, `_italic_`, `~struck~` and `code` need a boundary on both sides; `&amp;`, `&lt;` and `&gt;` are
the characters themselves. A mention is shown as one, so that text from outside that became one would be seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BLOCK_OF_CODE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_MARKS = re.compile(
    r"<(?P<bracketed>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])"
    r"|(?<![\w~])~(?P<struck>[^~\n]+)~(?![\w~])"
    r"|(?<![\w`])`(?P<code>[^`\n]+)`(?![\w`])"
)
_TAGS = {"bold": "b", "italic": "i", "struck": "s", "code": "code"}
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))


def html_of(payload: Mapping[str, Any]) -> Markup:
    """The blocks of a message; its text where it has none."""
    blocks = payload.get("blocks")
    if not blocks:
        return Markup("<p>{}</p>").format(mrkdwn(str(payload.get("text", ""))))
    return Markup("\n").join(_block(block) for block in blocks)


def mrkdwn(text: str) -> Markup:
    """Text in Slack's markup."""
    parts, end = [], 0
    for found in _BLOCK_OF_CODE.finditer(text):
        parts.append(_lines(text[end : found.start()]))
        parts.append(Markup("<pre>{}</pre>").format(_plain(found[1])))
        end = found.end()
    return Markup().join([*parts, _lines(text[end:])])


def _block(block: Mapping[str, Any]) -> Markup:
    kind = block["type"]
    if kind == "divider":
        return Markup("<hr>")
    if kind == "header":
        return Markup("<h3>{}</h3>").format(block["text"]["text"])
    if kind == "context":
        return Markup('<div class="context">{}</div>').format(Markup().join(map(_object, block["elements"])))
    text = Markup('<div class="section">{}</div>').format(_object(block["text"])) if "text" in block else Markup()
    fields = Markup().join(Markup("<div>{}</div>").format(_object(one)) for one in block.get("fields", ()))
    return text + (Markup('<div class="fields">{}</div>').format(fields) if fields else Markup())


def _object(one: Mapping[str, Any]) -> Markup:
    text = str(one["text"])
    return mrkdwn(text) if one["type"] == "mrkdwn" else escape(text)


def _lines(text: str) -> Markup:
    """Lines outside of blocks of code; neighbours that begin with `>` are one quotation."""
    shown: list[Markup] = []
    quoted: list[Markup] = []
    for line in text.strip("\n").split("\n"):
        if line.startswith(("> ", "&gt; ")):
            quoted.append(_marked(line.partition(" ")[2]))
            continue
        shown += _quotation(quoted)
        quoted = []
        shown.append(Markup("{}<br>").format(_marked(line)) if line else Markup("<br>"))
    shown += _quotation(quoted)
    joined = Markup().join(shown)
    return joined.removesuffix(Markup("<br>")) if text.strip("\n") else Markup()


def _quotation(lines: list[Markup]) -> Iterator[Markup]:
    if lines:
        yield Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(lines))


def _marked(text: str) -> Markup:
    """One line, with its marks and links."""
    parts, end = [], 0
    for found in _MARKS.finditer(text):
        parts.append(_plain(text[end : found.start()]))
        parts.append(_mark(str(found.lastgroup), found[found.lastgroup or 0]))
        end = found.end()
    return Markup().join([*parts, _plain(text[end:])])


def _mark(kind: str, inside: str) -> Markup:
    if kind == "bracketed":
        return _bracketed(inside)
    tag = Markup(_TAGS[kind])  # noqa: S704 - one of four constants
    return Markup("<{0}>{1}</{0}>").format(tag, _plain(inside) if kind == "code" else _marked(inside))


def _bracketed(inside: str) -> Markup:
    target, _, label = inside.partition("|")
    if target.startswith("https://"):
        link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
        return link.format(_plain(target), _plain(label or target))
    return Markup('<span class="mention">{}</span>').format(_plain(label or target))


def _plain(text: str) -> Markup:
    """Text without marks, as characters."""
    return escape(_ENTITY.sub(lambda found: _ENTITIES[found[0]], text))
