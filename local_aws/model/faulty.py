"""A model behind faults: Bedrock as it is when it is overloaded, down or silent."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.faults.rules import Call, Effect
from local_aws.model.backend import ConnectionDropped, ConverseError

if TYPE_CHECKING:
    from local_aws.faults.rules import Faults
    from local_aws.model.backend import Backend, JsonObject

SERVICE, ACTION = "bedrock", "Converse"

_ERRORS = {
    Effect.UNAVAILABLE: ("ServiceUnavailableException", "The service is unavailable."),
    Effect.THROTTLED: ("ThrottlingException", "Too many requests, please wait before trying again."),
}


@dataclass(frozen=True)
class FaultyModel:
    """Asks the rules before every request.

    The model server does not see who calls or for which invocation: `about` and `containing` are looked for in the
    conversation, which begins with the signal.
    """

    backend: Backend
    faults: Faults

    @property
    def description(self) -> str:
        """Who answers when nothing is wrong."""
        return f"{self.backend.description}, with faults"

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """Answer, or fail as a fault has it.

        Raises:
            ConverseError: the service's error.
            ConnectionDropped: there is no answer.
        """
        text = f"{model_id}\n{json.dumps(request, ensure_ascii=False)}"
        fault = self.faults.meet(Call(SERVICE, ACTION, role="", request=text))
        if fault is None:
            return self.backend.converse(model_id, request)
        if fault.effect in _ERRORS:
            raise ConverseError(*_ERRORS[fault.effect])
        time.sleep(fault.delay_s)
        if fault.effect is Effect.DROPPED:
            raise ConnectionDropped
        answer = self.backend.converse(model_id, request)
        if fault.effect is Effect.ANSWER_LOST:
            raise ConnectionDropped
        return answer
