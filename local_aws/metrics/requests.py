"""Requests in CloudWatch's three protocols, read by botocore's model of the service.

boto3 speaks JSON, Terraform's provider the query protocol, newer SDKs CBOR. The emulator drops members in two of
them. Here a request is a document in the shape of the operation's input, whatever protocol it came in; times are
epoch seconds.
"""

from __future__ import annotations

import functools
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.parsers import ResponseParserError, RpcV2CBORParser
from botocore.session import Session
from botocore.utils import parse_timestamp

from local_aws.metrics.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import OperationModel, ServiceModel

QUERY, JSON, CBOR = "query", "json", "cbor"


@functools.cache
def service_model() -> ServiceModel:
    """Botocore's model of CloudWatch."""
    return Session().get_service_model("cloudwatch")


@dataclass(frozen=True)
class Request:
    """One call.

    Attributes:
        protocol: `query`, `json` or `cbor`.
        operation: Its name, which the service model may not know.
        document: The input as it came: parameters of the query protocol by name, or a decoded body.
    """

    protocol: str
    operation: str
    document: Mapping[str, Any]

    def model(self) -> OperationModel:
        """The operation's model.

        Raises:
            ServiceError: CloudWatch has no such operation.
        """
        if self.operation not in service_model().operation_names:
            raise ServiceError("InvalidAction", f"Could not find operation {self.operation}")
        return service_model().operation_model(self.operation)

    def input(self) -> dict[str, Any]:
        """The input by the model's shapes; members it does not know are left out, as AWS leaves them out.

        Raises:
            ServiceError: there is no such operation, or a value is of the wrong type.
        """
        shape = self.model().input_shape
        if shape is None:
            return {}
        document = _listed(_tree(self.document), shape) if self.protocol == QUERY else self.document
        found = typed(document, shape, "")
        return found if isinstance(found, dict) else {}


def protocol_of(headers: Mapping[str, str]) -> str:
    """The protocol of an HTTP request."""
    kind = headers.get("content-type", "")
    if "cbor" in kind or "cbor" in headers.get("smithy-protocol", ""):
        return CBOR
    return JSON if "json" in kind or headers.get("x-amz-target") else QUERY


def read(protocol: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> Request:
    """The call in an HTTP request.

    Raises:
        ServiceError: the body cannot be decoded.
    """
    if protocol == CBOR:
        return Request(CBOR, path.rstrip("/").rsplit("/", 1)[-1], _decoded(_from_cbor, body))
    if protocol == JSON:
        return Request(JSON, headers.get("x-amz-target", "").rsplit(".", 1)[-1], _decoded(json.loads, body))
    parameters = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    posted = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    parameters |= {name: values[0] for name, values in posted.items()}
    return Request(QUERY, str(parameters.get("Action", "")), parameters)


def _decoded(decode: Callable[[bytes], Any], body: bytes) -> dict[str, Any]:
    try:
        document = decode(body) if body else {}
    except (ValueError, ResponseParserError) as error:
        raise ServiceError("SerializationException", f"The request body cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise ServiceError("SerializationException", "The request body is not a structure.")
    return document


def _from_cbor(body: bytes) -> Any:
    parser: Any = RpcV2CBORParser()
    return parser._initial_body_parse(body)


def _tree(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The query protocol's flat names (`Dimensions.member.1.Name`) as nested documents."""
    tree: dict[str, Any] = {}
    for name, value in parameters.items():
        *path, last = name.split(".")
        node = tree
        for part in path:
            if not isinstance(node.get(part), dict):
                node[part] = {}
            node = node[part]
        node.setdefault(last, value)
    return tree


def _listed(node: Any, shape: Any) -> Any:
    """A nested document with its numbered members as lists, where the shape has lists and maps."""
    if not isinstance(node, dict):
        return [] if shape.type_name == "list" and node == "" else node
    if shape.type_name == "structure":
        return {name: _listed(node[name], member) for name, member in shape.members.items() if name in node}
    if shape.type_name == "list":
        return [_listed(one, shape.member) for one in _numbered(node.get("member"))]
    if shape.type_name == "map":
        entries = [one for one in _numbered(node.get("entry")) if isinstance(one, dict) and "key" in one]
        return {one["key"]: _listed(one.get("value"), shape.value) for one in entries}
    return node


def _numbered(members: Any) -> list[Any]:
    """The values of `1`, `2` … until one is missing."""
    found: list[Any] = []
    while isinstance(members, dict) and f"{len(found) + 1}" in members:
        found.append(members[f"{len(found) + 1}"])
    return found


def typed(value: Any, shape: Any, path: str) -> Any:
    """A decoded value as the model's type; members the model does not know are left out.

    Args:
        value: as it came.
        shape: botocore's model of it.
        path: where it stands, for the message.

    Raises:
        ServiceError: it is of another type.
    """
    try:
        return _CONVERSIONS.get(shape.type_name, _scalar)(value, shape, path)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        message = f"{path or 'The request'} is not a {shape.type_name}: {value!r}"
        raise ServiceError("MalformedInput", message) from error


def _structure(value: Any, shape: Any, path: str) -> dict[str, Any]:
    members = shape.members
    return {
        name: typed(one, members[name], f"{path}.{name}" if path else name)
        for name, one in value.items()
        if name in members and one is not None
    }


def _sequence(value: Any, shape: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return [typed(one, shape.member, f"{path}.{number}") for number, one in enumerate(value, 1)]


def _mapping(value: Any, shape: Any, path: str) -> dict[str, Any]:
    return {key: typed(one, shape.value, f"{path}.{key}") for key, one in value.items()}


def epoch(value: Any) -> float:
    """Epoch seconds of a time as any protocol has it: a number, ISO 8601, or a decoded CBOR time.

    Raises:
        ValueError: it is none of them.
    """
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is no time")
        return float(value)
    moment = value if isinstance(value, datetime) else parse_timestamp(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _timestamp(value: Any, _shape: Any, _path: str) -> float:
    return epoch(value)


def _boolean(value: Any, _shape: Any, _path: str) -> bool:
    if isinstance(value, str):
        return value.lower() == "true"
    return bool(value)


def _scalar(value: Any, shape: Any, _path: str) -> Any:
    if isinstance(value, bool | list | dict):
        raise TypeError
    if shape.type_name in {"integer", "long"}:
        return int(value)
    if shape.type_name in {"double", "float"}:
        return float(value)
    if shape.type_name == "string" and not isinstance(value, str):
        raise TypeError
    return value


_CONVERSIONS: dict[str, Callable[[Any, Any, str], Any]] = {
    "structure": _structure,
    "list": _sequence,
    "map": _mapping,
    "timestamp": _timestamp,
    "boolean": _boolean,
}
