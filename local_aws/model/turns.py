"""One line of JSON for each turn a model was asked for: when, for how long, and what it asked for in turn.

A turn is told by the trace of the invocation that asked (AWS SDKs send it, and the functions log it), so that it
can be found again among the log lines of an investigation. Texts of the conversation are not kept.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAX_PURPOSE = 200


@dataclass
class Turn:
    """One question to a model.

    Attributes:
        trace: root of the trace it was asked in; empty when there was none.
        began_ns, ended_ns: nanoseconds since the epoch.
        asks: what the model wants to do next: a tool's name, and the purpose it gave.
        error: why there is no answer.
    """

    trace: str
    model_id: str
    began_ns: int
    ended_ns: int = 0
    stop_reason: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    asks: list[list[str]] = field(default_factory=list)
    error: str = ""

    def answered(self, reply: Mapping[str, Any]) -> None:
        """Take from a Converse answer what is kept."""
        usage = reply.get("usage") or {}
        self.stop_reason = str(reply.get("stopReason", ""))
        self.input_tokens = sum(
            int(usage.get(name) or 0) for name in ("inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")
        )
        self.output_tokens = int(usage.get("outputTokens") or 0)
        content = ((reply.get("output") or {}).get("message") or {}).get("content") or []
        self.asks = [_ask(block["toolUse"]) for block in content if "toolUse" in block]


class TurnLog:
    """Appends turns to a file; safe in several threads."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, model_id: str, trace_header: str) -> Iterator[Turn]:
        """A turn while it lasts; written down however it ends."""
        turn = Turn(trace_root(trace_header), model_id, time.time_ns())
        try:
            yield turn
        except Exception as error:
            turn.error = type(error).__name__
            raise
        finally:
            turn.ended_ns = time.time_ns()
            self._write(turn)

    def _write(self, turn: Turn) -> None:
        if self._path is None:
            return
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(turn)) + "\n")


def read(path: Path) -> list[Turn]:
    """The turns of a file, oldest first; none while there is no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Turn(**json.loads(line)) for line in lines if line.endswith("}")]


def trace_root(header: str) -> str:
    """The part of `X-Amzn-Trace-Id` that all calls of one invocation share."""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "Root":
            return value
    return ""


def _ask(use: Mapping[str, Any]) -> list[str]:
    given = use.get("input")
    purpose = str(given.get("purpose") or "") if isinstance(given, dict) else ""
    return [str(use.get("name", "")), purpose[:MAX_PURPOSE]]
