"""Declared documents, checked against the output shapes of the service models."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.declared.errors import MalformedStateError
from local_aws.declared.wire import moment

_PLAIN: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "short": (int,),
    "byte": (int,),
    "float": (int, float),
    "double": (int, float),
}


@dataclass(frozen=True)
class Conformer:
    """Checks documents of one service.

    Attributes:
        enums: Whether texts must be among those the model lists. EC2's models list other ones than EC2 answers
            (an internet gateway is "available", not "attached").
    """

    enums: bool = True

    def conform(self, shape: Any, value: Any, path: str) -> Any:
        """The document with its timestamps as moments and its blobs as bytes.

        Args:
            shape: botocore's model of it.
            value: as read from JSON.
            path: where it stands, for the message.

        Raises:
            MalformedStateError: A member is unknown or of another type; the message names its path.
        """
        return getattr(self, f"_{shape.type_name}", self._plain)(shape, value, path)

    def _structure(self, shape: Any, value: Any, path: str) -> Any:
        if shape.is_document_type:
            return value
        found = {}
        for name, one in _object(value, path).items():
            if name not in shape.members:
                known = ", ".join(shape.members) or "none"
                raise MalformedStateError(f"{path}.{name}: no such member; there are {known}")
            found[name] = self.conform(shape.members[name], one, f"{path}.{name}")
        return found

    def _list(self, shape: Any, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise MalformedStateError(f"{path}: must be a list, not {_kind(value)}")
        return [self.conform(shape.member, one, f"{path}[{number}]") for number, one in enumerate(value)]

    def _map(self, shape: Any, value: Any, path: str) -> dict[str, Any]:
        return {
            str(name): self.conform(shape.value, one, f"{path}.{name}")
            for name, one in _object(value, path).items()
        }

    def _timestamp(self, _shape: Any, value: Any, path: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise MalformedStateError(f"{path}: must be a time such as 2026-01-31T12:00:00Z, not {_kind(value)}")
        try:
            return moment(value)
        except ValueError as error:
            raise MalformedStateError(
                f"{path}: {value!r} is no time; write one such as 2026-01-31T12:00:00Z"
            ) from error

    def _blob(self, _shape: Any, value: Any, path: str) -> bytes:
        if not isinstance(value, str):
            raise MalformedStateError(f"{path}: must be base64 text, not {_kind(value)}")
        return base64.b64decode(value)

    def _plain(self, shape: Any, value: Any, path: str) -> Any:
        wanted = _PLAIN[shape.type_name]
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise MalformedStateError(f"{path}: must be a {shape.type_name}, not {_kind(value)}")
        allowed = getattr(shape, "enum", []) if self.enums else []
        if allowed and value not in allowed:
            raise MalformedStateError(f"{path}: {value!r} is none of {', '.join(allowed)}")
        return value


def _object(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedStateError(f"{path}: must be an object, not {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    return f"{type(value).__name__} {value!r:.60}"
