"""The tool Lambda behind the ToolRunner port: one synchronous invoke per call, never sent twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.errors import code_of, text_of
from triage.domain.errors import ToolUnavailable
from triage.domain.evidence import EvidenceStatus
from triage.ports import ToolReply

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.ports import Clock, ToolCall

# 429: Lambda did not execute the request (Lambda API reference, Invoke), so sending it again is safe.
NOT_EXECUTED = "TooManyRequestsException"
THROTTLE_WAITS_S = (1.0, 2.0, 4.0)
# Beyond the time the code may take: a cold start, the sandbox's own work, and the reply on its way.
READ_MARGIN_S = 25.0
# A client's read time-out is fixed when it is made, so a few are kept and the smallest that suffices is used.
READ_TIMEOUTS_S = (30, 60, 120, 180, 300, 930)


class LambdaToolRunner:
    """Invokes the tool function.

    Args:
        function_name: name or ARN.
        client_for: a ``lambda`` client with a read time-out in seconds; it must never retry by itself, or a
            read time-out would run the code a second time.
    """

    def __init__(
        self,
        function_name: str,
        clock: Clock,
        client_for: Callable[[int], Any] = lambda seconds: client("lambda", seconds, 1),
    ) -> None:
        self._function_name = function_name
        self._clock = clock
        self._client_for = client_for

    def run(self, call: ToolCall) -> ToolReply:
        """Run the code.

        Raises:
            ToolUnavailable: it did not run, or nobody knows whether it did.
        """
        payload = json.dumps(
            {
                "code": call.code,
                "inputs": dict(call.inputs),
                "purpose": call.purpose,
                "timeout_s": call.timeout_s,
                "investigation_id": call.investigation_id,
                "account_id": call.account_id,
                "region": call.region,
            }
        ).encode()
        response, body = self._invoke(payload, call.timeout_s + READ_MARGIN_S)
        if "FunctionError" in response:
            raise ToolUnavailable(f"the tool function failed ({response['FunctionError']}): {_message(body)}")
        return _reply(body)

    def _invoke(self, payload: bytes, patience_s: float) -> tuple[Any, bytes]:
        longest = READ_TIMEOUTS_S[-1]
        lambda_client = self._client_for(next((s for s in READ_TIMEOUTS_S if s >= patience_s), longest))
        for wait_s in (*THROTTLE_WAITS_S, None):
            try:
                response = lambda_client.invoke(FunctionName=self._function_name, Payload=payload)
                return response, response["Payload"].read()
            except ClientError as error:
                if code_of(error) != NOT_EXECUTED or wait_s is None:
                    raise ToolUnavailable(f"the tool function could not be invoked: {text_of(error)}") from error
                self._clock.sleep(wait_s)
            except BotoCoreError as error:
                raise ToolUnavailable(f"no answer from the tool function: {text_of(error)}") from error
        raise AssertionError("unreachable: the last wait is None")


def _message(body: bytes) -> str:
    """``errorMessage`` of a failed invocation; the tool function's own words are safe to show to the model."""
    try:
        data = json.loads(body)
    except ValueError:
        return "no message"
    return str(data.get("errorMessage", "no message"))[:500] if isinstance(data, dict) else "no message"


def _reply(body: bytes) -> ToolReply:
    try:
        data = json.loads(body)
    except ValueError as error:
        raise ToolUnavailable("the tool function's reply is not JSON") from error
    if not isinstance(data, Mapping) or data.get("status") not in set(EvidenceStatus):
        raise ToolUnavailable("the tool function's reply does not follow its contract")
    return ToolReply(
        status=data["status"],
        stdout=str(data.get("stdout") or ""),
        result=data.get("result"),
        error=data.get("error"),
        evidence=tuple(item for item in data.get("evidence") or () if isinstance(item, Mapping)),
        truncated=bool(data.get("truncated")),
        omitted_bytes=int(_number(data.get("omitted_bytes"))),
        duration_ms=_number(data.get("duration_ms")),
        guard=data.get("guard") or {},
    )


def _number(value: Any) -> float:
    """A count or duration; evidence is not thrown away because one of them is odd."""
    return float(value) if isinstance(value, int | float) else 0.0
