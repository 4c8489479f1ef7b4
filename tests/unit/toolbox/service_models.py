"""Clients that answer with everything a service's model has, check each request, and note what is not there.

A helper that misspells a member of an answer would find nothing for ever, in good faith; here it is told.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import botocore.loaders
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

_DEEPEST = 7
_TOKENS = frozenset({"nextToken", "NextToken", "NextMarker", "Marker", "position"})
#: Texts that hold JSON.
_DOCUMENTS = {"Document": "{}", "Policy": "{}", "PolicyDocument": '{"Statement":[]}', "definition": "{}"}
_DOCUMENTS["AssumeRolePolicyDocument"] = '{"Statement":[]}'


class Members(dict[str, Any]):
    """A structure of an answer that notes members asked for which its model does not have."""

    def __init__(self, shape: str, values: dict[str, Any], note: Callable[[str], None]) -> None:
        super().__init__(values)
        self._shape = shape
        self._note = note

    def get(self, key: str, default: Any = None) -> Any:
        """As of a dict."""
        if key not in self and key not in _TOKENS:
            self._note(f"{self._shape}.{key}")
        return super().get(key, default)

    def __missing__(self, key: str) -> Any:
        """As of a dict, with the shape in the message."""
        raise KeyError(f"{self._shape}.{key}")


@functools.cache
def model_of(service: str) -> ServiceModel:
    """A service's model, as the SDK ships it."""
    loader = botocore.loaders.create_loader()
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


class Modelled:
    """Stands in for `toolbox.clients.Clients`.

    Attributes:
        unknown: Members that were asked for and that no model has.
        asked: Operations that were called.
    """

    region = home_region = "eu-west-1"
    partition = "aws"

    def __init__(self) -> None:
        self.unknown: set[str] = set()
        self.asked: set[str] = set()

    def in_turn(self, what: str, seconds: float) -> AbstractContextManager[None]:
        """Nobody waits."""
        del what, seconds
        return nullcontext()

    def client(self, service: str, region: str | None = None) -> Any:
        """A client of the service's model."""
        return _Client(model_of(service), self)


class _Client:
    exceptions = SimpleNamespace(ResourceNotFoundException=ClientError)

    def __init__(self, model: ServiceModel, owner: Modelled) -> None:
        self._model = model
        self._owner = owner
        self._operations = {xform_name(name): name for name in model.operation_names}

    def can_paginate(self, method: str) -> bool:
        return False

    def get_paginator(self, method: str) -> Any:
        call = getattr(self, method)
        return SimpleNamespace(paginate=lambda **request: [call(**request)])

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_") or method not in self._operations:
            raise AttributeError(f"{self._model.service_name} has no operation {method}")
        return functools.partial(self._call, self._operations[method])

    def _call(self, operation: str, **request: Any) -> Any:
        shape = self._model.operation_model(operation)
        if shape.input_shape is not None:
            report = ParamValidator().validate(request, shape.input_shape)
            assert not report.has_errors(), f"{operation}: {report.generate_report()}"
        else:
            assert not request, f"{operation} takes nothing"
        self._owner.asked.add(f"{self._model.service_name}:{operation}")
        return self._value(shape.output_shape, "", 0) if shape.output_shape is not None else {}

    def _value(self, shape: Shape, member: str, depth: int) -> Any:
        if isinstance(shape, StructureShape):
            return self._structure(shape, depth)
        if isinstance(shape, ListShape):
            return [] if depth >= _DEEPEST else [self._value(shape.member, member, depth + 1)]
        if isinstance(shape, MapShape):
            return {} if depth >= _DEEPEST else {"x": self._value(shape.value, member, depth + 1)}
        return _scalar(shape, member)

    def _structure(self, shape: StructureShape, depth: int) -> Any:
        values = dict(self._members(shape, depth))
        return Members(shape.name, values, self._owner.unknown.add)

    def _members(self, shape: StructureShape, depth: int) -> Iterator[tuple[str, Any]]:
        for name, member in shape.members.items():
            if name in _TOKENS:
                continue  # there is one page
            if depth < _DEEPEST or not isinstance(member, StructureShape):
                yield name, self._value(member, name, depth + 1)
            else:
                yield name, Members(member.name, {}, lambda _: None)


def _scalar(shape: Shape, member: str) -> Any:
    plain: dict[str, Any] = {
        "timestamp": datetime(2026, 11, 21, 11, 50, tzinfo=UTC),
        "boolean": True,
        "integer": 1,
        "long": 1,
        "float": 1.0,
        "double": 1.0,
        "blob": b"x",
    }
    if shape.type_name in plain:
        return plain[shape.type_name]
    enum = getattr(shape, "enum", None)
    return enum[0] if enum else _DOCUMENTS.get(member, "x" * max(1, shape.metadata.get("min", 1)))
