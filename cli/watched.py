"""Progress: what the model and its tools are doing, one line each, with what it has cost so far."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from triage.app import take_first_look
from triage.domain.budget import Usage
from triage.domain.errors import ModelUnavailable, ToolUnavailable
from untrusted import redact

if TYPE_CHECKING:
    from cli.screen import Screen
    from triage.ports import Model, ModelRequest, ModelResponse, ToolCall, ToolReply, ToolRunner


class NotAsked:
    """The Model port of a run without a model."""

    def converse(self, request: ModelRequest, timeout_s: float) -> NoReturn:  # noqa: ARG002 - the port's signature
        """Never answers.

        Raises:
            ModelUnavailable: always.
        """
        raise ModelUnavailable("none was asked")


@dataclass
class WatchedModel:
    """The Model port, with a line for every turn."""

    model: Model
    screen: Screen
    usage: Usage = field(default_factory=Usage)

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        """Ask the model."""
        number = self.usage.turns + 1
        self.screen.phase(f"turn {number}: asking the model")
        response = self.model.converse(request, timeout_s)
        self.usage = self.usage.after_turn(response.model_id, response.tokens)
        spent = f"{self.usage.usd:.4f} USD" if self.usage.priced else "price not known"
        self.screen.step(
            f"{response.model_id}: {response.stop_reason}, {response.tokens.total:,} tokens; "
            f"{self.usage.tokens.total:,} in all, {spent}"
        )
        return response


@dataclass
class WatchedTools:
    """The ToolRunner port: the first look in this process, what a model wrote in the sandbox; a line for each.

    Attributes:
        sandbox: ``None`` where no model is asked.
    """

    first_look: ToolRunner
    sandbox: ToolRunner | None
    screen: Screen
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def run(self, call: ToolCall) -> ToolReply:
        """Run the call where it belongs. Only the very code of the first look is ours."""
        if call.code == take_first_look.CODE:
            reply = self.first_look.run(call)
            self._tell("first look", reply)
            return reply
        if self.sandbox is None:
            raise ToolUnavailable("there is no sandbox: no model takes part in this run")
        reply = self.sandbox.run(call)
        self._tell(f"run_python: {redact(call.purpose)}", reply)
        return reply

    def _tell(self, what: str, reply: ToolReply) -> None:
        with self._writing:
            self.screen.step(f"{what}: {reply.status}, {reply.duration_ms / 1000:.1f} s")
