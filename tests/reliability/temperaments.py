"""Models as they are on bad days, side by side: each alarm meets one of its own, and every request is counted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from local_aws.model.backend import ConverseError, JsonObject, response
from local_aws.model.wire import tools_of
from tests.reliability.pace import REPORT

CHARACTERS_PER_TOKEN = 3
"""Of what is asked here; a model with a small window counts no kinder than that."""

ANSWERED = "answered"

LONG = "for n in range(400): print(n, 'a line of a log that nobody has read so far, and nobody will')"


def never(_number: int) -> None:
    """Fails in no request."""


@dataclass(frozen=True)
class Temperament:
    """How a model behaves towards one alarm.

    Attributes:
        asks: questions of each turn; the last number holds for all turns after it, 0 means that it reports.
        pause_s: seconds it takes for every answer.
        fails: error code for the request with this number, from 0; ``None`` for an answer.
        window_tokens: longest request it can read.
    """

    asks: tuple[int, ...] = (1, 0)
    pause_s: float = 0.0
    fails: Callable[[int], str | None] = never
    window_tokens: int = 1_000_000


@dataclass
class Temperaments:
    """Answers each alarm with its own temperament.

    Attributes:
        requests: by alarm, in order: the turn that was asked for, and what came of it.
    """

    by_alarm: dict[str, Temperament]
    description: str = "stand-ins on bad days (no language model)"
    requests: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def converse(self, model_id: str, request: JsonObject) -> JsonObject:
        """Answer, or fail, as the alarm in the conversation has it."""
        del model_id
        text = json.dumps(request, ensure_ascii=False)
        alarm = next(name for name in self.by_alarm if name in text)
        temperament = self.by_alarm[alarm]
        turn = sum(message["role"] == "assistant" for message in request["messages"])
        tokens = len(text) // CHARACTERS_PER_TOKEN
        with self._lock:
            seen = self.requests.setdefault(alarm, [])
            code = temperament.fails(len(seen))
            if tokens > temperament.window_tokens:
                code = "ValidationException"
            seen.append((turn, code or ANSWERED))
        if code:
            raise ConverseError(code, "prompt is too long" if code == "ValidationException" else "not now")
        time.sleep(temperament.pause_s)  # the time a model takes is what is being played
        content = _content(temperament, turn, tools_of(request))
        return response({"role": "assistant", "content": content}, "tool_use", tokens, 100)

    def turns(self, alarm: str, outcome: str = ANSWERED) -> list[int]:
        """Turns whose requests came to this, in order."""
        return [turn for turn, found in self.requests.get(alarm, ()) if found == outcome]


def _content(temperament: Temperament, turn: int, offered: dict[str, Any]) -> list[JsonObject]:
    questions = next(
        count
        for number, count in enumerate(chain(temperament.asks, repeat(temperament.asks[-1])))
        if number == turn
    )
    if "run_python" not in offered or not questions:
        return [_use(f"report_{turn}", "submit_report", dict(REPORT))]
    return [
        _use(f"look_{turn}_{one}", "run_python", {"code": f"# {turn}.{one}\n{LONG}", "purpose": "Look"})
        for one in range(questions)
    ]


def _use(use_id: str, name: str, given: JsonObject) -> JsonObject:
    return {"toolUse": {"toolUseId": use_id, "name": name, "input": given}}
