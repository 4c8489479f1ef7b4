"""The journal of an investigation: answers of models and tools, kept so that no later attempt asks again.

An attempt that follows one that was killed runs the same code over the kept answers, makes no call while they
last, and goes on where they end. Nothing else needs to be restored: what the agent does follows from what it was
answered.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.app import journal_records as records
from triage.domain.budget import Usage
from triage.domain.errors import ContextOverflow, ToolUnavailable
from triage.domain.recurrence import NOTHING_RECALLED, Recalled
from untrusted import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from triage.app.recall_memory import RecallMemory
    from triage.domain.claim import Claim
    from triage.domain.grouping import LinkedAlarm
    from triage.domain.report import Category
    from triage.domain.signal import Signal
    from triage.ports import (
        Checkpoints,
        LinkedAlarms,
        Model,
        ModelRequest,
        ModelResponse,
        Telemetry,
        ToolCall,
        ToolReply,
        ToolRunner,
    )


MAX_REFUSALS = 2
"""Failures in a row after which no more checkpoints are written."""


class Journal:
    """Kept answers, and those to keep; one checkpoint per turn.

    Args:
        check: raises ``ClaimLost`` when the attempt no longer owns its claim; asked before each checkpoint.

    Attributes:
        paid: the model calls among the kept answers that were used, which an earlier attempt paid for.
    """

    def __init__(
        self, checkpoints: Checkpoints, claim: Claim, check: Callable[[], None], telemetry: Telemetry
    ) -> None:
        self._checkpoints = checkpoints
        self._claim = claim
        self._check = check
        self._telemetry = telemetry
        self._lock = threading.Lock()
        self._pending: list[Mapping[str, Any]] = []
        kept = self._kept()
        self._number = len(kept)
        self.paid = Usage()
        self._refused = 0
        known = [record for entry in kept for record in entry]
        self._turns = deque(record for record in known if record["kind"] in ("response", "overflow"))
        self._linked = deque(record["count"] for record in known if record["kind"] == "linked")
        memories = (record["recalled"] for record in known if record["kind"] == "recalled")
        self._recalled: Recalled | None = next(memories, None)
        self._is_resumed = bool(known)
        self._replies = [record for record in known if record["kind"] in ("reply", "failure")]

    def recalled(self) -> Recalled | None:
        """What memory said to an earlier attempt; ``None`` when none asked it.

        Memory may say something else by now, and evidence must keep its numbers: to an attempt that follows one
        that kept answers but did not ask, it says nothing.
        """
        return NOTHING_RECALLED if self._recalled is None and self._is_resumed else self._recalled

    def next_turn(self) -> Mapping[str, Any] | None:
        """What the model answered in the turn that comes now, if it was asked before."""
        return self._turns.popleft() if self._turns else None

    def next_linked(self) -> int | None:
        """How many linked alarms were known in the turn that comes now, if it was taken before."""
        return self._linked.popleft() if self._linked else None

    def reply_to(self, code: str) -> Mapping[str, Any] | None:
        """What a call with this code returned, if it was made before; each is handed out once."""
        with self._lock:
            found = next((each for each in self._replies if each["code"] == redact(code)), None)
            if found is not None:
                self._replies.remove(found)
            return found

    def add(self, record: Mapping[str, Any]) -> None:
        """Keep an answer with the next checkpoint."""
        with self._lock:
            self._pending.append(record)

    def save(self) -> None:
        """Write a checkpoint of what came in since the last one; what cannot be written is part of the next.

        An Archive that refuses twice is left alone: waiting for it turn by turn would cost the report its time.

        Raises:
            ClaimLost: another attempt owns the investigation; this one must end.
        """
        self._check()
        with self._lock:
            pending = tuple(self._pending)
        if not pending or self._refused >= MAX_REFUSALS:
            return
        try:
            self._checkpoints.save(
                self._claim.investigation_id, self._claim.attempt, self._number, records.written(pending)
            )
        except Exception as error:
            self._refused += 1
            self._telemetry.failure("checkpoint not saved", error, investigation_id=self._claim.investigation_id)
            return
        self._refused = 0
        self._number += 1
        with self._lock:
            del self._pending[: len(pending)]

    def _kept(self) -> list[list[dict[str, Any]]]:
        """What earlier attempts kept; nothing when it cannot be read: then the investigation starts anew."""
        if self._claim.attempt <= 1:
            return []
        try:
            bodies = self._checkpoints.load(self._claim.investigation_id, self._claim.attempt)
            kept = [records.read(body) for body in bodies]
        except Exception as error:
            self._telemetry.failure("checkpoints not read", error, investigation_id=self._claim.investigation_id)
            return []
        if kept:
            self._telemetry.record(
                "investigation resumed", investigation_id=self._claim.investigation_id, checkpoints=len(kept)
            )
        return kept


@dataclass(frozen=True)
class JournaledModel:
    """A model whose kept answers come first. A checkpoint is written before each question that is really asked."""

    model: Model
    journal: Journal

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        """The kept answer, or that of the model, kept."""
        kept = self.journal.next_turn()
        if kept is not None:
            if kept["kind"] == "overflow":
                raise ContextOverflow(kept["why"])
            response = records.response_of(kept)
            self.journal.paid = self.journal.paid.after_turn(response.model_id, response.tokens)
            return response
        self.journal.save()
        try:
            response = self.model.converse(request, timeout_s)
        except ContextOverflow as error:
            self.journal.add({"kind": "overflow", "why": redact(str(error))})
            raise
        self.journal.add(records.of_response(response))
        return response


@dataclass(frozen=True)
class JournaledMemory:
    """What memory says, asked once for all attempts."""

    recall: RecallMemory
    journal: Journal

    def run(self, investigation_id: str, signal: Signal, category: Category | None) -> Recalled:
        """What it said before, or what it says now, kept."""
        kept = self.journal.recalled()
        if kept is not None:
            return kept
        recalled = self.recall.run(investigation_id, signal, category)
        self.journal.add(records.of_recalled(recalled))
        return recalled


@dataclass(frozen=True)
class JournaledTools:
    """A tool runner whose kept replies come first."""

    tools: ToolRunner
    journal: Journal

    def run(self, call: ToolCall) -> ToolReply:
        """The kept reply, or that of the tool, kept. So is a failure: the call may have run."""
        kept = self.journal.reply_to(call.code)
        if kept is not None:
            if kept["kind"] == "failure":
                raise ToolUnavailable(kept["why"])
            return records.reply_of(kept)
        try:
            reply = self.tools.run(call)
        except ToolUnavailable as error:
            self.journal.add(records.of_failure(call.code, str(error)))
            raise
        self.journal.add(records.of_reply(call.code, reply))
        return reply


@dataclass(frozen=True)
class JournaledAlarms:
    """Linked alarms as they were known turn by turn: evidence keeps its numbers, and citations their meaning."""

    linked: LinkedAlarms
    journal: Journal

    def so_far(self) -> tuple[LinkedAlarm, ...]:
        """Those known in a turn that was taken before; all of them in a new one."""
        count = self.journal.next_linked()
        alarms = self.linked.so_far()
        if count is not None:
            return alarms[:count]
        self.journal.add({"kind": "linked", "count": len(alarms)})
        return alarms
