"""Ports in memory: what a test needs instead of AWS. Each behaves as the real one promises, nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cli.in_memory.claims import ClaimsInMemory, GroupsInMemory
from tests.builders import FIRED_AT
from triage.app import take_first_look
from triage.domain.budget import TokenUsage
from triage.domain.checkpoint import CheckpointKey, history
from triage.domain.claim import Claim
from triage.domain.errors import DeliveryError, ToolUnavailable
from triage.domain.grouping import LinkedAlarm
from triage.domain.memory import Feedback, MemoryKey, Remembered
from triage.domain.message import OutgoingMessage
from triage.domain.work_item import WorkItem
from triage.ports import Document, ModelRequest, ModelResponse, ToolCall, ToolReply


@dataclass
class FakeClock:
    """A clock that moves only when told, or when somebody sleeps."""

    time: datetime = FIRED_AT + timedelta(seconds=5)
    elapsed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds


@dataclass
class FakeDeadline:
    """A deadline on a fake clock."""

    clock: FakeClock
    limit_s: float = 900.0

    def seconds_left(self) -> float:
        return self.limit_s - self.clock.elapsed


Turn = Callable[[ModelRequest], ModelResponse]


@dataclass
class ScriptedModel:
    """Plays one prepared turn per call, then fails the test when asked for more."""

    turns: list[Turn]
    requests: list[ModelRequest] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        self.requests.append(request)
        self.timeouts.append(timeout_s)
        return self.turns[len(self.requests) - 1](request)


def says(
    *blocks: Mapping[str, Any],
    stop_reason: str | None = None,
    tokens: TokenUsage | None = None,
    model_id: str = "global.anthropic.claude-sonnet-4-6",
) -> Turn:
    """A turn with these content blocks."""
    stop = stop_reason or ("tool_use" if any("toolUse" in block for block in blocks) else "end_turn")
    message = {"role": "assistant", "content": list(blocks)}
    return lambda _request: ModelResponse(message, stop, tokens or TokenUsage(1000, 100), model_id)


def fails_with(error: Exception) -> Turn:
    """A turn that raises."""

    def turn(_request: ModelRequest) -> ModelResponse:
        raise error

    return turn


def text(value: str) -> dict[str, Any]:
    """A text block."""
    return {"text": value}


def use(name: str, use_id: str = "t1", **tool_input: Any) -> dict[str, Any]:
    """A tool use block."""
    return {"toolUse": {"toolUseId": use_id, "name": name, "input": tool_input}}


FIRST_LOOK = take_first_look.CODE


@dataclass
class FakeTools:
    """A tool runner with prepared answers by code; a first look finds nothing, anything else prints nothing."""

    replies: Mapping[str, ToolReply | Exception] = field(default_factory=dict)
    calls: list[ToolCall] = field(default_factory=list)

    def run(self, call: ToolCall) -> ToolReply:
        self.calls.append(call)
        is_first_look = call.purpose == take_first_look.PURPOSE
        otherwise = ToolReply("ok", result={"version": 1}) if is_first_look else ToolReply("ok")
        reply = self.replies.get(call.code, otherwise)
        if isinstance(reply, Exception):
            raise reply
        return reply


def printed(output: str, **more: Any) -> ToolReply:
    """A successful reply that printed this."""
    return ToolReply("ok", stdout=output, duration_ms=12.0, **more)


UNREACHABLE_TOOL = ToolUnavailable("no answer from the tool function: ReadTimeoutError")


class TrackerDown(ConnectionError):
    """What a fake Tracker raises while it is down."""


@dataclass
class MemoryGroups(GroupsInMemory):
    """Groups that can be out of reach."""

    is_down: bool = False

    def linked(self, key: str, investigation_id: str) -> tuple[LinkedAlarm, ...]:
        if self.is_down:
            raise TrackerDown("the Tracker is down")
        return super().linked(key, investigation_id)


@dataclass
class MemoryClaims(ClaimsInMemory):
    """Claims that can fail: all calls while ``is_down``, and so many ``broken_finishes``."""

    groups: MemoryGroups = field(default_factory=MemoryGroups)
    broken_finishes: int = 0
    is_down: bool = False

    def finish(self, claim: Claim, report_key: str, now: datetime) -> None:
        if self.broken_finishes > 0:
            self.broken_finishes -= 1
            raise TrackerDown("the Tracker is down")
        super().finish(claim, report_key, now)

    def _now(self, fingerprint: str) -> Claim | None:
        if self.is_down:
            raise TrackerDown("the Tracker is down")
        return super()._now(fingerprint)


@dataclass
class MemoryQueue:
    """A work queue that keeps what was sent, as JSON text, and remembers what was returned when."""

    bodies: list[str] = field(default_factory=list)
    returned: list[tuple[str, float]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    broken: bool = False

    def send(self, item: WorkItem, delay_s: float = 0.0) -> None:
        if self.broken:
            raise ConnectionError("the queue is down")
        self.bodies.append(json.dumps(item.to_json()))
        self.delays.append(delay_s)

    def return_after(self, receipt_handle: str, seconds: float) -> None:
        self.returned.append((receipt_handle, seconds))

    @property
    def items(self) -> list[WorkItem]:
        return [WorkItem.from_json(json.loads(body)) for body in self.bodies]


@dataclass
class Remembering:
    """Earlier investigations in a dictionary; nothing is read or written while ``is_down``."""

    items: dict[MemoryKey, dict[str, Remembered]] = field(default_factory=dict)
    by_id: dict[str, tuple[Remembered, datetime]] = field(default_factory=dict)
    reads: list[MemoryKey] = field(default_factory=list)
    is_down: bool = False

    def remember(self, record: Remembered, keys: Sequence[MemoryKey], expires_at: datetime) -> bool:
        if self.is_down:
            raise TrackerDown("the Tracker is down")
        if record.investigation_id in self.by_id:
            return False
        self.by_id[record.investigation_id] = (record, expires_at)
        for key in keys:
            self.items.setdefault(key, {})[record.investigation_id] = record
        return True

    def newest(self, key: MemoryKey, before: str, limit: int, now: datetime) -> tuple[Remembered, ...]:
        self.reads.append(key)
        if self.is_down:
            raise TrackerDown("the Tracker is down")
        found = sorted((one for one in self.items.get(key, {}) if one < before), reverse=True)[:limit]
        return tuple(self.by_id[one][0] for one in found if self.by_id[one][1] > now)

    def judge(self, investigation_id: str, feedback: Feedback, now: datetime) -> Remembered | None:
        record, expires_at = self.by_id.get(investigation_id, (None, now))
        if record is None or expires_at <= now:
            return None
        self.by_id[investigation_id] = (replace(record, feedback=feedback), expires_at)
        return self.by_id[investigation_id][0]


@dataclass
class MemoryArchive:
    """An archive in a dictionary; it keeps nothing while ``is_down``."""

    bucket: str = "alarm-reports-123456789012-us-east-2"
    region: str = "us-east-2"
    objects: dict[str, bytes] = field(default_factory=dict)
    is_down: bool = False

    def store(self, folder: str, documents: Sequence[Document]) -> None:
        if self.is_down:
            raise OSError("the bucket does not answer")
        self.objects |= {f"{folder}/{document.name}": document.body for document in documents}


@dataclass
class MemoryContext:
    """What the account's owners wrote, or why it cannot be read."""

    text: str | Exception = ""

    def read(self) -> str:
        if isinstance(self.text, Exception):
            raise self.text
        return self.text


@dataclass
class MemoryCheckpoints:
    """Checkpoints in a dictionary; none is kept while ``is_down``."""

    entries: dict[tuple[str, CheckpointKey], bytes] = field(default_factory=dict)
    is_down: bool = False

    def save(self, investigation_id: str, attempt: int, number: int, body: bytes) -> None:
        if self.is_down:
            raise OSError("the bucket does not answer")
        self.entries[investigation_id, CheckpointKey(attempt, number)] = body

    def load(self, investigation_id: str, before_attempt: int) -> tuple[bytes, ...]:
        if self.is_down:
            raise OSError("the bucket does not answer")
        own = [key for known, key in self.entries if known == investigation_id]
        return tuple(self.entries[investigation_id, key] for key in history(own, before_attempt))


@dataclass
class Mailbox:
    """A channel that keeps what it delivered; down while ``failures`` is positive."""

    messages: list[OutgoingMessage] = field(default_factory=list)
    failures: int = 0

    def send(self, message: OutgoingMessage) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise DeliveryError("the topic did not accept the message")
        self.messages.append(message)


@dataclass
class RecordedTelemetry:
    """Telemetry that can be read back."""

    decisions: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    failures: list[tuple[str, BaseException]] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)

    def record(self, decision: str, **fields: object) -> None:
        self.decisions.append((decision, fields))

    def failure(self, what: str, error: BaseException, **fields: object) -> None:
        self.failures.append((what, error))

    def count(self, metric: str, value: float = 1.0) -> None:
        self.counts[metric] = self.counts.get(metric, 0.0) + value
