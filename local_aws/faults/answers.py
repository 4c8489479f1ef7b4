"""The error answers of AWS services, each in the protocol its clients speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws import wire_errors
from local_aws.faults.rules import Effect
from local_aws.wire_errors import Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_REST = {"lambda": Protocol.REST_JSON, "s3": Protocol.REST_XML}


def error(service: str, effect: Effect, headers: Mapping[str, str], request_id: str) -> wire_errors.Answer:
    """Status, headers and body of the service's error.

    Args:
        headers: of the request; they tell a service's JSON protocol from its query protocol.
        request_id: to be quoted in the answer.
    """
    status, code = _ERRORS.get(service, _COMMON)[effect]
    return wire_errors.error(_protocol(service, headers), status, code, _MESSAGES[effect], headers, request_id)


def _protocol(service: str, headers: Mapping[str, str]) -> Protocol:
    if service in _REST:
        return _REST[service]
    return Protocol.JSON if "x-amz-target" in headers else Protocol.QUERY
