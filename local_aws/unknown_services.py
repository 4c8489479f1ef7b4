"""Services nothing here answers for say so in their own protocol, instead of by an error no SDK can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack import app

from local_aws import wire_errors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Dispatch = Callable[..., Awaitable[Any]]

_MARK = b'{"error": "Unsupported service: '


def install() -> None:
    """Word the emulator's refusal as AWS words errors."""
    app._dispatch_service_request = _worded(app._dispatch_service_request)


def _worded(original: Dispatch) -> Dispatch:
    async def dispatch(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Any:
        response = await original(method, path, headers, body, query, request_id)
        answered = response[2]
        if not (isinstance(answered, bytes) and answered.startswith(_MARK)):
            return response
        service = answered.removeprefix(_MARK).partition(b'"')[0].decode()
        message = f"This local AWS does not answer for {service}."
        protocol = wire_errors.of_request(headers)
        return wire_errors.error(protocol, 400, "UnsupportedOperation", message, headers, request_id)

    return dispatch
