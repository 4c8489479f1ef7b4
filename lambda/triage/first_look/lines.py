"""A section as text: one fact a line, so that a quote is a line and a reader needs no JSON.

It also takes a model fewer tokens than the JSON it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triage.first_look.document import Section

_INDENT = "  "


def text_of(section: Section) -> str:
    """Everything a section says, line by line."""
    about = [f"about: {section.lead.about}, because {section.lead.why}"] if section.lead else []
    asked = [f"asked: {_inline(section.asked)}"] if section.asked else []
    gap = [f"gap: {_plain(section.gap)}"] if section.gap else []
    return "\n".join([*about, *asked, *gap, *_members(section.data, "")])


def _members(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _member(str(key), value, indent)


def _member(key: str, value: Any, indent: str) -> Iterator[str]:
    if _fits_inline(value):
        yield f"{indent}{key}: {_inline(value)}"
    elif isinstance(value, Mapping):
        yield f"{indent}{key}:"
        yield from _members(value, indent + _INDENT)
    else:
        yield f"{indent}{key}:"
        for item in value:
            yield from _item(item, indent)


def _item(item: Any, indent: str) -> Iterator[str]:
    """One entry of a list: what fits into its line first, what has entries of its own below it."""
    if not isinstance(item, Mapping):
        yield f"{indent}- {_inline(item)}"
        return
    short = {key: value for key, value in item.items() if _fits_inline(value)}
    yield f"{indent}- {_inline(short)}"
    for key, value in item.items():
        if key not in short:
            yield from _member(str(key), value, indent + _INDENT)


def _fits_inline(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(not isinstance(item, Mapping | list | tuple) for item in value.values())
    if isinstance(value, list | tuple):
        return not any(isinstance(item, Mapping | list | tuple) or _is_sentence(item) for item in value)
    return True


def _is_sentence(item: Any) -> bool:
    return isinstance(item, str) and " " in item


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_within(item)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        separator = " " if all(item is None or isinstance(item, int | float) for item in value) else ", "
        return separator.join(map(_inline, value))
    return _plain(value)


def _within(value: Any) -> str:
    """A value inside a line; braces tell where the members of one end."""
    return f"{{{_inline(value)}}}" if isinstance(value, Mapping) and value else _inline(value)


def _plain(value: Any) -> str:
    """One value on one line; a missing one in a series is a dash."""
    if value is None:
        return "-"
    return " ".join(value.split()) if isinstance(value, str) else json.dumps(value, default=str)
