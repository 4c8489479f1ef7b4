"""The Converse adapter against botocore's own service model (Stubber): requests are valid, errors are sorted."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from tests.fakes import FakeClock
from triage.agent.tools import ALL_TOOLS
from triage.aws.bedrock import MAX_BACKOFF_S, OVERFLOW_TEXTS, PATIENCE_S, RETRYABLE_CODES, BedrockModel
from triage.aws.converse_request import request_fields
from triage.domain.budget import TokenUsage
from triage.domain.errors import ContextOverflow, ModelUnavailable
from triage.ports import ModelRequest

REQUEST = ModelRequest(
    system="You investigate.",
    messages=({"role": "user", "content": [{"text": "signal: {}"}]},),
    tools=ALL_TOOLS,
    max_output_tokens=8192,
)
ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "hello"}]}},
    "stopReason": "end_turn",
    "usage": {
        "inputTokens": 10,
        "outputTokens": 5,
        "totalTokens": 15,
        "cacheReadInputTokens": 3,
        "cacheWriteInputTokens": 2,
    },
    "metrics": {"latencyMs": 7},
}


class TickingClock(FakeClock):
    """A clock that moves whenever somebody looks at it, as real ones do."""

    def monotonic(self) -> float:
        self.elapsed += 0.001
        return self.elapsed


class Bedrock:
    """A stubbed client behind the adapter; every stubbed answer must be used, in order."""

    def __init__(self, *model_ids: str) -> None:
        self.client = boto3.client(
            "bedrock-runtime",
            region_name="us-east-2",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
        )
        self.stub = Stubber(self.client)
        self.clock = FakeClock()
        self.read_timeouts: list[int] = []
        self.model = BedrockModel(model_ids or ("first",), self.clock, self._client_for, jitter=lambda: 1.0)

    def _client_for(self, seconds: int) -> Any:
        self.read_timeouts.append(seconds)
        return self.client

    def answers(self, model_id: str = "first") -> Bedrock:
        expected = {
            "modelId": model_id,
            "system": [{"text": "You investigate."}],
            "messages": list(REQUEST.messages),
            "inferenceConfig": {"maxTokens": 8192},
            "toolConfig": {
                "tools": [
                    {
                        "toolSpec": {
                            "name": tool.name,
                            "description": tool.description,
                            "inputSchema": {"json": tool.input_schema},
                        }
                    }
                    for tool in ALL_TOOLS
                ],
                "toolChoice": {"auto": {}},
            },
        }
        self.stub.add_response("converse", ANSWER, expected)
        return self

    def fails(self, code: str, message: str = "no") -> Bedrock:
        self.stub.add_client_error("converse", code, message)
        return self

    def converse(self, timeout_s: float = 300.0) -> Any:
        with self.stub:
            response = self.model.converse(REQUEST, timeout_s)
            self.stub.assert_no_pending_responses()
            return response


def test_a_request_is_valid_converse_and_the_answer_is_read_by_name() -> None:
    response = Bedrock().answers().converse()

    assert response.message == {"role": "assistant", "content": [{"text": "hello"}]}
    assert response.stop_reason == "end_turn"
    assert response.tokens == TokenUsage(10, 5, 3, 2)
    assert response.model_id == "first"


def test_every_tool_schema_is_json() -> None:
    assert json.loads(json.dumps([tool.input_schema for tool in ALL_TOOLS]))


@pytest.mark.parametrize("code", sorted(RETRYABLE_CODES))
def test_what_may_pass_is_tried_again_with_growing_waits(code: str) -> None:
    bedrock = Bedrock().fails(code).fails(code).answers()

    assert bedrock.converse().model_id == "first"
    assert bedrock.clock.slept == [1.0, 2.0]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_what_will_not_pass_goes_to_the_fallback_at_once(code: str) -> None:
    bedrock = Bedrock("first", "second").fails(code).answers("second")

    assert bedrock.converse().model_id == "second"
    assert bedrock.clock.slept == []


def test_a_model_that_stays_throttled_gives_way_to_the_fallback() -> None:
    bedrock = Bedrock("first", "second")
    for _ in range(4):
        bedrock.fails("ThrottlingException")
    bedrock.answers("second")

    assert bedrock.converse().model_id == "second"


def test_models_that_stay_throttled_are_asked_in_further_rounds() -> None:
    bedrock = Bedrock("first", "second")
    for _ in range(8):
        bedrock.fails("ThrottlingException")
    bedrock.fails("ThrottlingException").answers("first")

    assert bedrock.converse().model_id == "first"


def test_patience_with_models_that_stay_throttled_ends() -> None:
    bedrock = Bedrock("first", "second")
    for _ in range(40):
        bedrock.fails("ThrottlingException")

    with pytest.raises(ModelUnavailable, match="ThrottlingException"):
        bedrock.converse(timeout_s=800.0)
    waited = sum(bedrock.clock.slept)
    assert PATIENCE_S <= waited <= PATIENCE_S + 2 * 4 * MAX_BACKOFF_S


def test_a_further_round_leaves_out_whom_time_does_not_help() -> None:
    bedrock = Bedrock("first", "second").fails("AccessDeniedException")
    for _ in range(4):
        bedrock.fails("ThrottlingException")
    bedrock.answers("second")

    assert bedrock.converse().model_id == "second"


def test_when_none_answers_the_reason_of_each_is_kept() -> None:
    bedrock = (
        Bedrock("first", "second").fails("AccessDeniedException", "no access").fails("ValidationException", "bad")
    )

    with pytest.raises(ModelUnavailable, match=r"first: AccessDeniedException: no access; second: .*bad"):
        bedrock.converse()


@pytest.mark.parametrize("text", OVERFLOW_TEXTS)
def test_an_overflow_is_told_apart_from_other_validation_errors(text: str) -> None:
    bedrock = Bedrock("first", "second").fails("ValidationException", f"{text.capitalize()} for requested model")

    with pytest.raises(ContextOverflow):
        bedrock.converse()


def test_retries_end_with_the_time_that_was_given() -> None:
    bedrock = Bedrock()
    for _ in range(3):
        bedrock.fails("ThrottlingException")

    with pytest.raises(ModelUnavailable, match="ThrottlingException"):
        bedrock.converse(timeout_s=9.0)
    assert sum(bedrock.clock.slept) <= 9.0


def test_the_read_timeout_never_exceeds_the_time_left() -> None:
    bedrock = Bedrock().fails("ThrottlingException").answers()

    bedrock.converse(timeout_s=61.0)

    assert bedrock.read_timeouts == [60, 60]


def test_time_that_passes_before_the_call_does_not_cost_the_longest_read_timeout() -> None:
    bedrock = Bedrock().answers()
    bedrock.clock = TickingClock()
    bedrock.model = BedrockModel(("first",), bedrock.clock, bedrock._client_for, jitter=lambda: 1.0)

    bedrock.converse(timeout_s=300.0)

    assert bedrock.read_timeouts == [300]


def test_a_model_that_never_answers_leaves_its_fallback_time_for_an_answer() -> None:
    bedrock = Bedrock("first", "second").answers("second")

    def client_for(seconds: int) -> Any:
        bedrock.read_timeouts.append(seconds)
        if len(bedrock.read_timeouts) <= 2:
            bedrock.clock.advance(seconds)
            raise ReadTimeoutError(endpoint_url="https://bedrock")
        return bedrock.client

    bedrock.model = BedrockModel(("first", "second"), bedrock.clock, client_for, jitter=lambda: 0.0)

    assert bedrock.converse(timeout_s=600.0).model_id == "second"
    assert bedrock.read_timeouts == [300, 180, 120]


def test_a_dropped_connection_is_tried_again() -> None:
    bedrock = Bedrock().answers()
    drops = iter([ReadTimeoutError(endpoint_url="https://bedrock")])

    def client_for(seconds: int) -> Any:
        for drop in drops:
            raise drop
        return bedrock.client

    bedrock.model = BedrockModel(("first",), bedrock.clock, client_for, jitter=lambda: 0.0)

    assert bedrock.converse().stop_reason == "end_turn"


MARK = {"cachePoint": {"type": "default"}}
MARKED = replace(
    REQUEST,
    messages=(
        {"role": "user", "content": [{"text": "signal: {}"}]},
        {"role": "assistant", "content": [{"text": "hm"}]},
        {"role": "user", "content": [{"text": "go on"}]},
    ),
    stable_after=(0, 2),
)


class Sent:
    """A client that keeps what it was asked, and answers or fails as told."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.meta = Bedrock().client.meta
        self.requests: list[dict[str, Any]] = []
        self._outcomes = list(outcomes)

    def converse(self, **request: Any) -> Any:
        self.requests.append(request)
        outcome = self._outcomes.pop(0) if self._outcomes else None
        if outcome:
            raise outcome
        return ANSWER

    def marks(self) -> list[int]:
        """How many marks each request held."""
        return [
            json.dumps(request["messages"] + request["system"]).count("cachePoint") for request in self.requests
        ]


def refused(message: str, code: str = "ValidationException") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Converse")


def marking(sent: Sent, **options: Any) -> BedrockModel:
    return BedrockModel(("first",), FakeClock(), lambda _seconds: sent, lambda: 0.0, **options)


def test_a_prompt_cache_is_marked_behind_the_system_prompt_and_where_messages_stay() -> None:
    bedrock = Bedrock()
    fields = request_fields(MARKED, marks_cache=True)
    bedrock.stub.add_response("converse", ANSWER, {"modelId": "first", **fields})

    with bedrock.stub:
        bedrock.model.converse(MARKED, 300.0)

    assert fields["system"][-1] == MARK
    assert [message["content"][-1] == MARK for message in fields["messages"]] == [True, False, True]
    assert MARK not in MARKED.messages[0]["content"]


def test_there_are_never_more_marks_than_bedrock_takes() -> None:
    messages = tuple({"role": "user", "content": [{"text": str(number)}]} for number in range(9))
    fields = request_fields(replace(REQUEST, messages=messages, stable_after=tuple(range(9))), marks_cache=True)

    assert json.dumps(fields["messages"] + fields["system"]).count("cachePoint") == 4


def test_a_model_that_refuses_marks_is_asked_without_them_then_and_later() -> None:
    sent = Sent(refused("You invoked an unsupported model or your request did not allow prompt caching."))
    model = marking(sent)

    model.converse(MARKED, 300.0)
    model.converse(MARKED, 300.0)

    assert sent.marks() == [3, 0, 0]


def test_a_request_that_is_refused_for_something_else_leaves_the_marks_on() -> None:
    sent = Sent(refused("bad"), refused("bad"))
    model = marking(sent)

    with pytest.raises(ModelUnavailable):
        model.converse(MARKED, 300.0)
    model.converse(MARKED, 300.0)

    assert sent.marks() == [3, 0, 3]


def test_an_overflow_of_a_marked_request_is_an_overflow() -> None:
    sent = Sent(refused("Input is too long for requested model."))

    with pytest.raises(ContextOverflow):
        marking(sent).converse(MARKED, 300.0)

    assert sent.marks() == [3]


def test_marks_can_be_switched_off() -> None:
    sent = Sent()

    marking(sent, caches_prompts=False).converse(MARKED, 300.0)

    assert sent.marks() == [0]


def test_a_botocore_that_does_not_know_marks_is_not_sent_any() -> None:
    sent = Sent()
    old = MagicMock()
    old.service_model.operation_model.return_value.input_shape.members = {
        "messages": SimpleNamespace(
            member=SimpleNamespace(
                members={"content": SimpleNamespace(member=SimpleNamespace(members={"text": 0}))}
            )
        )
    }
    sent.meta = old

    marking(sent).converse(MARKED, 300.0)

    assert sent.marks() == [0]
