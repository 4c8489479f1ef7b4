"""The emulator's own answer to an operation, as a document."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserFactory
from botocore.serialize import create_serializer

from local_aws.declared.wire import Operation, Request, Response, moment, paginator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Handler = Callable[..., Awaitable[Response]]

_PARSERS = ResponseParserFactory()
_PARSERS.set_parser_defaults(timestamp_parser=moment)

_REPLACED = frozenset({"content-type", "content-length", "content-encoding", "x-amz-target"})

_UNKNOWN = frozenset({"InvalidAction", "UnknownOperationException", "UnknownOperation", "404", "400"})
"""How the emulator says that it does not know an operation."""


@dataclass(frozen=True)
class Answered:
    """What the emulator answered.

    Attributes:
        document: Output members, or `Error` with Code and Message.
        response: The same as it would go to the client.
    """

    document: Mapping[str, Any]
    response: Response | None

    @property
    def failed(self) -> bool:
        """Whether it is an error."""
        return "Error" in self.document

    @property
    def unknown(self) -> bool:
        """Whether the emulator does not know the operation at all."""
        return self.failed and str(self.document["Error"].get("Code")) in _UNKNOWN


NOTHING = Answered({}, None)
"""The answer of an emulator that knows nothing of a service."""


class Emulator:
    """One service of the emulator, asked on behalf of one request."""

    def __init__(self, handler: Handler | None, request: Request) -> None:
        self._handler = handler
        self._request = request

    @property
    def knows(self) -> bool:
        """Whether the emulator has the service at all."""
        return self._handler is not None

    async def ask(self, operation: Operation, members: Mapping[str, Any]) -> Answered:
        """The answer to one request, however many pages there are."""
        if self._handler is None:
            return NOTHING
        pages = paginator(operation)
        collected = await self._ask_once(self._handler, operation, members)
        token = _tokens(pages, collected)
        while token:
            further = await self._ask_once(self._handler, operation, {**members, **token})
            if further.failed:
                return further
            collected = Answered(_joined(collected.document, further.document), collected.response)
            following = _tokens(pages, further)
            token = following if following != token else {}
        return collected

    async def pass_on(self) -> Response:
        """The emulator's answer to the request as it came."""
        if self._handler is None:
            raise LookupError("the emulator does not know this service")
        asked = self._request
        return await self._handler(asked.method, asked.path, dict(asked.headers), asked.body, dict(asked.query))

    async def _ask_once(self, handler: Handler, operation: Operation, members: Mapping[str, Any]) -> Answered:
        model = operation.model
        protocol = model.service_model.protocol
        made = create_serializer(protocol, include_validation=False).serialize_to_request(dict(members), model)
        path, _, fixed = str(made["url_path"]).partition("?")
        body = made["body"]
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body).encode()
        query = urllib.parse.parse_qs(fixed, keep_blank_values=True)
        query |= {name: _strings(value) for name, value in dict(made["query_string"] or {}).items()}
        kept = {name: value for name, value in self._request.headers.items() if name not in _REPLACED}
        headers = kept | {name.lower(): value for name, value in dict(made["headers"]).items()}
        response = await handler(
            made["method"],
            urllib.parse.unquote(path),
            headers,
            body.encode() if isinstance(body, str) else body,
            query,
        )
        return Answered(_parsed(operation, response), response)


def _strings(value: Any) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in given]


def _parsed(operation: Operation, response: Response) -> dict[str, Any]:
    status, headers, body = response
    raw = {"status_code": status, "headers": HeadersDict(headers), "body": body or b""}
    model = operation.model
    document: dict[str, Any] = _PARSERS.create_parser(model.service_model.protocol).parse(raw, model.output_shape)
    document.pop("ResponseMetadata", None)
    return document


def _tokens(pages: Mapping[str, Any], answered: Answered) -> dict[str, Any]:
    """The members that lead to the next page."""
    names, sources = pages.get("input_token", []), pages.get("output_token", [])
    if isinstance(names, str):
        names, sources = [names], [sources]
    found = {}
    for name, source in zip(names, sources, strict=True):
        value: Any = answered.document
        for part in str(source).split(" || ")[0].split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value:
            found[name] = value
    return found


def _joined(first: Any, second: Any) -> Any:
    """Two pages as one: lists one after the other, everything else from the later page."""
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{name: _joined(first.get(name), value) for name, value in second.items()}}
    return second
