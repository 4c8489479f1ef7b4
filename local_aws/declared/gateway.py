"""Puts the rules between the emulator's permission check and its services.

The emulator looks up a service's handler after it has asked IAM; whatever stands in that table therefore answers
only calls that are permitted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region

from local_aws.access import global_services
from local_aws.declared import wire
from local_aws.declared.emulator import Emulator
from local_aws.declared.engine import Call
from local_aws.declared.errors import AwsError
from local_aws.declared.services import SERVICES, SIGNED_AS
from local_aws.declared.state import Place
from local_aws.declared.wire import Request, Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from local_aws.declared.engine import Engine

    Handler = Callable[..., Awaitable[Response]]


def install(engine: Engine) -> None:
    """Answer the services that have rules, and refuse under their names what neither rules nor emulator know."""
    for signed, candidates in SIGNED_AS.items():
        iam_actions.SERVICE_TO_IAM_NAMESPACE.setdefault(signed, signed)
        if signed not in app.SERVICE_HANDLERS:
            iam_actions._BOTOCORE_SERVICE_MAP[signed] = list(candidates)
        app.SERVICE_HANDLERS[signed] = _ruled(app.SERVICE_HANDLERS.get(signed), signed, candidates, engine)


def _ruled(handler: Handler | None, signed: str, candidates: tuple[str, ...], engine: Engine) -> Handler:
    async def answer(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        request = Request(method, path, headers, body, query)
        operation = wire.identify(candidates, request)
        if operation is None or (handler is None and SERVICES[operation.service].rule(operation.name) is None):
            return await _unknown(handler, request, candidates, operation)
        place = Place(get_account_id(), global_services.region_of(signed, get_region()))
        call = Call(place, SERVICES[operation.service], operation, request, Emulator(handler, request))
        request_id = headers.get("amz-sdk-invocation-id", "")
        try:
            result = await engine.answer(call)
        except AwsError as error:
            return wire.answer(operation, error, request_id)
        return result if isinstance(result, tuple) else wire.answer(operation, result, request_id)

    return answer


async def _unknown(
    handler: Handler | None, request: Request, candidates: tuple[str, ...], operation: wire.Operation | None
) -> Response:
    """The emulator's word on what is no operation of a service with rules; without an emulator, a refusal."""
    if handler is not None:
        return await handler(
            request.method, request.path, dict(request.headers), request.body, dict(request.query)
        )
    service = SERVICES[candidates[0]]
    known = ", ".join(rule.operation for rule in service.rules)
    asked = operation.name if operation else f"{request.method} {request.path}"
    error = AwsError(
        "UnknownOperationException",
        f"This local AWS does not answer {asked} of {service.name}; it answers {known}.",
    )
    told = operation or wire.Operation(service.name, service.rules[0].operation)
    return wire.answer(told, error, "")
