"""Runs in circles: told once, then the tools are withdrawn.

A turn goes in circles when it only asks what was asked before (the same call again, or two calls in turns), or
when it is the third one in a row of which every call failed. The model is told the first time. The second time
more turns would only cost money: the report is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.agent.tools import ToolUse

ERROR_STREAK = 3

REPEATED = "You asked this before; recall shows the answer again. Ask something else, or submit the report."
FAILING = "Every call of the last {count} turns failed: ask in another way, or submit the report with the gap."


LIMIT = "limit of calls that bring nothing new"


class Rung(Enum):
    """What is done about a turn.

    GO_ON: nothing.
    TELL: the model hears what it does.
    WITHDRAW: it has heard it, and the report is due.
    """

    GO_ON = auto()
    TELL = auto()
    WITHDRAW = auto()


@dataclass
class Ladder:
    """What was asked so far, and whether the model was told.

    Attributes:
        message: what it is told.
    """

    message: str = ""
    _asked: set[tuple[str, str]] = field(default_factory=set)
    _failed_turns: int = 0
    _told: bool = False

    def after_turn(self, calls: Iterable[tuple[ToolUse, bool]]) -> Rung:
        """Judge a turn.

        Args:
            calls: what it asked for, besides reports, and whether that failed.
        """
        made = [(_key(use), failed) for use, failed in calls]
        if not made:
            return Rung.GO_ON
        repeated = all(key in self._asked for key, _ in made)
        self._asked.update(key for key, _ in made)
        self._failed_turns = self._failed_turns + 1 if all(failed for _, failed in made) else 0
        if not repeated and self._failed_turns < ERROR_STREAK:
            return Rung.GO_ON
        self.message = REPEATED if repeated else FAILING.format(count=self._failed_turns)
        rung = Rung.WITHDRAW if self._told else Rung.TELL
        self._told = True
        return rung


def _key(use: ToolUse) -> tuple[str, str]:
    """A call without what does not change its answer: the purpose, and white space."""
    asked = {key: value for key, value in use.input.items() if key != "purpose"}
    return use.name, " ".join(json.dumps(asked, sort_keys=True, default=str).split())
