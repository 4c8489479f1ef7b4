"""Declared documents, checked against the output shapes of the service models."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local_aws.declared.errors import MalformedStateError
from local_aws.declared.wire import moment

if TYPE_CHECKING:
    from collections.abc import Callable

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


def conform(shape: Any, value: Any, path: str) -> Any:
    """The document with its timestamps as moments and its blobs as bytes.

    Args:
        shape: botocore's model of it.
        value: as read from JSON.
        path: where it stands, for the message.

    Raises:
        MalformedStateError: A member is unknown or of another type; the message names its path.
    """
    return _CONFORM.get(shape.type_name, _plain)(shape, value, path)


def _structure(shape: Any, value: Any, path: str) -> dict[str, Any]:
    if shape.is_document_type:
        return dict(value)
    if not isinstance(value, Mapping):
        raise MalformedStateError(f"{path}: must be an object, not {_kind(value)}")
    found = {}
    for name, one in value.items():
        if name not in shape.members:
            known = ", ".join(shape.members) or "none"
            raise MalformedStateError(f"{path}.{name}: no such member; there are {known}")
        found[name] = conform(shape.members[name], one, f"{path}.{name}")
    return found


def _list(shape: Any, value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedStateError(f"{path}: must be a list, not {_kind(value)}")
    return [conform(shape.member, one, f"{path}[{number}]") for number, one in enumerate(value)]


def _map(shape: Any, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise MalformedStateError(f"{path}: must be an object, not {_kind(value)}")
    return {str(name): conform(shape.value, one, f"{path}.{name}") for name, one in value.items()}


def _timestamp(_shape: Any, value: Any, path: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise MalformedStateError(f"{path}: must be a time such as 2026-01-31T12:00:00Z, not {_kind(value)}")
    try:
        return moment(value)
    except ValueError as error:
        raise MalformedStateError(
            f"{path}: {value!r} is no time; write one such as 2026-01-31T12:00:00Z"
        ) from error


def _blob(_shape: Any, value: Any, path: str) -> bytes:
    if not isinstance(value, str):
        raise MalformedStateError(f"{path}: must be base64 text, not {_kind(value)}")
    return base64.b64decode(value)


def _plain(shape: Any, value: Any, path: str) -> Any:
    wanted = _PLAIN[shape.type_name]
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise MalformedStateError(f"{path}: must be a {shape.type_name}, not {_kind(value)}")
    allowed = getattr(shape, "enum", [])
    if allowed and value not in allowed:
        raise MalformedStateError(f"{path}: {value!r} is none of {', '.join(allowed)}")
    return value


def _kind(value: Any) -> str:
    return f"{type(value).__name__} {value!r:.60}"


_CONFORM: Mapping[str, Callable[[Any, Any, str], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "timestamp": _timestamp,
    "blob": _blob,
}
