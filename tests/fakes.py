"""Ports in memory: what a test needs instead of AWS. Each behaves as the real one promises, nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.builders import FIRED_AT
from triage.domain.budget import TokenUsage
from triage.domain.claim import Claim, ClaimState, StartOutcome, decide_on_refused_start
from triage.domain.errors import ClaimLost, DeliveryError, ToolUnavailable
from triage.domain.fingerprint import fingerprint
from triage.domain.work_item import WorkItem
from triage.ports import Document, ModelRequest, ModelResponse, OutgoingMessage, ToolCall, ToolReply

if TYPE_CHECKING:
    from triage.domain.signal import Signal


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


@dataclass
class FakeTools:
    """A tool runner with prepared answers by code; anything else prints nothing."""

    replies: Mapping[str, ToolReply | Exception] = field(default_factory=dict)
    calls: list[ToolCall] = field(default_factory=list)

    def run(self, call: ToolCall) -> ToolReply:
        self.calls.append(call)
        reply = self.replies.get(call.code, ToolReply("ok"))
        if isinstance(reply, Exception):
            raise reply
        return reply


def printed(output: str, **more: Any) -> ToolReply:
    """A successful reply that printed this."""
    return ToolReply("ok", stdout=output, duration_ms=12.0, **more)


UNREACHABLE_TOOL = ToolUnavailable("no answer from the tool function: ReadTimeoutError")


@dataclass
class MemoryClaims:
    """Claims with the semantics of the Tracker's conditional writes."""

    window_s: float = 3600.0
    claims: dict[str, Claim] = field(default_factory=dict)
    report_keys: dict[str, str] = field(default_factory=dict)
    broken_finishes: int = 0

    def claim(self, signal: Signal, investigation_id: str, now: datetime) -> Claim | None:
        key = fingerprint(signal)
        found = self.claims.get(key)
        over = found is not None and (
            found.window_until <= now
            and (found.lease_until is None or found.lease_until <= now)
            and found.transition_at != signal.occurred_at
        )
        if found is not None and not over:
            return found
        window_until = now + timedelta(seconds=self.window_s)
        self.claims[key] = Claim(key, investigation_id, ClaimState.QUEUED, signal.occurred_at, window_until)
        return None

    def mark_sent(self, fingerprint: str, investigation_id: str) -> None:
        if self.claims[fingerprint].investigation_id == investigation_id:
            self.claims[fingerprint] = replace(self.claims[fingerprint], sent=True)

    def count_refire(self, fingerprint: str) -> int:
        found = self.claims[fingerprint]
        self.claims[fingerprint] = replace(found, refires=found.refires + 1)
        return found.refires + 1

    def start(
        self, fingerprint: str, investigation_id: str, message_id: str, now: datetime, lease_s: float
    ) -> tuple[StartOutcome, Claim | None]:
        found = self.claims.get(fingerprint)
        expired = found is not None and found.lease_until is not None and found.lease_until <= now
        may = found is not None and (
            found.state in (ClaimState.QUEUED, ClaimState.RETRYABLE)
            or (found.state is ClaimState.RUNNING and expired)
        )
        if found is None or found.investigation_id != investigation_id or not may:
            return decide_on_refused_start(found, investigation_id, message_id), found
        won = replace(
            found,
            state=ClaimState.RUNNING,
            sent=True,
            attempt=found.attempt + 1,
            message_id=message_id,
            lease_until=now + timedelta(seconds=lease_s),
            window_until=now + timedelta(seconds=self.window_s),
        )
        self.claims[fingerprint] = won
        return StartOutcome.STARTED, won

    def renew(self, claim: Claim, now: datetime, lease_s: float) -> None:
        found = self._owned(claim)
        self.claims[claim.fingerprint] = replace(found, lease_until=now + timedelta(seconds=lease_s))

    def begin_delivery(self, claim: Claim, channel: str) -> bool:
        found = self.claims[claim.fingerprint]
        if found.investigation_id == claim.investigation_id and channel in found.delivered:
            return False
        self._owned(claim)
        return True

    def end_delivery(self, claim: Claim, channel: str, report_key: str) -> None:
        found = self.claims[claim.fingerprint]
        if found.investigation_id == claim.investigation_id:
            delivered = found.delivered | {channel}
            self.claims[claim.fingerprint] = replace(found, delivered=delivered, report_key=report_key)

    def finish(self, claim: Claim, report_key: str, now: datetime) -> None:
        if self.broken_finishes > 0:
            self.broken_finishes -= 1
            raise ConnectionError("the Tracker is down")
        self._end(claim, ClaimState.DONE)
        self.report_keys[claim.fingerprint] = report_key

    def fail(self, claim: Claim) -> None:
        self._end(claim, ClaimState.RETRYABLE)

    def _end(self, claim: Claim, state: ClaimState) -> None:
        self.claims[claim.fingerprint] = replace(self._owned(claim), state=state, lease_until=None)

    def _owned(self, claim: Claim) -> Claim:
        found = self.claims[claim.fingerprint]
        owner = (found.investigation_id, found.attempt, found.state)
        if owner != (claim.investigation_id, claim.attempt, ClaimState.RUNNING):
            raise ClaimLost(f"attempt {claim.attempt} no longer owns its claim")
        return found


@dataclass
class MemoryQueue:
    """A work queue that keeps what was sent, as JSON text, and remembers what was returned when."""

    bodies: list[str] = field(default_factory=list)
    returned: list[tuple[str, float]] = field(default_factory=list)
    broken: bool = False

    def send(self, item: WorkItem) -> None:
        if self.broken:
            raise ConnectionError("the queue is down")
        self.bodies.append(json.dumps(item.to_json()))

    def return_after(self, receipt_handle: str, seconds: float) -> None:
        self.returned.append((receipt_handle, seconds))

    @property
    def items(self) -> list[WorkItem]:
        return [WorkItem.from_json(json.loads(body)) for body in self.bodies]


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
