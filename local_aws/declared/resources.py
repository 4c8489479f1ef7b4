"""The section `resources` of declared state: output-shaped documents, by service and operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from local_aws.access import global_services
from local_aws.declared import records, scope
from local_aws.declared.errors import MalformedStateError
from local_aws.declared.services import SERVICES, SIGNED_AS
from local_aws.declared.shapes import Conformer
from local_aws.declared.state import Declared, Document, Place
from local_aws.declared.wire import Operation

if TYPE_CHECKING:
    from local_aws.declared.rules import Rule

_PAIR = frozenset({"when", "answer"})


class Resources:
    """Checks documents and keeps them where the engine finds them."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared

    def prepare(self, account: str, region: str, items: object) -> Callable[[], None]:
        """Check documents; what is returned adds them.

        Raises:
            MalformedStateError: One does not fit; the message names its path.
        """
        found = [
            (place, service, _documents(service, operation, answer))
            for service, operations in _members(items, "resources").items()
            for place in [_place(account, region, service)]
            for operation, answer in _members(operations, f"resources.{service}").items()
        ]

        def add() -> None:
            for place, service, documents in found:
                self._declared.add(place, service, documents)

        return add

    def clear(self) -> None:
        """Forget all documents."""
        self._declared.clear()


def _conformer(service: str) -> Conformer:
    return Conformer(enums=service != "ec2")


def _members(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedStateError(f"{path}: must be an object")
    return value


def _place(account: str, region: str, service: str) -> Place:
    if service not in SERVICES:
        raise MalformedStateError(f"resources.{service}: no such service; there are {', '.join(sorted(SERVICES))}")
    signed = next(name for name, candidates in SIGNED_AS.items() if service in candidates)
    return Place(account, global_services.region_of(signed, region))


def _documents(service: str, operation: str, given: object) -> list[Document]:
    path = f"resources.{service}.{operation}"
    rule = SERVICES[service].rule(operation)
    if rule is None or rule.made:
        known = ", ".join(one.operation for one in SERVICES[service].rules if not one.made)
        raise MalformedStateError(f"{path}: cannot be declared; of {service}, {known} can")
    if isinstance(given, list):
        return [_keyed(service, rule, one, f"{path}[{number}]") for number, one in enumerate(given)]
    if scope.needed(service, rule) or scope.either(service, rule) or (rule.one and rule.members):
        shape = '{"when": …, "answer": …}'
        raise MalformedStateError(f"{path}: does not say what it is about: write a list of {shape}")
    return [_document(service, rule, _members(given, path), {}, path)]


def _keyed(service: str, rule: Rule, given: object, path: str) -> Document:
    pair = _members(given, path)
    if set(pair) != _PAIR:
        raise MalformedStateError(f"{path}: must have exactly the members when and answer")
    when = _conformer(service).conform(
        Operation(service, rule.operation).model.input_shape, pair["when"], f"{path}.when"
    )
    lacking = set(scope.needed(service, rule)) - set(when)
    if lacking:
        raise MalformedStateError(f"{path}.when: lacks {', '.join(sorted(lacking))}")
    either = scope.either(service, rule)
    if either and not set(either) & set(when):
        raise MalformedStateError(f"{path}.when: lacks one of {', '.join(either)}")
    return _document(service, rule, _members(pair["answer"], f"{path}.answer"), when, f"{path}.answer")


def _document(service: str, rule: Rule, answer: Mapping[str, Any], when: Mapping[str, Any], path: str) -> Document:
    conformed = _conformer(service).conform(Operation(service, rule.operation).model.output_shape, answer, path)
    if rule.holds and records.at(conformed, rule.holds) is None:
        raise MalformedStateError(f"{path}.{rule.holds}: is missing")
    return Document(rule.operation, conformed, when)
