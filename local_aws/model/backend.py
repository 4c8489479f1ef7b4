"""What stands behind the server: a Protocol, and the errors a backend may answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonObject = dict[str, Any]

STATUS_BY_CODE: Mapping[str, int] = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "ModelErrorException": 424,
    "ModelNotReadyException": 429,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "ValidationException": 400,
}
"""HTTP status of each error of Converse (Bedrock Runtime API reference, "Errors")."""


class ConverseError(Exception):
    """An error answer of the Converse API.

    Attributes:
        code: name of the error shape, for example ``ThrottlingException``.
        status: HTTP status; that of the shape unless the origin of the error gave another.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS_BY_CODE.get(code, 500)


class ConnectionDropped(Exception):
    """The connection ends without an answer."""


class Backend(Protocol):
    """Answers Converse requests; called from several threads at once."""

    @property
    def description(self) -> str:
        """One line for people: who answers."""

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """Answer one request.

        Args:
            model_id: from the path, decoded.
            request: the body, already checked by :func:`local_aws.model.wire.check_request`.

        Returns:
            The response body: ``output``, ``stopReason``, ``usage``, ``metrics``.

        Raises:
            ConverseError: the answer is an error of the API.
            ConnectionDropped: there is no answer.
        """


def response(message: JsonObject, stop_reason: str, input_tokens: int, output_tokens: int) -> JsonObject:
    """The body of a successful answer (``metrics`` is added by the server, which knows the time)."""
    return {
        "output": {"message": message},
        "stopReason": stop_reason,
        "usage": {
            "inputTokens": input_tokens,
            "outputTokens": output_tokens,
            "totalTokens": input_tokens + output_tokens,
        },
    }
