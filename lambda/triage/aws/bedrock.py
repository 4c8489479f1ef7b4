"""Models behind Amazon Bedrock Converse, with retries inside the deadline and fallback models."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from triage.aws.clients import client
from triage.aws.converse_request import can_mark_cache, request_fields
from triage.aws.errors import code_of, text_of
from triage.domain.budget import TokenUsage
from triage.domain.errors import ContextOverflow, ModelUnavailable
from triage.ports import ModelRequest, ModelResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
# Of those, the ones that say that the model works, only not now: nothing was run, and time helps.
NOT_NOW_CODES = frozenset({"ThrottlingException", "ModelNotReadyException"})
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
# Models that answer "not now" are asked in further rounds for so long; then people should have the first look.
PATIENCE_S = 120.0
# A client's read time-out is fixed when it is made, so a few are kept and the longest that fits is used.
READ_TIMEOUTS_S = (300, 240, 180, 120, 60, 30, 10, 3)
# A model that does not answer must leave the next one time for an answer, but gets half of all time at least.
FALLBACK_SHARE_S = 120.0
# A second silence of the same model is not worth its price: the request may have been answered and billed.
MAX_SILENCES = 2


@dataclass(frozen=True)
class _Failure:
    """Why a model gave no answer, and whether it only said "not now"."""

    text: str
    is_not_now: bool = False


class BedrockModel:
    """The first configured model that answers.

    Args:
        model_ids: the model and its fallbacks, in order.
        client_for: a ``bedrock-runtime`` client with a read time-out in seconds; never retries by itself.
        jitter: a number in [0, 1), drawn for every wait.
        caches_prompts: mark where a prompt cache pays, for models that have one.
    """

    def __init__(
        self,
        model_ids: Sequence[str],
        clock: Clock,
        client_for: Callable[[int], Any] = lambda seconds: client("bedrock-runtime", seconds, 1),
        jitter: Callable[[], float] = random.random,
        *,
        caches_prompts: bool = True,
    ) -> None:
        self._model_ids = tuple(model_ids)
        self._clock = clock
        self._client_for = client_for
        self._jitter = jitter
        self._caches_prompts = caches_prompts
        self._without_cache: set[str] = set()

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        """Ask the models in turn, each a few times, within ``timeout_s`` in all.

        Those that are throttled are asked in further rounds, for ``PATIENCE_S``.

        Raises:
            ModelUnavailable: none answered; the message holds the last error of each.
            ContextOverflow: the conversation is too long.
        """
        started = self._clock.monotonic()
        failures: dict[str, _Failure] = {}
        asked, first_attempt = self._model_ids, 0
        while asked:
            for later, model_id in zip(reversed(range(len(asked))), asked, strict=True):
                left = started + timeout_s - self._clock.monotonic()
                share = max(left / 2, left - later * FALLBACK_SHARE_S) if later else left
                answered = self._ask_until(model_id, request, self._clock.monotonic() + share, first_attempt)
                if isinstance(answered, ModelResponse):
                    return answered
                failures[model_id] = answered
            patient = self._clock.monotonic() - started < min(PATIENCE_S, timeout_s - READ_TIMEOUTS_S[-1])
            asked = tuple(one for one in asked if failures[one].is_not_now) if patient else ()
            first_attempt += ATTEMPTS_PER_MODEL
        raise ModelUnavailable("; ".join(f"{model_id}: {failure.text}" for model_id, failure in failures.items()))

    def _ask_until(
        self, model_id: str, request: ModelRequest, until: float, first_attempt: int
    ) -> ModelResponse | _Failure:
        failure, silences = _Failure("no time left"), 0
        for attempt in range(first_attempt, first_attempt + ATTEMPTS_PER_MODEL):
            self._wait(attempt, until)
            left = until - self._clock.monotonic()
            if left < READ_TIMEOUTS_S[-1]:
                break
            try:
                return self._ask(model_id, request, left)
            except ClientError as error:
                failure = _Failure(text_of(error), code_of(error) in NOT_NOW_CODES)
                _raise_on_overflow(error)
                if code_of(error) not in RETRYABLE_CODES:
                    break
            except BotoCoreError as error:
                failure = _Failure(text_of(error))
                silences += 1
                if silences == MAX_SILENCES:
                    break
        return failure

    def _wait(self, attempt: int, until: float) -> None:
        """Exponential backoff with full jitter (AWS Architecture Blog), never past the deadline; none at first."""
        if not attempt:
            return
        ceiling = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2 ** (attempt - 1))
        left = until - self._clock.monotonic()
        self._clock.sleep(max(0.0, min(ceiling * self._jitter(), left)))

    def _ask(self, model_id: str, request: ModelRequest, left_s: float) -> ModelResponse:
        # Rounded up: what passed since the caller looked at the clock must not cost the next smaller time-out.
        read_timeout = next(seconds for seconds in READ_TIMEOUTS_S if seconds <= math.ceil(left_s))
        answer = self._answer(self._client_for(read_timeout), model_id, request)
        return ModelResponse(
            message=answer["output"].get("message", {"role": "assistant", "content": []}),
            stop_reason=answer["stopReason"],
            tokens=_tokens(answer.get("usage", {})),
            model_id=model_id,
        )

    def _answer(self, bedrock: Any, model_id: str, request: ModelRequest) -> Mapping[str, Any]:
        """Ask with marks for the prompt cache; without them where the model does not know them.

        Nothing tells beforehand: the ARN of an application inference profile hides the model. A request that was
        refused is not billed, so it is sent once more, and a model that takes it then gets no marks again.
        """
        marks = self._caches_prompts and model_id not in self._without_cache and can_mark_cache(bedrock)
        if not marks or not request.stable_after:
            return cast("Mapping[str, Any]", bedrock.converse(modelId=model_id, **request_fields(request)))
        try:
            fields = request_fields(request, marks_cache=True)
            return cast("Mapping[str, Any]", bedrock.converse(modelId=model_id, **fields))
        except ClientError as error:
            if code_of(error) != "ValidationException":
                raise
            _raise_on_overflow(error)
        answer = bedrock.converse(modelId=model_id, **request_fields(request))
        self._without_cache.add(model_id)
        return cast("Mapping[str, Any]", answer)


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
