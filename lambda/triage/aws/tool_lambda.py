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
    from triage.ports import Clock, ToolCall

# 429: Lambda did not execute the request (Lambda API reference, Invoke), so sending it again is safe.
NOT_EXECUTED = "TooManyRequestsException"
THROTTLE_WAITS_S = (1.0, 2.0, 4.0)
# The reply of a call that used its whole time-out still has to arrive.
READ_MARGIN_S = 10


class LambdaToolRunner:
    """Invokes the tool function.

    Args:
        function_name: name or ARN.
        tool_timeout_s: the function's own time-out.
    """

    def __init__(self, function_name: str, tool_timeout_s: int, clock: Clock, lambda_client: Any = None) -> None:
        self._function_name = function_name
        self._read_timeout_s = tool_timeout_s + READ_MARGIN_S
        self._clock = clock
        self._client = lambda_client

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
        response = self._invoke(payload)
        body = response["Payload"].read()
        if "FunctionError" in response:
            raise ToolUnavailable(f"the tool function failed ({response['FunctionError']}): {_message(body)}")
        return _reply(body)

    def _invoke(self, payload: bytes) -> Any:
        # One attempt per client call: a retry after a read time-out would run the code a second time.
        lambda_client = self._client or client("lambda", self._read_timeout_s, 1)
        for wait_s in (*THROTTLE_WAITS_S, None):
            try:
                return lambda_client.invoke(FunctionName=self._function_name, Payload=payload)
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
        omitted_bytes=int(data.get("omitted_bytes") or 0),
        duration_ms=float(data.get("duration_ms") or 0.0),
        guard=data.get("guard") or {},
    )
