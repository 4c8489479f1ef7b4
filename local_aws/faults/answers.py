"""The error answers of AWS services, each in the protocol its clients speak."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from local_aws.faults.rules import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = tuple[int, dict[str, str], bytes]

_MESSAGES = {
    Effect.UNAVAILABLE: "The service is unable to process the request. (A fault of the local AWS.)",
    Effect.THROTTLED: "Rate exceeded. (A fault of the local AWS.)",
}

_ERRORS: Mapping[str, Mapping[Effect, tuple[int, str]]] = {
    "dynamodb": {Effect.UNAVAILABLE: (500, "InternalServerError"), Effect.THROTTLED: (400, "ThrottlingException")},
    "lambda": {Effect.UNAVAILABLE: (500, "ServiceException"), Effect.THROTTLED: (429, "TooManyRequestsException")},
    "s3": {Effect.UNAVAILABLE: (500, "InternalError"), Effect.THROTTLED: (503, "SlowDown")},
    "sns": {Effect.UNAVAILABLE: (500, "InternalError"), Effect.THROTTLED: (400, "Throttling")},
    "sqs": {Effect.UNAVAILABLE: (503, "ServiceUnavailable"), Effect.THROTTLED: (400, "RequestThrottled")},
}
"""Status and code of each service's API reference, "Errors" and "Common errors"."""

_COMMON = {Effect.UNAVAILABLE: (500, "InternalFailure"), Effect.THROTTLED: (400, "ThrottlingException")}

_REST_JSON = frozenset({"lambda"})


def error(service: str, effect: Effect, headers: Mapping[str, str], request_id: str) -> Answer:
    """Status, headers and body of the service's error.

    Args:
        headers: of the request; they tell a service's JSON protocol from its query protocol.
        request_id: to be quoted in the answer.
    """
    status, code = _ERRORS.get(service, _COMMON)[effect]
    message = _MESSAGES[effect]
    identified = {"x-amzn-requestid": request_id}
    if service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return status, {**identified, "content-type": "application/xml"}, body.encode()
    if service in _REST_JSON:
        typed = {**identified, "content-type": "application/json", "x-amzn-errortype": code}
        return status, typed, json.dumps({"message": message}).encode()
    if "x-amz-target" in headers:
        kind = headers.get("content-type", "application/x-amz-json-1.0")
        return (
            status,
            {**identified, "content-type": kind},
            json.dumps({"__type": code, "message": message}).encode(),
        )
    who = "Receiver" if status >= 500 else "Sender"
    body = (
        f"<ErrorResponse><Error><Type>{who}</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return status, {**identified, "content-type": "text/xml"}, body.encode()
