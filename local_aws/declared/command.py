"""POST /_local/state: what plain API calls cannot bring about, declared.

The body names sections. `resources` is read here; the others belong to the parts of the local AWS that keep them.
A malformed document adds nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from local_aws import global_services
from local_aws.declared import records, shapes
from local_aws.declared.errors import MalformedStateError
from local_aws.declared.services import SERVICES, SIGNED_AS
from local_aws.declared.state import Declared, Document, Place
from local_aws.declared.wire import Operation

_ACCOUNT = re.compile(r"\d{12}")
_WHEN = frozenset({"when", "answer"})


class Section(Protocol):
    """A part of the state that is kept elsewhere."""

    def prepare(self, account: str, region: str, items: object) -> Callable[[], None]:
        """Check the items; what is returned adds them.

        Raises:
            ValueError: Something is malformed; the message names its path.
        """

    def clear(self) -> None:
        """Forget all that was added."""


class StateCommand:
    """What POST /_local/state does."""

    def __init__(self, declared: Declared, home: Place, sections: Mapping[str, Section]) -> None:
        self._home = home
        self._sections = {**sections, "resources": Resources(declared)}

    def __call__(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Add the sections of a request, or drop all that was ever added with `{"clear": true}`.

        Raises:
            ValueError: Something is malformed; nothing was added.
        """
        if request.get("clear"):
            self.forget()
            return {"cleared": sorted(self._sections)}
        account, region = str(request.get("account", self._home.account)), request.get("region", self._home.region)
        if not _ACCOUNT.fullmatch(account):
            raise MalformedStateError(f"account: {account!r} must have twelve digits")
        given = {name: items for name, items in request.items() if name not in {"account", "region", "clear"}}
        for name in given:
            if name not in self._sections:
                raise MalformedStateError(
                    f"{name}: no such section; there are {', '.join(sorted(self._sections))}"
                )
        additions = [self._sections[name].prepare(account, str(region), items) for name, items in given.items()]
        for add in additions:
            add()
        return {"added": sorted(given)}

    def forget(self) -> None:
        """Drop all that was ever added."""
        for section in self._sections.values():
            section.clear()


class Resources:
    """The section of output-shaped documents, by service and operation."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared

    def prepare(self, account: str, region: str, items: object) -> Callable[[], None]:
        """See `Section`."""
        found = [
            (place, service, _documents(service, operation, answer, f"resources.{service}.{operation}"))
            for service, operations in _members(items, "resources").items()
            for place in [_place(account, region, service)]
            for operation, answer in _members(operations, f"resources.{service}").items()
        ]

        def add() -> None:
            for place, service, documents in found:
                self._declared.add(place, service, documents)

        return add

    def clear(self) -> None:
        """See `Section`."""
        self._declared.clear()


def _members(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedStateError(f"{path}: must be an object")
    return value


def _place(account: str, region: str, service: str) -> Place:
    if service not in SERVICES:
        raise MalformedStateError(f"resources.{service}: no such service; there are {', '.join(sorted(SERVICES))}")
    signed = next(name for name, candidates in SIGNED_AS.items() if service in candidates)
    return Place(account, global_services.region_of(signed, region))


def _documents(service: str, operation: str, given: object, path: str) -> list[Document]:
    rule = SERVICES[service].rule(operation)
    if rule is None:
        known = ", ".join(one.operation for one in SERVICES[service].rules)
        raise MalformedStateError(f"{path}: cannot be declared; of {service}, {known} can")
    if isinstance(given, list):
        return [_keyed(service, operation, one, f"{path}[{number}]") for number, one in enumerate(given)]
    if rule.one and rule.members:
        raise MalformedStateError(f'{path}: is about one thing: write a list of {{"when": …, "answer": …}}')
    return [_document(service, operation, _members(given, path), {}, path)]


def _keyed(service: str, operation: str, given: object, path: str) -> Document:
    pair = _members(given, path)
    if set(pair) != _WHEN:
        raise MalformedStateError(f"{path}: must have exactly the members when and answer")
    when = shapes.conform(Operation(service, operation).model.input_shape, pair["when"], f"{path}.when")
    return _document(service, operation, _members(pair["answer"], f"{path}.answer"), when, f"{path}.answer")


def _document(
    service: str, operation: str, answer: Mapping[str, Any], when: Mapping[str, Any], path: str
) -> Document:
    conformed = shapes.conform(Operation(service, operation).model.output_shape, answer, path)
    rule = SERVICES[service].rule(operation)
    if rule is not None and rule.holds and records.at(conformed, rule.holds) is None:
        raise MalformedStateError(f"{path}.{rule.holds}: is missing")
    return Document(operation, conformed, when)
