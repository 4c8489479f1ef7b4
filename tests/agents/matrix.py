"""Every scripted agent in every world, under every limit, killed at every turn: what came of it, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.agents.playing import BUDGET, TIGHT, MakeAgent, Played, played
from tests.agents.scripted import AGENTS
from tests.agents.worlds import DENIED, WORLDS

LIES = ("8,731", "payments-db-7", "no space left", "01:23")
"""What the lying agent says, and no evidence shows."""


def plays(agent: MakeAgent) -> Iterator[Played]:
    """Every world under the usual limits, one world under each tight one."""
    for world in WORLDS:
        yield played(agent, world, BUDGET)
    for budget in TIGHT.values():
        yield played(agent, DENIED, budget)


def killed(agent: MakeAgent) -> Iterator[tuple[Played, Played]]:
    """An undisturbed run with each of those that were killed before a call of the model, and resumed."""
    whole = played(agent, DENIED, BUDGET)
    for call in range(1, len(whole.meter.answered)):
        yield whole, played(agent, DENIED, BUDGET, call)


def repeats(whole: Played, resumed: Played) -> int:
    """Calls of model and tool that a resumed run made although an earlier attempt had been answered.

    A resumed run has time for more than an undisturbed one: questions that only it asked are no repeats.
    """
    turns = sum(count - 1 for count in Counter(resumed.meter.answered).values())
    asked, usual = (Counter(call.code for call in each.tools.calls) for each in (resumed, whole))
    return turns + sum(max(0, count - usual[code]) for code, count in asked.items() if usual[code])


@dataclass(frozen=True)
class Row:
    """One agent over all its plays."""

    agent: str
    plays: int
    delivered: int
    by_model: int
    stopped: int
    beyond: int
    tool_calls: int
    killed: int
    repeated: int
    unsupported: int

    @property
    def cells(self) -> tuple[Any, ...]:
        """As the table shows it."""
        return (
            self.agent,
            f"{self.delivered} of {self.plays}",
            self.by_model,
            self.stopped,
            self.beyond,
            self.tool_calls,
            self.killed,
            self.repeated,
            self.unsupported,
        )


HEAD = (
    "agent",
    "ended in a report",
    "by the model",
    "stopped by a limit",
    "calls past a limit, most",
    "tool calls past a limit, most",
    "runs killed and resumed",
    "checkpointed calls repeated",
    "unsupported claims delivered",
)


def row(agent: Callable[..., Any]) -> Row:
    """Everything about one agent."""
    found = list(plays(agent))
    resumed = list(killed(agent))
    everything = [*found, *(each for _, each in resumed)]
    limits = [*[BUDGET] * len(WORLDS), *TIGHT.values()]
    return Row(
        agent=agent.__name__,
        plays=len(everything),
        delivered=sum(len(each.investigator.mailbox.messages) == 1 for each in everything),
        by_model=sum(each.report["origin"] == "model" for each in everything),
        stopped=sum(each.stopped_by is not None for each in everything),
        beyond=max(each.meter.beyond for each in everything),
        tool_calls=max(
            max(0, each.usage["tool_calls"] - budget.max_tool_calls)
            for each, budget in zip(found, limits, strict=True)
        ),
        killed=len(resumed),
        repeated=sum(repeats(*pair) for pair in resumed),
        unsupported=sum(len(each.unsupported) + sum(lie in each.told for lie in LIES) for each in everything),
    )


def rows() -> list[Row]:
    """The whole matrix."""
    return [row(agent) for agent in AGENTS]
