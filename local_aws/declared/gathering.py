"""All records of an operation's kind that a request can be about: the emulator's and the declared ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local_aws.declared import records as recorded
from local_aws.declared.conditions import Ref, listed
from local_aws.declared.emulator import NOTHING
from local_aws.declared.paging import page_of
from local_aws.declared.wire import Operation, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.declared.emulator import Answered, Emulator
    from local_aws.declared.records import Record
    from local_aws.declared.rules import Rule, Service
    from local_aws.declared.state import Document

_SAME = "`same`"
"""A JMESPath literal: all records of one thing are the same thing."""

_DESCRIBED_AT_ONCE = 10
"""The fewest names any describing operation takes (DescribeServices, ECS API reference)."""


@dataclass(frozen=True)
class Gathered:
    """What there is.

    Attributes:
        records: Of the emulator, overridden and completed by the declared ones.
        around: Output members beside the records.
        refused: The emulator's error answer, if it gave one.
        known: Whether something declared is about what was asked, whatever the emulator says; for a list with a
            parent, whether it says so by name.
    """

    records: list[Record]
    around: Mapping[str, Any] = field(default_factory=dict)
    refused: Response | None = None
    known: bool = False


async def gather(
    emulator: Emulator,
    operation: Operation,
    service: Service,
    asked: Mapping[str, Any],
    prepared: Mapping[str, Any],
    documents: list[Document],
) -> Gathered:
    """The records a request to an operation looks through.

    Args:
        asked: its members.
        prepared: the same with their defaults.
        documents: what was declared under the operations that show the same records.
    """
    rule = service.rule(operation.name)
    if rule is None:
        raise LookupError(operation.name)
    members = _told(operation, rule, asked)
    listing = Operation(service.name, rule.hydrate[0]) if rule.hydrate else operation
    own = await emulator.ask(listing, members | dict(rule.tells)) if rule.emulated else NOTHING
    real = [] if own.failed else await _real(emulator, service, rule, own, members)
    kin = service.operations_of(rule.kind)
    about = [one for one in documents if _is_about(one, operation, rule, kin, prepared)]
    declared = recorded.declared(about, kin)
    if rule.one:
        declared = _of_the_one(rule, prepared, real, declared)
    return Gathered(
        records=recorded.merged(rule.identity or (_SAME,) * rule.one, [*real, *declared]),
        around=_around(operation, rule, own, about),
        refused=own.response if own.failed and not own.unknown else None,
        known=bool(declared) if rule.one else _names_parent(rule, about),
    )


def _names_parent(rule: Rule, about: list[Document]) -> bool:
    return any(rule.parent is None or rule.parent.member in one.when for one in about)


def _told(operation: Operation, rule: Rule, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the emulator must know: everything for one record, for lists only what they are about."""
    shape = operation.model.input_shape
    if rule.one or shape is None:
        return dict(asked)
    needed = {name for name, one in rule.members.items() if one.forwarded}
    needed |= set() if rule.hydrate and rule.hydrate[0] != operation.name else set(shape.required_members)
    return {name: value for name, value in asked.items() if name in needed}


async def _real(
    emulator: Emulator, service: Service, rule: Rule, own: Answered, members: Mapping[str, Any]
) -> list[Record]:
    if rule.hydrate is None:
        return recorded.taken_from(rule, own.document, members)
    listing, describing, member = rule.hydrate
    listed_by, described_by = service.rule(listing), service.rule(describing)
    if listed_by is None or described_by is None:
        raise LookupError(f"{listing}, {describing}")
    operation = Operation(service.name, describing)
    accepted = operation.model.input_shape.members
    listing_shown = listed(recorded.at(own.document, listed_by.holds) or [])
    names = [one[member] if isinstance(one, dict) else one for one in listing_shown]
    scope = {key: value for key, value in members.items() if key in accepted}
    many = accepted[member].type_name == "list"
    step = _DESCRIBED_AT_ONCE if many else 1
    found: list[Record] = []
    for start in range(0, len(names), step):
        about = {**scope, member: names[start : start + step] if many else names[start]}
        answered = await emulator.ask(operation, about | dict(described_by.tells))
        found += [] if answered.failed else recorded.taken_from(described_by, answered.document, about)
    return found


def _is_about(
    document: Document, operation: Operation, rule: Rule, kin: Mapping[str, Rule], prepared: Mapping[str, Any]
) -> bool:
    """Whether a document's `when` does not speak against the request.

    It agrees where it names the same thing, or where a record of the document is what the request asks for: a
    family stands for its revisions, an alias for its key.
    """
    members = operation.model.input_shape.members if operation.model.input_shape else {}
    records = recorded.declared([document], kin)
    for name, value in document.when.items():
        condition = rule.members.get(name)
        if condition is not None and condition.foreign:
            continue
        if name in prepared:
            asked = prepared[name]
            fits = condition is not None and any(condition.keeps(asked, one.seen) for one in records)
            if not fits and not Ref(name).keeps(asked, {name: value}):
                return False
        elif rule.one and name in members and not (condition and condition.forwarded):
            return False
    return True


def _of_the_one(
    rule: Rule, prepared: Mapping[str, Any], real: list[Record], declared: list[Record]
) -> list[Record]:
    """The declared records of the one thing asked for: the emulator's one, or else what fits the request."""
    same = {recorded.identity_of(rule.identity, record) for record in real} - {None}
    return [
        record
        for record in declared
        if recorded.identity_of(rule.identity, record) in same or recorded.stays(rule.members, prepared, record)
    ]


def _around(operation: Operation, rule: Rule, own: Answered, about: list[Document]) -> dict[str, Any]:
    """Output members beside the records, those declared under this operation last."""
    if rule.one and not rule.holds:
        return {}
    page = page_of(operation, rule)
    outputs = [] if own.failed else [own.document]
    outputs += [one.answer for one in about if one.operation == operation.name]
    around: dict[str, Any] = {}
    for output in outputs:
        rest = recorded.without(output, rule.holds)
        around |= recorded.without(rest, page.following) if page else rest
    return around
