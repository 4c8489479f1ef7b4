"""One scripted agent let loose on one world through the investigator's use case, with every call counted."""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.agents.worlds import World, WorldTools
from tests.unit.app.test_investigate import TIMING, Investigator
from triage.agent.grounding.reading.normalising import normalised
from triage.domain.budget import Budget, TokenUsage, Usage
from triage.ports import ModelRequest, ModelResponse

BUDGET = Budget(max_turns=12, max_tool_calls=16, max_tokens=60_000, max_usd=0.5)
TIGHT = {
    "3 turns": replace(BUDGET, max_turns=3),
    "2 tool calls": replace(BUDGET, max_tool_calls=2),
    "14,000 tokens": replace(BUDGET, max_tokens=14_000),
    "0.03 USD": replace(BUDGET, max_usd=0.03),
}
"""Limits that most agents run into, one at a time."""

CHARACTERS_PER_TOKEN = 4

Converse = Callable[[ModelRequest, float], ModelResponse]
MakeAgent = Callable[[Any, Any], Converse]


class Killed(BaseException):
    """The function ends here: nothing of it runs any more."""


@dataclass
class Meter:
    """A model that counts what it answers, as large as it is, and may be killed before one of its answers.

    Attributes:
        kill_before: number of the call that is never made, from 0; none is when it is ``None``.
        answered: numbers of the turns that were answered, in order.
        beyond: calls that were answered after a limit of the budget had been reached.
    """

    converse_as: Converse
    budget: Budget
    kill_before: int | None = None
    answered: list[int] = field(default_factory=list)
    beyond: int = 0
    _asked: int = 0
    _used: Usage = Usage()

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        if self._asked == self.kill_before:
            raise Killed
        self._asked += 1
        answer = self.converse_as(request, timeout_s)
        self.beyond += self.budget.exceeded_by(self._used) not in (None, *_of_tools(self.budget))
        answer = replace(answer, tokens=TokenUsage(_size(request) // CHARACTERS_PER_TOKEN, 200))
        self.answered.append(sum(message["role"] == "assistant" for message in request.messages))
        self._used = self._used.after_turn(answer.model_id, answer.tokens)
        return answer


class Played:
    """What came of it.

    Attributes:
        killed: whether the first attempt was killed.
    """

    def __init__(
        self, agent: MakeAgent, world: World, budget: Budget = BUDGET, kill_before: int | None = None
    ) -> None:
        self.tools = WorldTools(world.answers)
        self.investigator = Investigator(tools=self.tools, budget=budget)
        self.meter = Meter(agent(world, self.investigator.clock), budget, kill_before)
        self.investigator.model.converse = self.meter.converse  # type: ignore[method-assign]
        self.killed = False
        self._attempt()
        if self.killed:
            self._attempt()
        self.mail = self.investigator.mailbox.messages[-1]
        document = json.loads(self.investigator.archived("report.json"))
        self.report, self.usage = document["report"], document["usage"]
        self.stopped_by = document["investigation"]["stopped_by"]

    def _attempt(self) -> None:
        """One invocation; when it was killed, its lease passes and another one may begin."""
        try:
            self.investigator.receives()
        except Killed:
            self.killed = True
            self.meter.kill_before = None
            self.investigator.clock.advance(TIMING.lease_s + 1)
            self.investigator.deadline.limit_s = self.investigator.clock.elapsed + 900.0

    @property
    def told(self) -> str:
        """Subject and text of the mail."""
        return f"{self.mail.subject} {self.mail.body}"

    @property
    def seconds_left(self) -> float:
        """Of the time limit, when the report had left."""
        return self.investigator.deadline.seconds_left()

    @functools.cached_property
    def unsupported(self) -> list[str]:
        """Claims that were delivered as facts without a quote that occurs in the evidence they name."""
        lines = gzip.decompress(self.investigator.archived("transcript.jsonl.gz")).decode().splitlines()
        entries = [json.loads(line) for line in lines]
        outputs = {each["id"]: normalised(each["output"]) for each in entries if each["kind"] == "evidence"}
        facts = [*self.report["findings"], *self.report["timeline"]]
        if self.report["root_cause"]["confidence"] == "CONFIRMED":
            facts.append(self.report["root_cause"])
        return [str(fact.get("statement")) for fact in facts if not _holds(fact, outputs)]


def _holds(fact: Mapping[str, Any], outputs: Mapping[str, str]) -> bool:
    cited = fact["citations"]
    return bool(fact["verified"] and cited) and all(
        normalised(each["quote"]) in outputs.get(each["evidence"], "") for each in cited
    )


def _of_tools(budget: Budget) -> tuple[str, ...]:
    """The limit of tool calls ends no model calls: the report may be written and mended."""
    reached = budget.exceeded_by(Usage(tool_calls=budget.max_tool_calls))
    return (reached,) if reached else ()


def _size(request: ModelRequest) -> int:
    tools = sum(len(tool.description) + len(json.dumps(tool.input_schema)) for tool in request.tools)
    return len(request.system) + tools + len(json.dumps(list(request.messages), default=str))


played = functools.cache(Played)
"""The same play is looked at by several tests."""
