"""Whether the thing exists that an empty list is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local_aws.declared.gathering import gather
from local_aws.declared.wire import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.declared.emulator import Emulator
    from local_aws.declared.rules import Parent, Service
    from local_aws.declared.state import Declared, Place


async def exists(
    parent: Parent,
    asked: Mapping[str, Any],
    service: Service,
    place: Place,
    declared: Declared,
    emulator: Emulator,
) -> bool:
    """Whether the parent that a request names was declared or made."""
    rule = service.rule(parent.operation)
    if rule is None or parent.member not in asked:
        return False
    operation = Operation(service.name, parent.operation)
    by = parent.by or parent.member
    name = asked[parent.member]
    shape = operation.model.input_shape.members
    about = {key: value for key, value in asked.items() if key in shape and key in rule.members}
    about[by] = [name] if shape[by].type_name == "list" else name
    about.update(
        {key: one.default for key, one in rule.members.items() if one.default is not None and key not in about}
    )
    documents = declared.of(place, service.name, service.operations_of(rule.kind))
    gathered = await gather(emulator, operation, service, about, about, documents)
    return any(rule.members[by].keeps(about[by], record.seen) for record in gathered.records)


def is_declared(parent: Parent, service: Service, place: Place, declared: Declared) -> bool:
    """Whether anything was declared of the parent's kind, so that the emulator does not know all there is."""
    rule = service.rule(parent.operation)
    return rule is not None and bool(declared.of(place, service.name, service.operations_of(rule.kind)))
