"""What links resources to each other: who names, calls, feeds or runs whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolbox.resources.base import Resource, name_of
from toolbox.surroundings.references import references

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SECRET_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
_BALANCER_SUFFIX = re.compile(r"-\d{6,}$")


@dataclass(frozen=True, slots=True)
class Link:
    """One resource depends on, calls or feeds another.

    Attributes:
        source: Who names, calls or feeds.
        target: Whom.
        why: What says so, in words that hold from both ends.
    """

    source: Resource
    target: Resource
    why: str


@dataclass
class Links:
    """Links of an account, and what was seen of its resources on the way.

    Attributes:
        links: In the order in which they were found.
        notes: What a listing already says of a resource: `DISABLED`, `2/4 running`.
    """

    links: list[Link] = field(default_factory=list)
    notes: dict[Resource, str] = field(default_factory=dict)

    def add(self, source: Resource, target: Resource, why: str) -> None:
        """Note a link; nothing is linked to itself."""
        if source != target:
            self.links.append(Link(source, target, why))

    def of(self, resource: Resource) -> list[tuple[Resource, str]]:
        """Whom a resource is linked to, whichever way, and why."""
        found = [(each.target, each.why) for each in self.links if each.source == resource]
        return found + [(each.source, each.why) for each in self.links if each.target == resource]

    def resources(self) -> list[Resource]:
        """All there are, each once."""
        ends = [end for each in self.links for end in (each.source, each.target)]
        return list(dict.fromkeys([*ends, *self.notes]))

    def without(self, left_out: Callable[[str], bool]) -> Links:
        """These, but for resources whose name is left out."""
        links = [each for each in self.links if not (left_out(each.source.name) or left_out(each.target.name))]
        return Links(links, {each: note for each, note in self.notes.items() if not left_out(each.name)})

    def merged(self, others: Iterable[Links]) -> Links:
        """These and others in one."""
        whole = Links(list(self.links), dict(self.notes))
        for other in others:
            whole.links += other.links
            whole.notes |= other.notes
        return whole


def canonical(kind: str, name: str) -> Resource:
    """The one name a resource goes by here, whichever way it is referred to."""
    if kind in {"lambda", "sqs", "sns", "dynamodb", "kinesis", "bucket", "role", "key"}:
        name = _plain(kind, name)
    elif kind == "secret":
        name = _secret(name)
    elif kind == "parameter":
        name = "/" + name.partition(":parameter/")[2] if ":parameter/" in name else name
    elif kind == "elb" and "/" not in name:
        name = _BALANCER_SUFFIX.sub("", name.removeprefix("internal-"))
    elif kind == "elb":
        name = name.partition("loadbalancer/")[2] or name
    return Resource(kind, name)


def _plain(kind: str, name: str) -> str:
    if not name.startswith("arn:"):
        return name.partition(":")[0] if kind == "lambda" else name_of(name)
    rest = name.split(":", 5)[-1]
    if kind == "lambda":
        return rest.removeprefix("function:").partition(":")[0]
    if kind == "dynamodb":
        return rest.split("/")[1] if "/" in rest else rest
    return name_of(name)


def _secret(name: str) -> str:
    if not name.startswith("arn:"):
        return name
    # arn:…:secret:NAME-a1B2c3, in task definitions followed by :json-key:version-stage:version-id
    return _SECRET_SUFFIX.sub("", name.split(":")[6]) if name.count(":") >= 6 else name


_KIND_OF_SERVICE = {
    "lambda": "lambda",
    "sqs": "sqs",
    "sns": "sns",
    "dynamodb": "dynamodb",
    "kinesis": "kinesis",
    "states": "stepfunctions",
    "s3": "bucket",
    "kms": "key",
    "secretsmanager": "secret",
    "ssm": "parameter",
    "logs": "log_group",
    "events": "bus",
}


def of_arn(arn: str) -> Resource | None:
    """The resource of an ARN, where its kind is known."""
    parts = arn.split(":", 5)
    kind = _KIND_OF_SERVICE.get(parts[2]) if len(parts) == 6 and parts[0] == "arn" else None
    if kind is None:
        return None
    if kind == "stepfunctions":
        return Resource(kind, _machine(arn))
    if kind == "log_group":
        return Resource(kind, arn.rpartition(":log-group:")[2].removesuffix(":*"))
    return canonical(kind, arn)


def _machine(arn: str) -> str:
    """The state machine of an execution's ARN: `…:execution:NAME:ID` belongs to `…:stateMachine:NAME`."""
    parts = arn.split(":")
    return ":".join([*parts[:5], "stateMachine", parts[6]]) if len(parts) > 6 else arn


def add_named(links: Links, source: Resource, variables: Mapping[str, str], title: str) -> None:
    """Link a resource to whatever its environment names."""
    for each in references(variables):
        kind = each.kind
        links.add(source, canonical(kind, each.name), f"{title}'s variable {each.variable}")
