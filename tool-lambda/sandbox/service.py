"""The one use case: answer a request, whatever is in it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.contract import Reply, Request, RequestError, parse_request
from sandbox.credentials import Credentials, CredentialsError
from sandbox.reply import build_reply, imports_of
from sandbox.runner import Call, Outcome, SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.settings import Settings

#: Seconds the function keeps for starting, ending and answering a call.
ANSWER_MARGIN_SECONDS = 5.0
#: A session must outlive the code by this much: a request signed at the last moment is still checked afterwards.
_SESSION_MARGIN_SECONDS = 30.0
#: Memory of the function that is not the code's: this process and the zygote.
_OWN_MEMORY_MIB = 384
_MIB = 1 << 20


class Sessions(Protocol):
    """Gives out credentials of an investigation."""

    def session(self, investigation_id: str | None, region: str, needed_seconds: float) -> Credentials:
        """Credentials that live long enough; raises CredentialsError."""


class RunsCode(Protocol):
    """Runs one call in the sandbox."""

    def run(self, call: Call) -> Outcome:
        """Run the call to its end; raises SandboxUnavailable."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply and what only the log should know.

    Attributes:
        reply: What the caller gets.
        request: The request, or None when it could not be read.
        imports: Modules the code imports, each with whether it was loaded already.
    """

    reply: Reply
    request: Request | None
    imports: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolService:
    """Answers tool requests.

    Attributes:
        settings: Configuration of the function.
        sessions: Credentials per investigation.
        runner: Runs code.
        own_guard: State of the layers around this process, by name.
        user_id: Effective user id, asked at every call.
    """

    settings: Settings
    sessions: Sessions
    runner: RunsCode
    own_guard: dict[str, str]
    user_id: Callable[[], int] = os.geteuid

    def answer(self, event: object, remaining_seconds: float) -> Answer:
        """Run the request's code and answer; never raises because of what the request or its code did.

        Args:
            event: The request as received.
            remaining_seconds: Time until the function itself is ended.
        """
        started = time.monotonic()
        request = None
        try:
            request = parse_request(event)
            self._check(request)
            region = request.region or self.settings.region
            seconds = self._seconds(request, remaining_seconds)
            session = self.sessions.session(request.investigation_id, region, seconds + _SESSION_MARGIN_SECONDS)
            outcome = self.runner.run(self._call(request, region, seconds, session))
        except (RequestError, CredentialsError, SandboxUnavailable) as refusal:
            reply = Reply("refused", error=str(refusal), guard=self.own_guard, duration_ms=_since(started))
            return Answer(reply, request)
        reply = build_reply(outcome, session.secret_values(), _since(started))
        return Answer(
            replace(reply, guard=self.own_guard | outcome.layers | reply.guard), request, imports_of(outcome.lines)
        )

    def _check(self, request: Request) -> None:
        if self.user_id() == 0:
            raise RequestError(
                "this process has user id 0, which no limit binds; start the function as an unprivileged user, as "
                "Lambda does"
            )
        own = self.settings.account_id
        if request.account_id not in (None, own):
            raise RequestError(
                f"account {request.account_id} cannot be reached: this function looks into {own} only"
            )

    def _seconds(self, request: Request, remaining_seconds: float) -> float:
        longest = min(remaining_seconds, float(self.settings.timeout_seconds)) - ANSWER_MARGIN_SECONDS
        if longest < 1:
            raise RequestError(
                f"only {remaining_seconds:.1f} s are left, too little to run code; send the call again"
            )
        return min(longest, request.timeout_seconds or longest)

    def _call(self, request: Request, region: str, seconds: float, session: Credentials) -> Call:
        return Call(
            code=request.code,
            inputs=request.inputs,
            environment=_environment(region, session, self.settings.endpoint_url),
            seconds=seconds,
            memory_bytes=max(512, self.settings.memory_mib - _OWN_MEMORY_MIB) * _MIB,
            endpoint=self.settings.endpoint,
        )


def _environment(region: str, session: Credentials, endpoint_url: str | None) -> dict[str, str]:
    """The whole environment of the code."""
    environment = {
        "AWS_ACCESS_KEY_ID": session.access_key_id,
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",  # the SDK would look for other credentials there
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    return environment | ({"AWS_ENDPOINT_URL": endpoint_url} if endpoint_url else {})


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)


def describe(answer: Answer) -> dict[str, Any]:
    """What the log says about a call; neither code nor output is in it."""
    request = answer.request
    return {
        "investigation_id": request.investigation_id if request else None,
        "purpose_characters": len(request.purpose or "") if request else 0,
        "code_characters": len(request.code) if request else 0,
        "status": answer.reply.status,
        "duration_ms": answer.reply.duration_ms,
        "omitted_bytes": answer.reply.omitted_bytes,
        "evidence": len(answer.reply.evidence),
        "imports_redundant": sorted(name for name, loaded in answer.imports.items() if loaded)[:50],
        "imports_loaded": sorted(name for name, loaded in answer.imports.items() if not loaded)[:50],
        "guard_off": sorted(layer for layer, state in answer.reply.guard.items() if state != "on"),
    }
