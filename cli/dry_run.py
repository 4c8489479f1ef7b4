"""`investigate --dry-run`: the first look, and the very request a model would get first."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

from cli.in_memory.places import NoTelemetry
from triage.app.interpret_first_look import InterpretFirstLook
from triage.app.read_context import ReadContext
from triage.app.take_first_look import TakeFirstLook
from triage.domain.errors import ModelUnavailable
from triage.domain.fingerprint import fingerprint
from triage.domain.investigation import investigation_id
from triage.first_look.reading import Reading
from triage.intake import detect
from triage.intake.without_secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.agent.loop import AgentLoop
    from triage.ports import AccountContext, Deadline, ModelRequest

CHARACTERS_PER_TOKEN = 3.2
"""Of text such as this; an estimate, measured on none of the models."""


@dataclass
class Caught:
    """The Model port that keeps the first request and answers none."""

    request: ModelRequest | None = None

    def converse(self, request: ModelRequest, timeout_s: float) -> NoReturn:  # noqa: ARG002 - the port's signature
        """Keep the request.

        Raises:
            ModelUnavailable: always.
        """
        self.request = self.request or request
        raise ModelUnavailable("this is a dry run")


def show_prompt(event: Mapping[str, Any], agent: AgentLoop, deadline: Deadline, context: AccountContext) -> str:
    """System prompt, first message and tools, with an estimate of their size."""
    signal = without_secrets(detect(event))
    telemetry = NoTelemetry()
    run_id = investigation_id(fingerprint(signal), agent.clock.now(), agent.new_nonce())
    look = TakeFirstLook(agent.tools, telemetry, agent.tool_timeout_s).run(run_id, signal, deadline)
    caught = Caught()
    briefing = replace(
        InterpretFirstLook(telemetry).briefing(Reading(signal, look)),
        context=ReadContext(context, telemetry).run(),
    )
    replace(agent, model=caught).run(run_id, signal, deadline, None, briefing)
    if caught.request is None:
        return "No turn would be begun: there is no time for one.\n"
    return _shown(caught.request)


def _shown(request: ModelRequest) -> str:
    tools = json.dumps(
        [
            {"name": tool.name, "description": tool.description, "schema": tool.input_schema}
            for tool in request.tools
        ],
        indent=1,
    )
    messages = "\n".join(block["text"] for message in request.messages for block in message["content"])
    parts = (("SYSTEM PROMPT", request.system), ("FIRST MESSAGE", messages), ("TOOLS", tools))
    sizes = [f"{name.lower()} {_tokens(text):,}" for name, text in parts]
    whole = sum(_tokens(text) for _, text in parts)
    head = f"About {whole:,} tokens ({', '.join(sizes)}), estimated at {CHARACTERS_PER_TOKEN} characters each."
    return "\n\n".join([head, *(f"{name}\n{'-' * len(name)}\n{text}" for name, text in parts)]) + "\n"


def _tokens(text: str) -> int:
    return round(len(text) / CHARACTERS_PER_TOKEN)
