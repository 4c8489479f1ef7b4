"""Records: what an operation's output holds, taken out of it, merged by identity, and put back into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import Ref, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local_aws.declared.conditions import Condition
    from local_aws.declared.rules import Identity, Rule
    from local_aws.declared.state import Document


@dataclass(frozen=True)
class Record:
    """One thing an operation tells of.

    Attributes:
        fields: What the output holds of it.
        scope: Input members it is an answer to, where the output does not repeat them.
        parent: What surrounds it in the output (the reservation of an instance).
    """

    fields: Mapping[str, Any]
    scope: Mapping[str, Any] = field(default_factory=dict)
    parent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> dict[str, Any]:
        """Everything conditions may look at."""
        return {**self.parent, **self.scope, **self.fields}


def taken_from(rule: Rule, output: Mapping[str, Any], scope: Mapping[str, Any]) -> list[Record]:
    """The records in an operation's output."""
    held = at(output, rule.holds)
    if rule.one:
        return [Record(held, scope)] if held else []
    if rule.inner:
        return [
            Record(one, scope, {name: value for name, value in parent.items() if name != rule.inner})
            for parent in held or []
            for one in parent.get(rule.inner, [])
        ]
    return [Record(look(rule.reads, one) if rule.reads else one, scope) for one in held or []]


def declared(documents: Iterable[Document], rules: Mapping[str, Rule]) -> list[Record]:
    """The records of declared documents, each read by the rule of its operation."""
    return [
        record
        for document in documents
        for record in taken_from(rules[document.operation], document.answer, document.when)
    ]


def merged(identity: Identity, records: Iterable[Record]) -> list[Record]:
    """Records of the same identity as one, the later ones overriding member by member.

    What they are an answer to stays as the first has it: a real queue keeps its URL.
    """
    found: dict[object, Record] = {}
    for number, record in enumerate(records):
        key = identity_of(identity, record)
        known = found.get(key) if key is not None else None
        if known is None:
            found[number if key is None else key] = record
        else:
            found[key] = Record(
                {**known.fields, **record.fields},
                {**record.scope, **known.scope},
                {**known.parent, **record.parent},
            )
    return list(found.values())


def stays(members: Mapping[str, Condition], asked: Mapping[str, Any], record: Record) -> bool:
    """Whether every member of a request keeps the record."""
    seen = record.seen
    return all(
        members[name].keeps(value, seen) or (not members[name].foreign and _answers(name, value, record))
        for name, value in asked.items()
        if name in members
    )


def _answers(name: str, asked: Any, record: Record) -> bool:
    """Whether the record was declared, or given by the emulator, as the answer to that very value."""
    return name in record.scope and Ref(name).keeps(asked, record.scope)


def identity_of(identity: Identity, record: Record) -> tuple[str, ...] | None:
    """What makes it the same as another one; None when it lacks a part of it."""
    seen = record.seen
    parts = [part(seen) if callable(part) else look(part, seen) for part in identity]
    return None if not parts or None in parts else tuple(str(part) for part in parts)


def rendered(rule: Rule, records: list[Record]) -> Any:
    """What the output holds for them."""
    if rule.one:
        return records[0].fields
    if rule.shows:
        return [look(rule.shows, record.seen) for record in records]
    if not rule.inner:
        return [record.fields for record in records]
    groups: list[dict[str, Any]] = []
    for record in records:
        before = {name: value for name, value in groups[-1].items() if name != rule.inner} if groups else None
        if before == record.parent:
            groups[-1][rule.inner].append(record.fields)
        else:
            groups.append({**record.parent, rule.inner: [record.fields]})
    return groups


def at(document: Any, path: str) -> Any:
    """The value at a dotted path; the document itself for an empty one."""
    for part in path.split(".") if path else ():
        document = document.get(part) if document else None
    return document


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a dotted path."""
    *above, last = path.split(".")
    for part in above:
        document[part] = dict(document.get(part) or {})
        document = document[part]
    document[last] = value


def without(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The document's other members."""
    first, _, rest = path.partition(".")
    kept = dict(document)
    if rest and isinstance(kept.get(first), dict):
        kept[first] = without(kept[first], rest)
    else:
        kept.pop(first, None)
    return kept
