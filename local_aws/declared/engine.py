"""Answers an operation by its rule: check the request, gather what there is, and answer from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from local_aws.declared import answering, parents, wire
from local_aws.declared import records as recorded
from local_aws.declared.conditions import listed
from local_aws.declared.errors import AwsError
from local_aws.declared.gathering import Gathered, gather
from local_aws.declared.paging import Slice, page_of, paging_members
from local_aws.declared.rules import ALL, Page
from local_aws.declared.wire import Operation, Request, Response, paginator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from local_aws.declared.conditions import Condition
    from local_aws.declared.emulator import Emulator
    from local_aws.declared.rules import Rule, Service
    from local_aws.declared.state import Declared, Document, Place

READS = re.compile(r"(Describe|List|Get|BatchGet|Lookup|Search|Simulate)[A-Z]\w*")
"""Operations that only read; the others are the emulator's."""


@dataclass(frozen=True)
class Call:
    """One request to one operation.

    Attributes:
        place: Account and region asked.
        service: Rules of the service.
        operation: Which it is.
        request: As it came.
        emulator: What the emulator would say.
    """

    place: Place
    service: Service
    operation: Operation
    request: Request
    emulator: Emulator


class Engine:
    """Applies rules to what was declared and to what the emulator holds."""

    def __init__(self, declared: Declared, clock: Callable[[], datetime]) -> None:
        self._declared = declared
        self._clock = clock

    async def answer(self, call: Call) -> Mapping[str, Any] | Response:
        """The output members, or the emulator's own response where it needs no correction.

        Raises:
            AwsError: The request cannot be applied, or names something that does not exist.
        """
        rule = call.service.rule(call.operation.name)
        if rule is None:
            return await _without_rule(call)
        if call.service.needs and not self._declared.anything(call.place, call.service.name):
            raise AwsError(*call.service.needs)
        kin = call.service.operations_of(rule.kind)
        documents = self._declared.of(call.place, call.service.name, kin)
        if (
            rule.one
            and rule.emulated
            and call.emulator.knows
            and not documents
            and not self._has_parents(call, rule)
        ):
            return await call.emulator.pass_on()
        page = page_of(call.operation, rule)
        asked = wire.parse(call.operation, call.request)
        _check(call, rule.members, paging_members(page), asked)
        part = Slice.of(page or Page(0, least=0), call.service.refusal, asked, self._clock())
        prepared = _prepared(rule, asked, part.began)
        if rule.made:
            made = Gathered([recorded.Record(one) for one in rule.made(prepared, call.place)])
            return answering.many(rule, part, prepared, made)
        gathered = await self._gathered(call, rule, asked, prepared, documents)
        if not isinstance(gathered, Gathered):
            return gathered
        if rule.one:
            return answering.one(rule, prepared, gathered)
        return answering.many(rule, part, prepared, gathered)

    async def _gathered(
        self,
        call: Call,
        rule: Rule,
        asked: Mapping[str, Any],
        prepared: Mapping[str, Any],
        documents: list[Document],
    ) -> Gathered | Response:
        """What there is, or the emulator's error where nothing was declared of what was asked."""
        gathered = await gather(call.emulator, call.operation, call.service, asked, prepared, documents)
        if rule.alias and not gathered.records:
            name = await parents.stands_for(rule.alias, prepared, self._world(call))
            told = {rule.alias.member: name} if name is not None else {}
            gathered = await gather(
                call.emulator, call.operation, call.service, {**asked, **told}, {**prepared, **told}, documents
            )
        if gathered.known or await self._is_answer(call, rule, prepared, gathered):
            if rule.one and not gathered.records and rule.otherwise is not None:
                return replace(gathered, records=[recorded.Record(rule.otherwise)])
            return gathered
        if gathered.refused is None and rule.parent and rule.parent.missing:
            code, words = rule.parent.missing
            raise AwsError(code, words.format(prepared.get(rule.parent.member)))
        return gathered.refused or gathered

    def _has_parents(self, call: Call, rule: Rule) -> bool:
        return rule.parent is not None and parents.is_declared(
            rule.parent, call.service, call.place, self._declared
        )

    async def _is_answer(self, call: Call, rule: Rule, prepared: Mapping[str, Any], gathered: Gathered) -> bool:
        """Whether what was gathered answers the request, even if it is nothing."""
        if rule.parent is None or rule.parent.member not in prepared:
            return gathered.refused is None
        about = {rule.parent.member: prepared[rule.parent.member]}
        if any(recorded.stays(rule.members, about, record) for record in gathered.records):
            return True
        return await parents.exists(rule.parent, prepared, self._world(call))

    def _world(self, call: Call) -> parents.World:
        return parents.World(call.service, call.place, self._declared, call.emulator)


def _prepared(rule: Rule, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The request with its defaults, each member of which can be applied."""
    prepared = {name: one.default for name, one in rule.members.items() if one.default is not None} | dict(asked)
    prepared = rule.prepare(prepared, now) if rule.prepare else prepared
    for name, value in prepared.items():
        if name in rule.members:
            rule.members[name].check(value)
    return prepared


async def _without_rule(call: Call) -> Response:
    """The emulator's answer, where the request holds nothing it is known to ignore."""
    operation = call.operation
    trusted = call.service.trusted.get(operation.name, ())
    if READS.fullmatch(operation.name) and ALL not in trusted:
        pages = paginator(operation)
        paging = {one for key in ("input_token", "limit_key") for one in listed(pages.get(key, []))}
        shape = operation.model.input_shape
        required = set(shape.required_members) if shape else set()
        _check(call, {}, required | paging | set(trusted), wire.parse(operation, call.request))
    return await call.emulator.pass_on()


def _check(call: Call, members: Mapping[str, Condition], others: set[str], asked: Mapping[str, Any]) -> None:
    for name in asked:
        if name not in members and name not in others:
            known = ", ".join(sorted({*members, *others})) or "no member at all"
            raise AwsError(
                call.service.refusal,
                f"This local AWS does not apply {name} of {call.operation.name}; it applies {known}.",
            )
    if asked.get("DryRun"):
        message = "Request would have succeeded, but DryRun flag is set."
        raise AwsError("DryRunOperation", message, 412)
