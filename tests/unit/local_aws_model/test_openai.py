"""The translation between Converse and chat completions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.model.backend import ConverseError
from local_aws.model.choice import UnknownBackend, choose
from local_aws.model.openai import from_completion, to_completion

SPEC = {"name": "run", "description": "Runs.", "inputSchema": {"json": {"type": "object"}}}
USE = {"toolUse": {"toolUseId": "u1", "name": "run", "input": {"code": "1"}}}


def a_completion(finish: str = "stop", **message: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 10, "completion_tokens": 3}
    return {"choices": [{"message": {"role": "assistant", **message}, "finish_reason": finish}], "usage": usage}


def a_call(arguments: str) -> dict[str, Any]:
    return {"id": "u9", "type": "function", "function": {"name": "run", "arguments": arguments}}


class TestRequest:
    def test_a_conversation_with_tools_keeps_its_order_and_ids(self) -> None:
        results = [
            {"toolResult": {"toolUseId": "u1", "content": [{"text": "one"}, {"json": {"two": 2}}]}},
            {"text": "go on"},
        ]
        request = {
            "system": [{"text": "be brief"}, {"cachePoint": {"type": "default"}}, {"text": "be right"}],
            "messages": [
                {"role": "user", "content": [{"text": "hello"}]},
                {"role": "assistant", "content": [{"reasoningContent": {}}, {"text": "I look"}, USE]},
                {"role": "user", "content": results},
            ],
            "toolConfig": {"tools": [{"toolSpec": SPEC}, {"cachePoint": {"type": "default"}}]},
            "inferenceConfig": {"maxTokens": 5, "temperature": 0, "topP": 0.5, "stopSequences": ["x"]},
        }

        body = to_completion("m", request)

        call = {"id": "u1", "type": "function", "function": {"name": "run", "arguments": '{"code": "1"}'}}
        assert body["messages"] == [
            {"role": "system", "content": "be brief\n\nbe right"},
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "I look", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "u1", "content": 'one\n{"two": 2}'},
            {"role": "user", "content": "go on"},
        ]
        function = {"name": "run", "description": "Runs.", "parameters": {"type": "object"}}
        assert body["tools"] == [{"type": "function", "function": function}]
        assert body["tool_choice"] == "auto"
        assert {name: body[name] for name in ("model", "max_tokens", "temperature", "top_p", "stop")} == {
            "model": "m",
            "max_tokens": 5,
            "temperature": 0,
            "top_p": 0.5,
            "stop": ["x"],
        }

    def test_a_failed_tool_is_told_as_an_error(self) -> None:
        failed = {"toolResult": {"toolUseId": "u1", "content": [{"text": "no"}], "status": "error"}}

        body = to_completion("m", {"messages": [{"role": "user", "content": [failed]}]})

        assert body["messages"] == [{"role": "tool", "tool_call_id": "u1", "content": "error: no"}]

    @pytest.mark.parametrize(
        ("choice", "translated"),
        [
            ({"any": {}}, "required"),
            ({"tool": {"name": "run"}}, {"type": "function", "function": {"name": "run"}}),
        ],
    )
    def test_a_forced_tool_stays_forced(self, choice: dict[str, Any], translated: Any) -> None:
        config = {"tools": [{"toolSpec": SPEC}], "toolChoice": choice}
        message = {"role": "user", "content": [{"text": "x"}]}

        assert to_completion("m", {"messages": [message], "toolConfig": config})["tool_choice"] == translated

    def test_what_has_no_counterpart_is_refused_rather_than_dropped(self) -> None:
        with pytest.raises(ConverseError, match="kind image"):
            to_completion("m", {"messages": [{"role": "user", "content": [{"image": {}}]}]})


class TestAnswer:
    @pytest.mark.parametrize(
        ("finish", "stop_reason"),
        [("stop", "end_turn"), ("length", "max_tokens"), ("content_filter", "content_filtered")],
    )
    def test_text_and_its_stop_reason(self, finish: str, stop_reason: str) -> None:
        answer = from_completion(a_completion(finish, content="done"))

        assert answer["output"]["message"] == {"role": "assistant", "content": [{"text": "done"}]}
        assert answer["stopReason"] == stop_reason
        assert answer["usage"] == {"inputTokens": 10, "outputTokens": 3, "totalTokens": 13}

    @pytest.mark.parametrize("finish", ["tool_calls", "stop"])
    def test_tool_calls_decide_whatever_the_server_calls_the_finish(self, finish: str) -> None:
        answer = from_completion(a_completion(finish, content=None, tool_calls=[a_call('{"code": "2"}')]))

        (block,) = answer["output"]["message"]["content"]
        assert block == {"toolUse": {"toolUseId": "u9", "name": "run", "input": {"code": "2"}}}
        assert answer["stopReason"] == "tool_use"

    @pytest.mark.parametrize("arguments", ["{broken", "[1]"])
    def test_arguments_that_are_no_object_are_malformed_tool_use(self, arguments: str) -> None:
        answer = from_completion(a_completion("tool_calls", content="x", tool_calls=[a_call(arguments)]))

        assert answer["stopReason"] == "malformed_tool_use"
        assert answer["output"]["message"]["content"] == [{"text": "x"}]

    def test_cached_input_is_counted_apart(self) -> None:
        completion = a_completion(content="x")
        completion["usage"]["prompt_tokens_details"] = {"cached_tokens": 4}

        assert from_completion(completion)["usage"] == {
            "inputTokens": 6,
            "cacheReadInputTokens": 4,
            "outputTokens": 3,
            "totalTokens": 13,
        }

    @pytest.mark.parametrize("completion", [{}, {"choices": []}, {"choices": [{}]}, {"choices": None}])
    def test_no_choice_is_a_model_error(self, completion: dict[str, Any]) -> None:
        with pytest.raises(ConverseError) as failed:
            from_completion(json.loads(json.dumps(completion)))

        assert failed.value.code == "ModelErrorException"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("gpt", "no backend 'gpt'"),
        ("bedrock:", "no backend"),
        ("openai:", "no backend"),
        ("openai:file:///etc/passwd#m", "write openai:http"),
    ],
)
def test_a_backend_that_does_not_exist_is_refused_with_what_to_write(word: str, told: str) -> None:
    with pytest.raises(UnknownBackend, match=told):
        choose(word)


def test_a_chosen_openai_backend_says_where_it_asks() -> None:
    backend = choose("openai:http://127.0.0.1:1/v1#tiny")

    assert backend.description == "tiny at http://127.0.0.1:1/v1/chat/completions"
