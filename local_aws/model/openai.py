"""Translates Converse to the chat completions of an OpenAI-compatible server, and back.

Written against the OpenAI API reference ("Create chat completion"); tested against a fake server on loopback.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
import uuid
from typing import TYPE_CHECKING, Any

from local_aws.model.backend import ConverseError, response
from local_aws.model.wire import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local_aws.model.backend import JsonObject

READ_TIMEOUT_S = 300

_STOP_REASONS = {
    "stop": "end_turn",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "length": "max_tokens",
    "content_filter": "content_filtered",
}
_CODE_BY_STATUS = {
    400: "ValidationException",
    401: "AccessDeniedException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    422: "ValidationException",
    429: "ThrottlingException",
}
_PLAIN_SETTINGS = {
    "maxTokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "stopSequences": "stop",
}
_WITHOUT_COUNTERPART = ("reasoningContent", "cachePoint")


class OpenAiModel:
    """A backend that asks ``POST <base url>/chat/completions``.

    Args:
        base_url: including the version, for example ``http://127.0.0.1:11434/v1``.
        model: the model asked; ``None`` sends the id of the Converse request.
        api_key: sent as a bearer token, if given.
    """

    def __init__(self, base_url: str, model: str | None = None, api_key: str | None = None) -> None:
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._model = model
        self._api_key = api_key

    @classmethod
    def from_environment(cls, base_url: str, model: str | None) -> OpenAiModel:
        """With the key in ``OPENAI_API_KEY``, if that is set."""
        return cls(base_url, model, os.environ.get("OPENAI_API_KEY") or None)

    @property
    def description(self) -> str:
        """Where the model is asked."""
        return f"{self._model or 'the requested model'} at {self._url}"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """Translate, ask, translate back.

        Raises:
            ConverseError: the server refused, failed or was not reached, in the words of Converse.
        """
        return from_completion(self._post(to_completion(self._model or model_id, request)))

    def _post(self, body: JsonObject) -> JsonObject:
        headers = {"Content-Type": "application/json"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        # The scheme was checked when the backend was chosen: http and https only.
        call = urllib.request.Request(self._url, json.dumps(body).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(call, timeout=READ_TIMEOUT_S) as answer:  # noqa: S310
                completion: JsonObject = json.load(answer)
        except urllib.error.HTTPError as error:
            raise _refused(error.code, error.read().decode(errors="replace")) from error
        except TimeoutError as error:
            raise ConverseError("ModelTimeoutException", f"{self._url} did not answer in time.") from error
        except (OSError, ValueError) as error:
            raise ConverseError("ServiceUnavailableException", f"{self._url}: {error}") from error
        return completion


def to_completion(model: str, request: Mapping[str, Any]) -> JsonObject:
    """The chat-completions body for a Converse request.

    Raises:
        ConverseError: the request holds images, documents or other blocks without a counterpart here.
    """
    system = "\n\n".join(block["text"] for block in request.get("system") or () if "text" in block)
    body: JsonObject = {"model": model, "messages": [{"role": "system", "content": system}] if system else []}
    for message in request["messages"]:
        body["messages"] += _messages(message)
    config = request.get("inferenceConfig") or {}
    body |= {name: config[key] for key, name in _PLAIN_SETTINGS.items() if key in config}
    tools = request.get("toolConfig") or {}
    functions = [_function(tool["toolSpec"]) for tool in tools.get("tools") or () if "toolSpec" in tool]
    if functions:
        body |= {"tools": functions, "tool_choice": _tool_choice(tools.get("toolChoice") or {"auto": {}})}
    return body


def from_completion(completion: Mapping[str, Any]) -> JsonObject:
    """The Converse answer for a chat completion.

    Raises:
        ConverseError: ``ModelErrorException``, when the completion is none.
    """
    try:
        choice = completion["choices"][0]
        message = choice["message"]
    except (KeyError, IndexError, TypeError):
        raise ConverseError("ModelErrorException", "The server answered with no choice.") from None
    content: list[JsonObject] = [{"text": message["content"]}] if message.get("content") else []
    calls = message.get("tool_calls") or []
    stop_reason = _STOP_REASONS.get(str(choice.get("finish_reason")), "end_turn")
    try:
        content += [_tool_use(call) for call in calls]
    except ValueError:
        stop_reason = "malformed_tool_use"
    else:
        # Some servers say "stop" although they call tools; the calls decide, as Converse has it.
        stop_reason = "tool_use" if calls and stop_reason == "end_turn" else stop_reason
    return _response(content, stop_reason, completion.get("usage") or {})


def _response(content: list[JsonObject], stop_reason: str, usage: Mapping[str, Any]) -> JsonObject:
    tokens_in, tokens_out = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
    cached = int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
    # Converse counts cached input apart, chat completions within the prompt.
    answer = response({"role": "assistant", "content": content}, stop_reason, tokens_in - cached, tokens_out)
    if cached:
        answer["usage"] |= {"cacheReadInputTokens": cached, "totalTokens": tokens_in + tokens_out}
    return answer


def _messages(message: Mapping[str, Any]) -> Iterator[JsonObject]:
    """One Converse message as chat messages: tool results become messages of their own, and come first."""
    for block in message["content"]:
        if not set(block) & {"text", "toolUse", "toolResult", *_WITHOUT_COUNTERPART}:
            kinds = ", ".join(block)
            raise ConverseError("ValidationException", f"Content blocks of kind {kinds} cannot be translated.")
    for result in blocks(message, "toolResult"):
        yield {"role": "tool", "tool_call_id": result["toolUseId"], "content": _result_text(result)}
    text = "\n".join(str(block) for block in blocks(message, "text"))
    calls = [_tool_call(use) for use in blocks(message, "toolUse")]
    if text or calls:
        spoken: JsonObject = {"role": message["role"], "content": text or None}
        yield spoken | ({"tool_calls": calls} if calls else {})


def _result_text(result: Mapping[str, Any]) -> str:
    parts = [block.get("text") or json.dumps(block.get("json")) for block in result.get("content") or ()]
    text = "\n".join(parts)
    return f"error: {text}" if result.get("status") == "error" else text


def _function(spec: Mapping[str, Any]) -> JsonObject:
    function = {"name": spec["name"], "description": spec.get("description", "")}
    return {"type": "function", "function": function | {"parameters": spec["inputSchema"]["json"]}}


def _tool_choice(choice: Mapping[str, Any]) -> Any:
    if "tool" in choice:
        return {"type": "function", "function": {"name": choice["tool"]["name"]}}
    return "required" if "any" in choice else "auto"


def _tool_call(use: Mapping[str, Any]) -> JsonObject:
    function = {"name": use["name"], "arguments": json.dumps(use["input"])}
    return {"id": use["toolUseId"], "type": "function", "function": function}


def _tool_use(call: Mapping[str, Any]) -> JsonObject:
    arguments = json.loads(call["function"].get("arguments") or "{}")
    if not isinstance(arguments, dict):
        raise ValueError("arguments are no object")  # noqa: TRY004 (one error for all malformed arguments)
    tool_use_id = call.get("id") or f"tooluse_{uuid.uuid4().hex[:22]}"
    return {"toolUse": {"toolUseId": tool_use_id, "name": call["function"]["name"], "input": arguments}}


def _refused(status: int, text: str) -> ConverseError:
    try:
        detail = json.loads(text)["error"]
        message = str(detail.get("message", text)) if isinstance(detail, dict) else str(detail)
        code = str(detail.get("code")) if isinstance(detail, dict) else ""
    except (ValueError, KeyError, TypeError):
        message, code = text[:500], ""
    if code == "context_length_exceeded" or "context length" in message:
        return ConverseError("ValidationException", f"Input is too long for requested model. {message}")
    return ConverseError(_CODE_BY_STATUS.get(status, "ServiceUnavailableException"), message)
