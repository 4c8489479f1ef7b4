"""Calls that fail on demand, as they fail on AWS: the service's own error, throttling, silence or a late answer.

The emulator never fails. What a function does when a service is down, for one call, for a while or for ever, can
only be seen when it is. Faults are switched on by POST /_local/faults; `rules.py` says what they can be.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core.iam_actions import extract_iam_action
from ministack.core.responses import StreamingResponse
from ministack.core.router import detect_service, extract_access_key_id
from ministack.services import sts

from local_aws.control import UnknownTargetError
from local_aws.faults import answers as fault_answers
from local_aws.faults.rules import Call, Effect, Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from local_aws.functions.invocations import Invocations

    Response = tuple[int, dict[str, str], Any]
    Dispatch = Callable[..., Awaitable[Response]]

TRACE_HEADER = "x-amzn-trace-id"
"""Sent by every AWS SDK inside a function: it says for which invocation a call is made."""


def install(faults: Faults, invocations: Invocations) -> None:
    """Ask the rules before every request; one that no fault is about is answered as ever."""
    app._dispatch_service_request = _failing(app._dispatch_service_request, faults, invocations)


def _failing(original: Dispatch, faults: Faults, invocations: Invocations) -> Dispatch:
    async def dispatch(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], request_id: str
    ) -> Response:
        call = _call(method, path, headers, body, query, invocations)
        fault = faults.meet(call) if call else None
        if fault is None or call is None:
            return await original(method, path, headers, body, query, request_id)
        if fault.effect in {Effect.UNAVAILABLE, Effect.THROTTLED}:
            return fault_answers.error(call.service, fault.effect, headers, request_id)
        await asyncio.sleep(fault.delay_s)
        if fault.effect is Effect.DROPPED:
            return _silence()
        response = await original(method, path, headers, body, query, request_id)
        return _silence() if fault.effect is Effect.ANSWER_LOST else response

    return dispatch


def _silence() -> Response:
    """An answer that breaks off: a client cannot tell what became of its call."""

    async def break_off(*_asgi: object) -> None:
        """Nothing of the announced body is sent, so the server has to close the connection."""

    return 200, {"content-length": "1"}, StreamingResponse(break_off)


def _call(
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Mapping[str, Any],
    invocations: Invocations,
) -> Call | None:
    """What the rules look at; None for requests that are no API call."""
    routing = app._routing_params(method, path, headers, body, query)
    service = detect_service(method, path, dict(headers), routing)
    action = extract_iam_action(service, method, path, headers, body, routing)
    if not action:
        return None
    return Call(
        service=service,
        action=_operation(str(action).partition(":")[2], headers),
        role=_role(extract_access_key_id(dict(headers), {}) or ""),
        request=f"{path}\n{body.decode(errors='replace')}",
        event=invocations.event_of(headers.get(TRACE_HEADER, "")),
    )


_OPERATIONS = {"InvokeFunction": "Invoke"}
"""Operations that IAM calls by another name than the API."""


def _operation(action: str, headers: Mapping[str, str]) -> str:
    """The API's name of an operation; IAM has one name for several (a transaction is judged by its writes)."""
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    return target or _OPERATIONS.get(action, action)


def _role(access_key: str) -> str:
    session = sts._sessions.get(access_key)
    return str(session["Arn"]).split("/")[1] if session else ""


class FaultSwitch:
    """What POST /_local/faults does."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def __call__(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """`{"add": {…}}`, `{"clear": name}`, `{"clear": null}` for all, or `{}` to look; answers with the hits."""
        added = self._faults.add(Fault.from_json(request["add"])) if "add" in request else None
        if "clear" in request:
            self._clear(request["clear"])
        return {"added": added, "hits": self._faults.hits()}

    def _clear(self, name: str | None) -> None:
        try:
            self._faults.clear(name)
        except LookupError as error:
            raise UnknownTargetError(str(error)) from error
