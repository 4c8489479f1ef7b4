"""Models behind Amazon Bedrock Converse, with retries inside the deadline and fallback models."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.errors import code_of, text_of
from triage.domain.budget import TokenUsage
from triage.domain.errors import ContextOverflow, ModelUnavailable
from triage.ports import ModelRequest, ModelResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ports import Clock

# Bedrock API reference, Converse, "Errors": these may succeed when sent again.
RETRYABLE_CODES = frozenset(
    {
        "ThrottlingException",
        "ModelNotReadyException",
        "ModelTimeoutException",
        "ModelErrorException",
        "InternalServerException",
        "ServiceUnavailableException",
    }
)
# A ValidationException is the only sign of an overflow; its texts differ by model family.
OVERFLOW_TEXTS = (
    "input is too long",
    "input length and `max_tokens` exceed context limit",
    "input length and max_tokens exceed context limit",
    "too many total text bytes",
    "prompt is too long",
)
ATTEMPTS_PER_MODEL = 4
FIRST_BACKOFF_S = 1.0
MAX_BACKOFF_S = 20.0
# A client's read time-out is fixed when it is made, so a few are kept and the longest that fits is used.
READ_TIMEOUTS_S = (300, 240, 180, 120, 60, 30, 10, 3)
# A model that does not answer must leave the next one time for an answer, but gets half of all time at least.
FALLBACK_SHARE_S = 120.0
# A second silence of the same model is not worth its price: the request may have been answered and billed.
MAX_SILENCES = 2


class BedrockModel:
    """The first configured model that answers.

    Args:
        model_ids: the model and its fallbacks, in order.
        client_for: a ``bedrock-runtime`` client with a read time-out in seconds; never retries by itself.
        jitter: a number in [0, 1), drawn for every wait.
    """

    def __init__(
        self,
        model_ids: Sequence[str],
        clock: Clock,
        client_for: Callable[[int], Any] = lambda seconds: client("bedrock-runtime", seconds, 1),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._model_ids = tuple(model_ids)
        self._clock = clock
        self._client_for = client_for
        self._jitter = jitter

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        """Ask the models in turn, each a few times, within ``timeout_s`` in all.

        Raises:
            ModelUnavailable: none answered; the message holds the last error of each.
            ContextOverflow: the conversation is too long.
        """
        end = self._clock.monotonic() + timeout_s
        failures = []
        for later, model_id in zip(reversed(range(len(self._model_ids))), self._model_ids, strict=True):
            left = end - self._clock.monotonic()
            share = max(left / 2, left - later * FALLBACK_SHARE_S) if later else left
            response, failure = self._ask_until(model_id, request, self._clock.monotonic() + share)
            if response is not None:
                return response
            failures.append(f"{model_id}: {failure}")
        raise ModelUnavailable("; ".join(failures))

    def _ask_until(self, model_id: str, request: ModelRequest, until: float) -> tuple[ModelResponse | None, str]:
        failure, silences = "no time left", 0
        for attempt in range(ATTEMPTS_PER_MODEL):
            left = until - self._clock.monotonic()
            if left < READ_TIMEOUTS_S[-1]:
                break
            try:
                return self._ask(model_id, request, left), ""
            except ClientError as error:
                failure = text_of(error)
                _raise_on_overflow(error)
                if code_of(error) not in RETRYABLE_CODES:
                    break
            except BotoCoreError as error:
                failure = text_of(error)
                silences += 1
                if silences == MAX_SILENCES:
                    break
            if attempt + 1 < ATTEMPTS_PER_MODEL:
                self._wait(attempt, until)
        return None, failure

    def _wait(self, attempt: int, until: float) -> None:
        """Exponential backoff with full jitter (AWS Architecture Blog), never past the deadline."""
        ceiling = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2**attempt)
        left = until - self._clock.monotonic()
        self._clock.sleep(max(0.0, min(ceiling * self._jitter(), left)))

    def _ask(self, model_id: str, request: ModelRequest, left_s: float) -> ModelResponse:
        # Rounded up: what passed since the caller looked at the clock must not cost the next smaller time-out.
        read_timeout = next(seconds for seconds in READ_TIMEOUTS_S if seconds <= math.ceil(left_s))
        answer = self._client_for(read_timeout).converse(
            modelId=model_id,
            system=[{"text": request.system}],
            messages=list(request.messages),
            inferenceConfig={"maxTokens": request.max_output_tokens},
            toolConfig={"tools": [_tool(spec) for spec in request.tools], "toolChoice": {"auto": {}}},
        )
        return ModelResponse(
            message=answer["output"].get("message", {"role": "assistant", "content": []}),
            stop_reason=answer["stopReason"],
            tokens=_tokens(answer.get("usage", {})),
            model_id=model_id,
        )


def _tool(spec: Any) -> dict[str, Any]:
    return {
        "toolSpec": {
            "name": spec.name,
            "description": spec.description,
            "inputSchema": {"json": spec.input_schema},
        }
    }


def _tokens(usage: Any) -> TokenUsage:
    return TokenUsage(
        input_tokens=usage.get("inputTokens", 0),
        output_tokens=usage.get("outputTokens", 0),
        cache_read_tokens=usage.get("cacheReadInputTokens", 0),
        cache_write_tokens=usage.get("cacheWriteInputTokens", 0),
    )


def _raise_on_overflow(error: ClientError) -> None:
    message = text_of(error).lower()
    if code_of(error) == "ValidationException" and any(text in message for text in OVERFLOW_TEXTS):
        raise ContextOverflow(text_of(error)) from error
