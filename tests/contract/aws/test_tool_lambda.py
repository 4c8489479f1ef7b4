"""The tool Lambda behind its port: sent once, answers read by contract, failures told apart."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from tests.fakes import FakeClock
from triage.aws.tool_lambda import LambdaToolRunner
from triage.domain.errors import ToolUnavailable
from triage.ports import ToolCall, ToolReply

CALL = ToolCall(
    code="print(1)",
    purpose="see",
    investigation_id="20261121T030205Z-0123456789",
    account_id="123456789012",
    region="us-east-2",
    timeout_s=30.0,
    inputs={"a": 1},
)
PAYLOAD = json.dumps(
    {
        "code": "print(1)",
        "inputs": {"a": 1},
        "purpose": "see",
        "timeout_s": 30.0,
        "investigation_id": "20261121T030205Z-0123456789",
        "account_id": "123456789012",
        "region": "us-east-2",
    }
).encode()
REPLY = {
    "status": "ok",
    "stdout": "1\n",
    "result": {"n": 1},
    "error": None,
    "evidence": [{"title": "t", "output": "o"}],
    "truncated": True,
    "omitted_bytes": 7,
    "duration_ms": 3.5,
    "guard": {"rlimits": "on"},
}


class Tool:
    """A stubbed Lambda client behind the runner."""

    def __init__(self) -> None:
        self.client = boto3.client(
            "lambda", region_name="us-east-2", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        self.stub = Stubber(self.client)
        self.clock = FakeClock()
        self.read_timeouts: list[int] = []
        self.runner = LambdaToolRunner("tool-lambda", self.clock, self._client_for)

    def _client_for(self, seconds: int) -> Any:
        self.read_timeouts.append(seconds)
        return self.client

    def replies(self, body: Any, **more: Any) -> Tool:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(raw), len(raw)), **more}
        self.stub.add_response("invoke", response, {"FunctionName": "tool-lambda", "Payload": PAYLOAD})
        return self

    def fails(self, code: str) -> Tool:
        self.stub.add_client_error("invoke", code, "slow down")
        return self

    def run(self) -> ToolReply:
        with self.stub:
            reply = self.runner.run(CALL)
            self.stub.assert_no_pending_responses()
            return reply


def test_the_reply_contract_is_read_in_full() -> None:
    reply = Tool().replies(REPLY).run()

    assert reply == ToolReply(
        status="ok",
        stdout="1\n",
        result={"n": 1},
        evidence=({"title": "t", "output": "o"},),
        truncated=True,
        omitted_bytes=7,
        duration_ms=3.5,
        guard={"rlimits": "on"},
    )


def test_the_answer_is_awaited_for_as_long_as_the_code_may_take_and_no_longer() -> None:
    tool = Tool().replies(REPLY)

    tool.run()

    assert tool.read_timeouts == [60]


def test_an_answer_that_breaks_off_is_unavailable_not_a_failed_investigation() -> None:
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise ReadTimeoutError(endpoint_url="https://lambda")

    tool = Tool()
    response = {"StatusCode": 200, "Payload": StreamingBody(Broken(), 100)}
    tool.stub.add_response("invoke", response, {"FunctionName": "tool-lambda", "Payload": PAYLOAD})

    with pytest.raises(ToolUnavailable, match="no answer"):
        tool.run()


def test_odd_numbers_in_a_reply_lose_no_evidence() -> None:
    reply = Tool().replies(REPLY | {"omitted_bytes": "many", "duration_ms": None}).run()

    assert (reply.omitted_bytes, reply.duration_ms, reply.stdout) == (0, 0.0, "1\n")


def test_a_throttle_is_not_an_execution_and_is_sent_again() -> None:
    tool = Tool().fails("TooManyRequestsException").replies(REPLY)

    assert tool.run().status == "ok"
    assert tool.clock.slept == [1.0]


@pytest.mark.parametrize("code", ["ServiceException", "AccessDeniedException", "ResourceNotFoundException"])
def test_nothing_else_is_sent_twice(code: str) -> None:
    with pytest.raises(ToolUnavailable, match=code):
        Tool().fails(code).run()


def test_a_function_that_stays_throttled_is_unavailable() -> None:
    tool = Tool()
    for _ in range(4):
        tool.fails("TooManyRequestsException")

    with pytest.raises(ToolUnavailable, match="TooManyRequests"):
        tool.run()


def test_a_function_error_tells_the_model_why() -> None:
    body = {"errorMessage": "Task timed out after 120.00 seconds", "errorType": "Sandbox.Timedout"}

    with pytest.raises(ToolUnavailable, match="Task timed out"):
        Tool().replies(body, FunctionError="Unhandled").run()


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"null", b'{"status":"great"}', b'{"stdout":"x"}'])
def test_a_reply_outside_the_contract_is_unavailable_not_evidence(body: bytes) -> None:
    with pytest.raises(ToolUnavailable):
        Tool().replies(body).run()
