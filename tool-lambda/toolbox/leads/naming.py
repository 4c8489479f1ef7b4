"""Which resources a line of text names: by ARN, by address, and by names that exist in the account. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolbox.links.base import canonical, of_arn
from toolbox.references import of_host
from toolbox.resources.base import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:(?:\d{12}|<n>)?:[\w/:.$@+=-]+")
_HOST = re.compile(r"\b(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){2,8}[a-z]{2,24}\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"User: (?P<who>arn:aws[\w-]*:\S+?) is not authorized to perform:? (?P<action>[\w-]+:\w+)"
    r"(?: on resource:? (?P<resource>\"?[\w:/.*${}<>-]+))?"
)
_KEY = re.compile(r"\bkey/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")
#: A name of one plain word may be any word of a sentence.
_TELLING = re.compile(r"[-_/.]|\d")
_LONG = 10


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was refused for want of a permission.

    Attributes:
        role: Who called.
        action: What was called.
        resource: On what; `*` where the message does not say.
    """

    role: str
    action: str
    resource: str


def named_in(text: str, known: Iterable[Resource]) -> list[Resource]:
    """Resources a text names, in the order of ARNs, addresses, names."""
    found = [resource for arn in _ARN.findall(text) if (resource := of_arn(arn.rstrip(".:"))) is not None]
    found += [Resource("key", key) for key in _KEY.findall(text)]
    found += [_of_address(host.lower()) for host in _HOST.findall(text)]
    names = {word.strip(".:/") for word in re.findall(r"[\w./-]{4,}", text)}
    found += [each for each in known if _is_telling(each) and _short(each) in names]
    return list(dict.fromkeys(found))


def refusals_in(text: str) -> list[Refusal]:
    """Calls IAM refused, as its message tells them."""
    found = []
    for match in _REFUSED.finditer(text):
        who = match["who"]
        role = who.split("/")[1] if ":assumed-role/" in who and who.count("/") > 1 else ""
        if role:
            found.append(Refusal(role, match["action"], (match["resource"] or "*").strip('".')))
    return list(dict.fromkeys(found))


def _of_address(host: str) -> Resource:
    kind, name = of_host(host)
    return canonical(kind, name)


def _short(resource: Resource) -> str:
    return resource.name.rpartition("/")[2] if resource.kind == "ecs" else resource.name.rpartition(":")[2]


def _is_telling(resource: Resource) -> bool:
    name = _short(resource)
    return len(name) > 3 and bool(_TELLING.search(name) or len(name) >= _LONG)
