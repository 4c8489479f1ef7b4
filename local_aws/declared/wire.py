"""Requests and answers between bytes and documents, in every protocol, by the service models botocore ships."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.utils import parse_timestamp
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, get_serializer_class
from werkzeug.datastructures import Headers, MultiDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.declared.errors import AwsError

Response = tuple[int, dict[str, str], Any]

_LABEL = re.compile(r"\{(\w+)\+?\}")


@dataclass(frozen=True)
class Request:
    """What reached the emulator's door."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, Any]

    @property
    def form(self) -> dict[str, str]:
        """Parameters of the query protocol, from the body or the URL."""
        found = dict(self.query)
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            found |= urllib.parse.parse_qs(self.body.decode(errors="replace"), keep_blank_values=True)
        return {name: value[0] if isinstance(value, list) else str(value) for name, value in found.items()}


@dataclass(frozen=True)
class Operation:
    """One operation of one service, as boto3 names them."""

    service: str
    name: str

    @property
    def model(self) -> Any:
        """Its model, with input and output shape."""
        return service_model(self.service).operation_model(self.name)


@cache
def _loader() -> Any:
    return botocore.session.get_session().get_component("data_loader")


@cache
def service_model(service: str) -> Any:
    """The model of a service by its boto3 name.

    Raises:
        LookupError: There is no such service.
    """
    try:
        return ServiceModel(_loader().load_service_model(service, "service-2"), service)
    except UnknownServiceError as error:
        raise LookupError(service) from error


@cache
def paginator(operation: Operation) -> Mapping[str, Any]:
    """Names of the members that page an operation, empty when it has no pages."""
    try:
        known = _loader().load_service_model(operation.service, "paginators-1")["pagination"]
    except UnknownServiceError:
        return {}
    found: Mapping[str, Any] = known.get(operation.name, {})
    return found


def identify(candidates: tuple[str, ...], request: Request) -> Operation | None:
    """The operation a request asks for, of services that share a signing name; None when it is no API call."""
    for service in candidates:
        name = _operation_name(service, request)
        if name:
            return Operation(service, name)
    return None


def _operation_name(service: str, request: Request) -> str | None:
    model = service_model(service)
    if model.protocol == "json":
        prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
        found = name if prefix == model.metadata["targetPrefix"] else None
    elif model.protocol in {"query", "ec2"}:
        form = request.form
        found = form.get("Action") if form.get("Version") == model.api_version else None
    else:
        matched = _match(service, request)
        found = matched[0] if matched else None
    return found if found in model.operation_names else None


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], dict[str, str], str]]:
    """Method, path, fixed query and name of a REST service's operations, the most literal paths first."""
    model = service_model(service)
    routes = []
    for name in model.operation_names:
        path, _, fixed = str(model.operation_model(name).http["requestUri"]).partition("?")
        parts = _LABEL.split(path.rstrip("/"))
        pattern = "".join(
            re.escape(part) if number % 2 == 0 else f"(?P<{part}>{'.+' if f'{{{part}+}}' in path else '[^/]+'})"
            for number, part in enumerate(parts)
        )
        wanted = dict(urllib.parse.parse_qsl(fixed, keep_blank_values=True))
        route = (model.operation_model(name).http["method"], re.compile(pattern), wanted, name)
        routes.append((path.count("{"), -len(wanted), route))
    routes.sort(key=lambda one: one[:2])
    return [route for _, _, route in routes]


def _match(service: str, request: Request) -> tuple[str, dict[str, str]] | None:
    bare = request.path.rstrip("/")
    for method, pattern, fixed, name in _routes(service):
        found = pattern.fullmatch(bare) if method == request.method else None
        if found and all(name in request.query for name in fixed):
            return name, {key: urllib.parse.unquote(value) for key, value in found.groupdict().items()}
    return None


def moment(value: Any) -> datetime:
    """A timestamp in any of the wire's forms, in UTC."""
    return parse_timestamp(value).astimezone(UTC)


def parse(operation: Operation, request: Request) -> dict[str, Any]:
    """The members of a request's input."""
    model = operation.model
    protocol = model.service_model.protocol
    rest = protocol.startswith("rest")
    matched = _match(operation.service, request) if rest else None
    values: Any = request.form
    if rest:
        values = MultiDict(
            (name, one)
            for name, given in request.query.items()
            for one in (given if isinstance(given, list) else [given])
        )
    parser = PROTOCOL_PARSERS[protocol](model, timestamp_parser=moment)
    parsed = parser.parse(
        {
            "body": request.body,
            "headers": Headers(list(request.headers.items())),
            "method": request.method,
            "url_params": matched[1] if matched else {},
            "url_path": request.path,
            "values": values,
        }
    )
    return {name: value for name, value in parsed.items() if value not in (None, [])}


def answer(operation: Operation, result: Mapping[str, Any] | AwsError, request_id: str) -> Response:
    """Status, headers and body of an answer or of an error."""
    model = operation.model
    serializer = get_serializer_class(operation.service, model.service_model.protocol)
    made = serializer(model, context=SerializationContext(request_id)).serialize(result)
    status = getattr(result, "status", None) or made["status_code"]
    body = made["body"]
    headers = {name.lower(): str(value) for name, value in made["headers"].items()}
    return status, headers, body.encode() if isinstance(body, str) else body
