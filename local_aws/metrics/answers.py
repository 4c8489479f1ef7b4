"""Answers and errors in CloudWatch's three protocols, written by botocore's model of the service."""

from __future__ import annotations

import functools
import json
import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from botocore.serialize import RpcV2CBORSerializer

from local_aws.metrics.requests import CBOR, QUERY, epoch, service_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.metrics.errors import ServiceError
    from local_aws.metrics.requests import Request

Response = tuple[int, dict[str, str], bytes]

_NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_QUOTED = {'"': "&quot;"}


def answer(request: Request, output: Mapping[str, Any]) -> Response:
    """The output in the protocol of the request; times may be epoch seconds or ISO 8601."""
    shape = request.model().output_shape
    if request.protocol == QUERY:
        members = _xml(output, shape) if shape is not None else ""
        return _xml_answer(request.operation, members)
    if request.protocol == CBOR:
        return 200, _cbor_headers(), _cbor(_shaped(output, shape, _moment), shape)
    document = _shaped(output, shape, _seconds) if shape is not None else {}
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(document).encode()


def refusal(protocol: str, error: ServiceError) -> Response:
    """An error in a protocol; boto3 reads the query protocol's code from `x-amzn-query-error`."""
    fault = "Sender" if error.status < 500 else "Receiver"
    if protocol == QUERY:
        body = (
            f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{fault}</Type><Code>{error.code}</Code>'
            f"<Message>{escape(error.message, _QUOTED)}</Message></Error>"
            f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        )
        return error.status, {"Content-Type": "text/xml"}, body.encode()
    name = _error_shapes().get(error.code, error.code)
    both = {"x-amzn-query-error": f"{error.code};{fault}"}
    if protocol == CBOR:
        text = bytearray()
        writer: Any = RpcV2CBORSerializer()
        length = writer._get_initial_byte(writer.MAP_MAJOR_TYPE, 2)
        for part in ("__type", name, "message", error.message):
            writer._serialize_type_string(text, part, None, None)
        return error.status, {**_cbor_headers(), **both}, length + bytes(text)
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": name, **both}
    return error.status, headers, json.dumps({"__type": name, "message": error.message}).encode()


@functools.cache
def _error_shapes() -> dict[str, str]:
    shapes = service_model().error_shapes
    return {str(shape.metadata.get("error", {}).get("code", shape.name)): shape.name for shape in shapes}


def _shaped(value: Any, shape: Any, moment: Callable[[Any], Any]) -> Any:
    """A value with only the model's members, nothing that is None, and times as the protocol has them."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        present = {name: value[name] for name in shape.members if value.get(name) is not None}
        return {name: _shaped(one, shape.members[name], moment) for name, one in present.items()}
    if shape.type_name == "list":
        return [_shaped(one, shape.member, moment) for one in value]
    if shape.type_name == "map":
        return {key: _shaped(one, shape.value, moment) for key, one in value.items()}
    return moment(value) if shape.type_name == "timestamp" else value


def _seconds(value: Any) -> float | int:
    """Epoch seconds; a whole number where it is one, since some SDKs read no others."""
    seconds = round(epoch(value), 3)
    return int(seconds) if seconds.is_integer() else seconds


def _moment(value: Any) -> datetime:
    return datetime.fromtimestamp(_seconds(value), UTC)


def _cbor(document: Any, shape: Any) -> bytes:
    body = bytearray()
    if shape is not None:
        writer: Any = RpcV2CBORSerializer()
        writer._serialize_data_item(body, document, shape)
    return bytes(body) or b"\xa0"


def _cbor_headers() -> dict[str, str]:
    return {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


def _xml(value: Any, shape: Any) -> str:
    if shape.type_name == "structure":
        present = [(name, value[name]) for name in shape.members if value.get(name) is not None]
        return "".join(f"<{name}>{_xml(one, shape.members[name])}</{name}>" for name, one in present)
    if shape.type_name == "list":
        return "".join(f"<member>{_xml(one, shape.member)}</member>" for one in value)
    if shape.type_name == "map":
        entries = ((escape(str(key)), _xml(one, shape.value)) for key, one in value.items())
        return "".join(f"<entry><key>{key}</key><value>{one}</value></entry>" for key, one in entries)
    if shape.type_name == "timestamp":
        return _moment(value).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(re.sub(r"[^\t\n\r\x20-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text))


def _xml_answer(operation: str, members: str) -> Response:
    body = (
        f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>{members}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()
