"""Walks the answers of a section: every object in it, with the resource it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triage.first_look.document import Section

_NAMED_BY = ("service", "function", "queue", "QueueName", "domain")
_NAMED_LISTS = frozenset(
    {
        "target_groups",
        "depends_on",
        "dead_letters",
        "children",
        "replication_group",
        "nat_metrics",
        "stores",
        "indexes",
    }
)
_TITLED = re.compile(r"[a-z_]+ \S+")
_BALANCER = re.compile(r"(?:app|net|gwy|targetgroup)/([^/]+)/[0-9a-f]+")


@dataclass(frozen=True)
class Node:
    """One object of an answer.

    Attributes:
        data: its members.
        path: keys that lead there, joined by dots.
        about: the resource it belongs to.
    """

    data: Mapping[str, Any]
    path: str
    about: str


def short(name: str) -> str:
    """What people call a resource: the last part of an ARN or path."""
    found = _BALANCER.search(name)
    if found:
        return found[1]
    return name.rstrip("/").rpartition("/")[2].rpartition(":")[2] or name


def subject_of(section: Section) -> str:
    """The resource a section is about, by its short name; empty when it does not say."""
    resource = str(section.asked.get("resource") or section.asked.get("function") or "")
    lead = section.lead.about if section.lead else ""
    named = resource or (lead if _TITLED.fullmatch(lead) else "")
    return short(named.partition(" ")[2] or named) if named else ""


def hop_of(section: Section) -> int:
    """Steps from the alarm's resource."""
    return section.lead.hop if section.lead else 0


def nodes(section: Section) -> Iterator[Node]:
    """Every object of the section, the outer ones first."""
    yield from _walk(section.data, "", subject_of(section))


def _walk(data: Mapping[str, Any], path: str, about: str) -> Iterator[Node]:
    named = _name_of(data, path) or about
    yield Node(data, path, named)
    for key, value in data.items():
        below = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from _walk(value, below, named)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for item in value:
                if isinstance(item, Mapping):
                    yield from _walk(item, below, named)


def _name_of(data: Mapping[str, Any], path: str) -> str:
    named = next((str(data[key]) for key in _NAMED_BY if isinstance(data.get(key), str)), "")
    if not named and path.rpartition(".")[2] in _NAMED_LISTS:
        named = str(data.get("name") or data.get("target") or "")
    titled = str(data.get("what") or "")
    if not named and "link" in data and _TITLED.fullmatch(titled):
        named = titled.partition(" ")[2]
    return short(named) if named else ""
