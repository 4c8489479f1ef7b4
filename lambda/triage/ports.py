"""What the product needs from outside, as Protocols. ``triage.aws`` implements them; tests fake them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.budget import TokenUsage
    from triage.domain.claim import Claim, Claimed, StartOutcome
    from triage.domain.digest import Added, DigestEntry
    from triage.domain.grouping import LinkedAlarm
    from triage.domain.memory import Feedback, MemoryKey, Remembered
    from triage.domain.message import OutgoingMessage
    from triage.domain.occurrences import Occurrence
    from triage.domain.signal import Signal
    from triage.domain.storm import Reservation, StormLimits
    from triage.domain.work_item import WorkItem

Message = Mapping[str, Any]
"""One message of a Bedrock Converse conversation (``role`` and ``content`` blocks), kept as the API returns it:
reasoning blocks must be echoed untouched."""


class Clock(Protocol):
    """Time, injected so that rules about it can be tested."""

    def now(self) -> datetime:
        """The current time in UTC."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary point that never go back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Deadline(Protocol):
    """How long the current invocation may still run."""

    def seconds_left(self) -> float:
        """Seconds until the platform ends the invocation."""


@dataclass(frozen=True)
class ToolSpec:
    """A tool the model may call: name, what it is for, JSON Schema of its input."""

    name: str
    description: str
    input_schema: Mapping[str, Any]


@dataclass(frozen=True)
class ModelRequest:
    """One model call.

    Attributes:
        tools: offered in every call that has a history with tool use; Converse requires it.
        stable_after: indexes of user messages up to which the request is likely to be sent again unchanged: where
            a prompt cache pays.
    """

    system: str
    messages: Sequence[Message]
    tools: Sequence[ToolSpec]
    max_output_tokens: int
    stable_after: Sequence[int] = ()


@dataclass(frozen=True)
class ModelResponse:
    """What a model answered.

    Attributes:
        message: the assistant message, to be appended to the conversation as it is.
        stop_reason: Converse ``stopReason``.
        model_id: the model that answered; not the first choice after a fallback.
    """

    message: Message
    stop_reason: str
    tokens: TokenUsage
    model_id: str


class Model(Protocol):
    """A language model with tool use. Retries and fallbacks are its own business."""

    def converse(self, request: ModelRequest, timeout_s: float) -> ModelResponse:
        """Ask the model once.

        Raises:
            ModelUnavailable: no configured model answered within the time.
            ContextOverflow: the conversation is too long for the model.
        """


@dataclass(frozen=True)
class ToolCall:
    """Python for the tool Lambda.

    Attributes:
        inputs: bound in the code as ``inputs``: data, never source.
        timeout_s: after which the tool Lambda kills the code and returns what it printed.
    """

    code: str
    purpose: str
    investigation_id: str
    account_id: str
    region: str
    timeout_s: float
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToolReply:
    """What the tool Lambda answered (the reply contract of the tool Lambda).

    Attributes:
        status: ``ok``, ``error``, ``timeout``, ``refused`` or ``killed``.
        result: the value of ``result`` or of the last expression, as JSON.
        evidence: entries the code added with ``evidence(title, output)``.
    """

    status: str
    stdout: str = ""
    result: Any = None
    error: str | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    truncated: bool = False
    omitted_bytes: int = 0
    duration_ms: float = 0.0
    guard: Mapping[str, str] = field(default_factory=dict)


class ToolRunner(Protocol):
    """Runs Python in the sandboxed, read-only tool Lambda."""

    def run(self, call: ToolCall) -> ToolReply:
        """Run the code once; it is never sent twice.

        Raises:
            ToolUnavailable: the code did not run, or nobody knows whether it did; the message may be shown to
                the model.
        """


class ClaimStore(Protocol):
    """Claims in the Tracker. Every method is one conditional write, with the rules of ``domain.claim_steps``.

    A write that is refused because the claim has moved on changes nothing.
    """

    def claim(
        self, signal: Signal, investigation_id: str, now: datetime, window_s: float | None = None
    ) -> Claimed:
        """Write a new QUEUED claim for the signal.

        Together with it the claim takes its place in the group of its resource, as the leader or linked to it.

        Args:
            window_s: seconds during which further transitions are suppressed, where an alarm has its own window.
        """

    def find(self, fingerprint: str) -> Claim | None:
        """The claim as it is now."""

    def mark_sent(self, fingerprint: str, investigation_id: str) -> None:
        """Record that the work queue accepted the message."""

    def choose_digest(self, fingerprint: str, investigation_id: str, digest: str) -> bool:
        """Note the digest that will tell the signal, before it joins.

        Returns:
            ``False`` when the claim is on its way to an investigator, or another digest was chosen before.
        """

    def join_digest(self, fingerprint: str, investigation_id: str, now: datetime) -> bool:
        """Set DONE for a signal that its digest holds; the next transition may be investigated."""

    def count_refire(
        self, fingerprint: str, investigation_id: str, transition_at: datetime, telling_until: datetime
    ) -> tuple[bool, Claim]:
        """Count a suppressed transition, once, and let the caller tell people of it.

        Returns:
            Whether this call counted it, and the claim as it is now.

        Raises:
            ClaimLost: the fingerprint is claimed for another investigation by now.
        """

    def resume_refire(
        self,
        fingerprint: str,
        investigation_id: str,
        transition_at: datetime,
        now: datetime,
        telling_until: datetime,
    ) -> bool:
        """Take over the telling of a counted transition from a caller that had time enough."""

    def mark_refire_told(self, fingerprint: str, investigation_id: str, transition_at: datetime) -> None:
        """Note that people were told of a transition."""

    def release_refire(self, fingerprint: str, investigation_id: str, transition_at: datetime) -> None:
        """Let a retry tell at once what could not be told."""

    def rearm(self, fingerprint: str, occurred_at: datetime, now: datetime) -> bool:
        """End the window of a claim whose alarm is OK again; an investigation under way goes on.

        Args:
            occurred_at: when it became OK; a transition that is known and later counts more.
        """

    def start(
        self,
        fingerprint: str,
        investigation_id: str,
        message_id: str,
        now: datetime,
        lease_s: float,
        window_s: float | None = None,
    ) -> tuple[StartOutcome, Claim | None]:
        """Win RUNNING, or learn why not.

        Args:
            message_id: of the message in hand; tells a redelivery of the owner's message from a second message.
            window_s: as in :meth:`claim`.
        """

    def renew(self, claim: Claim, now: datetime, lease_s: float) -> None:
        """Extend the lease of the running attempt.

        Raises:
            ClaimLost: another attempt owns the claim.
        """

    def begin_delivery(self, claim: Claim, channel: str) -> bool:
        """Note that this attempt is about to deliver through a channel.

        Returns:
            ``False`` when the channel has the report already; then nothing may be sent.

        Raises:
            ClaimLost: another attempt owns the claim.
        """

    def end_delivery(self, claim: Claim, channel: str, report_key: str, covers: Iterable[str] = ()) -> None:
        """Note that the channel accepted the report; whoever owns the claim by now must not send it again.

        Args:
            covers: fingerprints of the linked alarms that the report lists.
        """

    def finish(self, claim: Claim, report_key: str, now: datetime) -> None:
        """Set DONE.

        Raises:
            ClaimLost: another attempt owns the claim.
        """

    def fail(self, claim: Claim) -> None:
        """Set RETRYABLE, if the claim is still this attempt's."""

    def cover(self, fingerprint: str, investigation_id: str, report_key: str, now: datetime) -> bool:
        """Set DONE for a linked alarm that the report of its leader lists."""


class Groups(Protocol):
    """Groups of alarms on one resource, in the Tracker."""

    def linked(self, key: str, investigation_id: str) -> tuple[LinkedAlarm, ...]:
        """The alarms linked to an investigation so far, oldest first; none when another one leads the group."""

    def close(self, key: str, investigation_id: str, known: int) -> bool:
        """Link nothing more to an investigation that knows of ``known`` linked alarms.

        Returns:
            ``False`` when there are others, which it should read before it closes.
        """


class LinkedAlarms(Protocol):
    """What the agent asks before each turn: has more fired on the resource meanwhile?"""

    def so_far(self) -> tuple[LinkedAlarm, ...]:
        """The alarms linked so far, oldest first; what cannot be read now is left for the next turn."""


@dataclass(frozen=True)
class ReceivedMessage:
    """A message as the work queue handed it out.

    Attributes:
        message_id: the same for every delivery of one message.
        receipt_handle: of this delivery.
        receive_count: how many times it was handed out, this one included.
    """

    message_id: str
    receipt_handle: str
    body: str
    receive_count: int = 1


class WorkQueue(Protocol):
    """The work queue."""

    def send(self, item: WorkItem, delay_s: float = 0.0) -> None:
        """Put a work item on the queue, where it can be received after ``delay_s`` (at most 900)."""

    def return_after(self, receipt_handle: str, seconds: float) -> None:
        """Make a received message visible again after ``seconds``."""


class Spend(Protocol):
    """Counters of the storm guard in the Tracker. Every method is one conditional write, and may be repeated."""

    def count_start(self, hour: str, investigation_id: str, limits: StormLimits) -> bool:
        """Count an investigation in its hour (``2026-11-21T03``).

        Returns:
            ``False`` when the hour is full; nothing was counted.
        """

    def uncount_start(self, hour: str, investigation_id: str) -> None:
        """Take an investigation that did not start out of its hour again."""

    def reserve(self, reservation: Reservation, limits: StormLimits) -> bool:
        """Set spend aside before an attempt.

        Returns:
            ``False`` when what is left of the day does not suffice; nothing was set aside.
        """

    def give_back(self, reservation: Reservation, micro_usd: int, tokens: int) -> None:
        """End a reservation after the attempt; what was not used goes back."""


class Occurrences(Protocol):
    """How often log errors came, in the Tracker."""

    def add(
        self, fingerprint: str, occurrence: Occurrence, from_: datetime, least: int, now: datetime
    ) -> tuple[Occurrence, ...]:
        """Add lines of an error, once however often they are delivered.

        Args:
            from_: since when lines count.
            least: how many are enough; more need not be remembered.

        Returns:
            What arrived since, oldest first; without these lines where there were enough before.
        """


class Digest(Protocol):
    """Signals that are told together, after an interval, instead of one by one."""

    def current(self, now: datetime) -> str:
        """The digest that collects at this moment; noted in the claim before it is joined."""

    def join(self, digest: str, signal: Signal, reason: str, now: datetime, note: str = "") -> None:
        """Add a signal, and make sure that the digest is sent; what fails half-way is simply tried again.

        A transition is counted once, however often it joins: the entry remembers those it holds. A digest that
        was sent meanwhile takes no more; unless it holds this transition already, the one after it does.

        Args:
            digest: as :meth:`current` named it when this transition was decided on.
            reason: why it is not told by itself, in words for people ("the limit of 20 investigations per hour").
            note: what else is to be said about this alarm, for example where its report is.

        Raises:
            Exception: the Tracker or the queue did not answer; the event is tried again.
        """


class DigestStore(Protocol):
    """Entries of digests in the Tracker."""

    def add(self, digest: str, signal: Signal, reason: str, note: str, now: datetime) -> Added:
        """Add a transition to an open digest, once: one write that checks both."""

    def close(self, digest: str, now: datetime) -> None:
        """Take no more entries; closing again is harmless."""

    def entries(self, digest: str) -> tuple[DigestEntry, ...]:
        """Everything that joined; complete and unchanging once the digest is closed."""


class AlarmTags(Protocol):
    """Tags of alarms, in which their owners say how they want them treated."""

    def of(self, signal: Signal) -> Mapping[str, str]:
        """The tags of the alarm that the signal is about; none for what is no alarm.

        Raises:
            TagsUnreadable: CloudWatch did not say in time, or the function may not ask. The alarm is then treated
                as one without tags: it must not be lost over them.
        """


@dataclass(frozen=True)
class Document:
    """One file of the archive."""

    name: str
    content_type: str
    body: bytes


class Archive(Protocol):
    """Keeps reports, transcripts and events."""

    @property
    def bucket(self) -> str:
        """Name of the bucket, for links."""

    @property
    def region(self) -> str:
        """Region of the bucket, for links; a signal may come from another one."""

    def store(self, folder: str, documents: Sequence[Document]) -> None:
        """Store the documents below ``folder``; storing the same ones again is harmless."""


class AccountContext(Protocol):
    """What the owners of the account wrote about it (``context_markdown``)."""

    def read(self) -> str:
        """Markdown; empty when they wrote nothing."""


class Checkpoints(Protocol):
    """Keeps what a running investigation was answered, for the attempt after one that was killed."""

    def save(self, investigation_id: str, attempt: int, number: int, body: bytes) -> None:
        """Keep entry ``number`` (from 0) of an investigation's history, written by this attempt."""

    def load(self, investigation_id: str, before_attempt: int) -> tuple[bytes, ...]:
        """The history as the attempts before this one left it, in order, without gaps."""


class Memory(Protocol):
    """Earlier investigations, in the Tracker."""

    def remember(self, record: Remembered, keys: Sequence[MemoryKey], expires_at: datetime) -> bool:
        """Keep an investigation under its id and each of its keys: all of them, or nothing.

        Returns:
            ``False`` when it is remembered already; nothing is changed then.
        """

    def newest(self, key: MemoryKey, before: str, limit: int, now: datetime) -> tuple[Remembered, ...]:
        """The latest investigations with a key, newest first.

        Args:
            before: an investigation id; only investigations whose id sorts before it are found.
            now: what expired before is left out, also while the table still has it.
        """


class Judgements(Protocol):
    """What people say about earlier investigations, in the Tracker."""

    def judge(self, investigation_id: str, feedback: Feedback, now: datetime) -> Remembered | None:
        """Note feedback wherever the investigation is found, instead of an earlier one.

        Returns:
            The investigation as it is remembered now; ``None`` when it is not, or no more.
        """


class Channel(Protocol):
    """A sink that reaches people."""

    def send(self, message: OutgoingMessage) -> None:
        """Deliver the message.

        Raises:
            DeliveryError: it was not accepted.
        """


class Secrets(Protocol):
    """Texts that only the function that uses them may read."""

    def value(self, arn: str, *, fresh: bool = False) -> str:
        """The secret's text.

        Args:
            fresh: read it now, also when it is known.

        Raises:
            DeliveryError: it could not be read.
        """


class Telemetry(Protocol):
    """Structured logs and metrics: one line per decision, never a payload, never a secret."""

    def record(self, decision: str, **fields: object) -> None:
        """Log one decision."""

    def failure(self, what: str, error: BaseException, **fields: object) -> None:
        """Log one failure with its traceback."""

    def count(self, metric: str, value: float = 1.0) -> None:
        """Add to a CloudWatch metric."""
