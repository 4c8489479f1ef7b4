"""Which resources a line of text names: by ARN, by address, and by names that exist in the account. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolbox.resources.base import Resource
from toolbox.surroundings.links.base import canonical, of_arn
from toolbox.surroundings.references import of_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:(?:\d{12}|<n>)?:[\w/:.$@+=-]+")
#: Never the rest of a host of which a template masks a label: `db.<id>.eu-west-1.rds.amazonaws.com`.
_HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){2,8}[a-z]{2,24}\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"User: (?P<who>arn:aws[\w-]*:\S+?) is not authorized to perform:? (?P<action>[\w-]+:\w+)"
    r"(?: on resource:? (?P<resource>\"?[\w:/.*${}<>-]+))?"
)
#: What follows where a text was cut, or is over: samples lose their middle.
_END = re.compile(r"[ \t]*(?:\[?\N{HORIZONTAL ELLIPSIS}|\n|\Z)")
#: A bucket as commands, URIs and endpoints of S3 name it.
_BUCKETS = (
    re.compile(r"\bs3[an]?://(?:arn:aws[\w-]*:s3:::)?([a-z0-9][a-z0-9.-]{2,62})"),
    re.compile(r"\b([a-z0-9][a-z0-9-]{2,62})\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com"),
    re.compile(r"//s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com/([a-z0-9][a-z0-9.-]{2,62})/"),
)
_KEY = re.compile(r"\bkey/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")
#: Where a host stands in a text, be it of one label: in a URL, before a port, and as clients of HTTP name it.
_ADDRESSES = (
    re.compile(r"\b(?:https?|hxxps?|grpcs?|tcp)://(?:[^\s/@]{1,80}@)?([a-z0-9][a-z0-9.-]{1,200})", re.IGNORECASE),
    re.compile(r"(?<![\w.:/-])([a-z][a-z0-9-]{2,62}):(?:\d{2,5}|<n>)(?![\w.:])", re.IGNORECASE),
    re.compile(r"\bhost=['\"]?([a-z][a-z0-9.-]{2,200})", re.IGNORECASE),
)
#: Kinds of what answers at an address, and where it writes.
_ANSWERING = ("ecs", "lambda", "log_group")
#: Endings of names that are resolved inside a network only.
_INSIDE = (".internal", ".local", ".private", ".lan", ".corp", ".svc", ".intra", ".consul")
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
    named = [of_arn(arn.rstrip(".:")) for arn in _ARN.findall(text)]
    found = [each for each in named if each is not None and each.name]
    found += [Resource("key", key) for key in _KEY.findall(text)]
    found += buckets_in(text)
    plain = text.replace("[.]", ".")
    found += _behind(plain, known := list(known))
    found += [_of_address(host.lower()) for host in _HOST.findall(plain)]
    names = {word.strip(".:/") for word in re.findall(r"[\w./-]{4,}", text)}
    found += [each for each in known if _is_telling(each) and _short(each) in names]
    return list(dict.fromkeys(found))


def buckets_in(text: str) -> list[Resource]:
    """Buckets a text names by a URI or an endpoint of S3."""
    found = [Resource("bucket", name.rstrip(".-")) for pattern in _BUCKETS for name in pattern.findall(text)]
    return list(dict.fromkeys(found))


def refusals_in(text: str) -> list[Refusal]:
    """Calls IAM refused, as its message tells them."""
    found = []
    cut = set()
    for match in _REFUSED.finditer(text):
        who = match["who"]
        role = who.split("/")[1] if ":assumed-role/" in who and who.count("/") > 1 else ""
        if role:
            found.append(Refusal(role, match["action"], (match["resource"] or "*").strip('".')))
            if _END.match(text, match.end()):
                cut.add(found[-1])
    return [
        each
        for each in dict.fromkeys(found)
        if not any(_says_more(other, each, is_cut=each in cut) for other in found)
    ]


def _says_more(one: Refusal, other: Refusal, *, is_cut: bool) -> bool:
    """Whether it is of the same call and names in full what the other masks, cuts off or does not say.

    A template masks parts of the resource that its sample names, and may end within it.
    """
    if (one.role, one.action) != (other.role, other.action) or one.resource in (other.resource, "*"):
        return False
    if ("<" in one.resource) != ("<" in other.resource):
        return "<" in other.resource or other.resource == "*"
    return other.resource == "*" or (is_cut and one.resource.startswith(other.resource))


def _behind(text: str, known: Iterable[Resource]) -> list[Resource]:
    """What answers at the addresses a text names: mostly it is called like the first label of its host."""
    hosts = [host for pattern in _ADDRESSES for host in pattern.findall(text)] + _HOST.findall(text)
    running = [each for each in known if each.kind in _ANSWERING]
    found = [_called_like(host.lower(), running) for host in dict.fromkeys(hosts)]
    return [each for some in found for each in some]


def _called_like(host: str, running: Sequence[Resource]) -> list[Resource]:
    """A service or function called like a host, else the log group that is; `shop-cart` where only one ends so."""
    label = host.partition(".")[0]
    if of_host(host)[0] != "host":
        return []
    exact = sorted(
        (each for each in running if _last(each) == label), key=lambda each: _ANSWERING.index(each.kind)
    )
    if exact or ("." in host and not host.endswith(_INSIDE)):
        return sorted(exact, key=lambda each: _ANSWERING.index(each.kind))[:1]
    alike = [each for each in running if _last(each).endswith(f"-{label}") or _last(each).startswith(f"{label}-")]
    return alike if len(alike) == 1 and _is_telling(alike[0]) else []


def _last(resource: Resource) -> str:
    return resource.name.rpartition("/")[2].lower()


def _of_address(host: str) -> Resource:
    kind, name = of_host(host)
    return canonical(kind, name)


def _short(resource: Resource) -> str:
    return resource.name.rpartition("/")[2] if resource.kind == "ecs" else resource.name.rpartition(":")[2]


def _is_telling(resource: Resource) -> bool:
    name = _short(resource)
    return len(name) > 3 and bool(_TELLING.search(name) or len(name) >= _LONG)
