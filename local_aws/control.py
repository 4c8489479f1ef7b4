"""The local AWS's own endpoints, below /_local/: status, shutdown, and what a demo or test must steer.

Steering needs the token of the state folder, so that a function cannot stop or change its own world.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Any, Receive, Send], Awaitable[None]]
Command = Callable[[Mapping[str, Any]], Mapping[str, Any]]

PREFIX = "/_local/"
TOKEN_HEADER = "x-local-aws-token"  # noqa: S105 - the name of a header

NOW_HEADER = "x-local-aws-now"
"""Epoch seconds at which a call counts as made (see `local_aws.clock`)."""

_BLOCKED = ("/_ministack/", "/_localstack/")
_OPEN = ("/_ministack/health",)


class UnknownTargetError(LookupError):
    """A command names something that does not exist."""


@dataclass
class Control:
    """Answers /_local/ and passes everything else on to the emulator.

    Attributes:
        app: The emulator's ASGI application.
        token: Required for commands.
        status: Collects the status document.
        commands: What POST /_local/<name> does.
    """

    app: AsgiApp
    token: str
    status: Callable[[], Mapping[str, Any]]
    commands: Mapping[str, Command]
    last_request: float = field(default_factory=time.monotonic)

    @property
    def idle_s(self) -> float:
        """Seconds since the last request to an AWS service."""
        return time.monotonic() - self.last_request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry point."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif str(scope["path"]).startswith(PREFIX):
            await self._answer(scope, receive, send)
        elif str(scope["path"]).startswith(_BLOCKED) and scope["path"] not in _OPEN and not self._trusted(scope):
            await _respond(
                send, 403, {"message": "the emulator's own endpoints need the token of the state folder"}
            )
        else:
            self.last_request = time.monotonic()
            await self.app(scope, receive, send)

    def _trusted(self, scope: Scope) -> bool:
        given = dict(scope["headers"]).get(TOKEN_HEADER.encode(), b"")
        return hmac.compare_digest(given, self.token.encode())

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = str(scope["path"]).removeprefix(PREFIX)
        if scope["method"] == "GET" and name == "status":
            await _respond(send, 200, {**self.status(), "idle_s": round(self.idle_s, 1)})
            return
        command = self.commands.get(name)
        if scope["method"] != "POST" or command is None:
            await _respond(send, 404, {"message": f"there is no {scope['method']} {scope['path']}"})
        elif not self._trusted(scope):
            await _respond(send, 403, {"message": f"{scope['path']} needs the header {TOKEN_HEADER}"})
        else:
            await self._run(command, receive, send)

    async def _run(self, command: Command, receive: Receive, send: Send) -> None:
        try:
            answer = command(json.loads(await _body(receive) or b"{}"))
        except UnknownTargetError as error:
            await _respond(send, 404, {"message": str(error)})
        except (KeyError, ValueError) as error:
            await _respond(send, 400, {"message": f"malformed request: {error}"})
        else:
            await _respond(send, 200, answer)


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _respond(send: Send, status: int, document: Mapping[str, Any]) -> None:
    body = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
