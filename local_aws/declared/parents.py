"""Things a request is about that another operation knows: what a list is a list of, what an alias stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_aws.declared.conditions import look, values
from local_aws.declared.gathering import gather
from local_aws.declared.records import stays
from local_aws.declared.wire import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.declared.emulator import Emulator
    from local_aws.declared.records import Record
    from local_aws.declared.rules import Alias, Parent, Service
    from local_aws.declared.state import Declared, Place


@dataclass(frozen=True)
class World:
    """Where things are looked up."""

    service: Service
    place: Place
    declared: Declared
    emulator: Emulator


async def exists(parent: Parent, asked: Mapping[str, Any], world: World) -> bool:
    """Whether the parent that a request names was declared or made."""
    if parent.member not in asked:
        return False
    by = parent.by or parent.member
    shape = Operation(world.service.name, parent.operation).model.input_shape.members
    name = asked[parent.member]
    return bool(
        await _found(parent.operation, {**asked, by: [name] if shape[by].type_name == "list" else name}, world)
    )


async def stands_for(alias: Alias, asked: Mapping[str, Any], world: World) -> Any:
    """What the alias in a request stands for; None when it is no alias."""
    others = {name: value for name, value in asked.items() if name != alias.member}
    found = await _found(alias.operation, others, world)
    meant = [one for one in found if asked.get(alias.member) in values(alias.known_as, one.seen)]
    return look(alias.gives, meant[-1].seen) if meant else None


async def _found(name: str, asked: Mapping[str, Any], world: World) -> list[Record]:
    """What an operation shows for what a request to another one says."""
    rule = world.service.rule(name)
    if rule is None:
        raise LookupError(name)
    operation = Operation(world.service.name, name)
    shape = operation.model.input_shape.members
    about = {key: one.default for key, one in rule.members.items() if one.default is not None}
    about |= {key: one for key, one in asked.items() if key in shape and key in rule.members}
    documents = world.declared.of(world.place, world.service.name, world.service.operations_of(rule.kind))
    gathered = await gather(world.emulator, operation, world.service, about, about, documents)
    return [one for one in gathered.records if stays(rule.members, about, one)]


def is_declared(parent: Parent, service: Service, place: Place, declared: Declared) -> bool:
    """Whether anything was declared of the parent's kind, so that the emulator does not know all there is."""
    rule = service.rule(parent.operation)
    return rule is not None and bool(declared.of(place, service.name, service.operations_of(rule.kind)))
