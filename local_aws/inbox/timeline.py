"""The course of an investigation, from what its functions logged, the model was asked, and people received.

Nothing is measured here: every time is one of the log, of the model server, or of the moment a message arrived.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from local_aws.model.turns import Turn

_MS = 1_000_000
_ASKS = {
    "run_python": "asks for a tool call",
    "recall": "looks up evidence",
    "submit_report": "hands in the report",
}
"""What the tools of the agent are for."""

_NOT_STEPS = frozenset(
    {"investigate", "investigation started", "first look taken", "report delivered", "tool call"}
)
"""Messages that have a step of their own."""


@dataclass(frozen=True)
class LogLine:
    """A structured line of a function's log.

    Attributes:
        at_ns: when it was written, nanoseconds since the epoch.
        fields: the JSON object.
    """

    at_ns: int
    fields: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What happened."""
        return str(self.fields.get("message", ""))

    @property
    def service(self) -> str:
        """Which function wrote it."""
        return str(self.fields.get("service", ""))


@dataclass(frozen=True)
class Message:
    """Something a person received.

    Attributes:
        page: where it is shown, below the page's address.
        text: everything that stands in it, to find out what it is about.
    """

    at_ns: int
    channel: str
    title: str
    page: str
    text: str = ""


@dataclass(frozen=True)
class Origin:
    """Where an investigation comes from.

    Attributes:
        at_ns: when the alarm went off or the error was written; 0 when that is not known.
        report: folder of the archived report; empty while there is none.
        name: of the alarm, or log group and error; empty until there is a report.
    """

    at_ns: int = 0
    report: str = ""
    name: str = ""


@dataclass(frozen=True)
class Step:
    """A part of the course.

    Attributes:
        kind: `signal`, `claim`, `look`, `turn`, `tool`, `told`, `done` or `trouble`.
        is_part: whether it belongs to the step before it.
        page: where what it made is shown; empty when nowhere.
    """

    kind: str
    title: str
    detail: str
    began_ns: int
    ended_ns: int
    is_part: bool = False
    page: str = ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0, self.ended_ns - self.began_ns) / 1e9


@dataclass(frozen=True)
class Course:
    """One investigation.

    Attributes:
        about: name of the alarm, or log group and error.
        is_done: whether people have its report.
    """

    investigation_id: str
    about: str
    is_done: bool
    steps: Sequence[Step]
    report: str = ""
    messages: Sequence[Message] = field(default_factory=tuple)

    @property
    def began_ns(self) -> int:
        """When its first step began."""
        return min((step.began_ns for step in self.steps), default=0)

    @property
    def ended_ns(self) -> int:
        """When its last step ended."""
        return max((step.ended_ns for step in self.steps), default=0)


def courses(
    lines: Iterable[LogLine],
    turns: Sequence[Turn],
    messages: Sequence[Message],
    origins: Mapping[str, Origin],
) -> list[Course]:
    """Every investigation in the log, the latest first.

    Args:
        origins: by investigation id.
    """
    by_id: dict[str, list[LogLine]] = defaultdict(list)
    starts: dict[str, int] = {}
    for line in sorted(lines, key=lambda one: one.at_ns):
        request = str(line.fields.get("start_of") or "")
        if request:
            starts[request] = line.at_ns
        elif found := _investigation_of(line):
            by_id[found].append(line)
    built = [
        _Course(investigation, own, starts, turns, messages, origins.get(investigation, Origin())).build()
        for investigation, own in by_id.items()
    ]
    return sorted(built, key=lambda course: course.began_ns, reverse=True)


def subject_of(fingerprint: str) -> str:
    """What a fingerprint is about, for people: the alarm's name, or the log group an error came in."""
    source, _, rest = fingerprint.partition("#")
    subject = re.sub(r"^arn:[^:]*:(cloudwatch|logs):[^:]*:[^:]*:(alarm|log-group):", "", rest.split("#", 2)[-1])
    return subject.partition("#error/")[0] if source == "log_error" else subject


def _investigation_of(line: LogLine) -> str:
    """The investigation a line is about: those of deliveries name it in the name of their own."""
    found = str(line.fields.get("investigation_id") or line.fields.get("about") or "")
    named = re.match(r"\d{8}T\d{6}Z-[0-9a-f]{10}", found)
    return named[0] if named else ""


@dataclass(frozen=True)
class _Course:
    """Puts one investigation together."""

    investigation_id: str
    lines: Sequence[LogLine]
    starts: Mapping[str, int]
    turns: Sequence[Turn]
    messages: Sequence[Message]
    origin: Origin

    def build(self) -> Course:
        """The steps in their order."""
        told = [message for message in self.messages if self.investigation_id in message.text]
        steps = [*self._signal(), *self._claim(), *self._run(), *self._turns(), *self._tools(), *self._others()]
        steps += [_told(message) for message in told]
        fingerprint = next(
            (str(line.fields["fingerprint"]) for line in self.lines if "fingerprint" in line.fields), ""
        )
        return Course(
            self.investigation_id,
            self.origin.name or subject_of(fingerprint) or self.investigation_id,
            any(line.message == "report delivered" for line in self.lines),
            sorted(steps, key=lambda step: (step.began_ns, step.is_part)),
            self.origin.report,
            told,
        )

    def _of(self, message: str) -> Iterator[LogLine]:
        return (line for line in self.lines if line.message == message)

    def _signal(self) -> Iterator[Step]:
        if self.origin.at_ns:
            at = self.origin.at_ns
            source = next((str(line.fields.get("fingerprint", "")) for line in self.lines), "")
            is_log = source.startswith("log_error")
            title = "Error written to the log" if is_log else "Alarm went off"
            yield Step("signal", title, "", at, at)

    def _claim(self) -> Iterator[Step]:
        for line in self._of("investigate"):
            began = self.starts.get(str(line.fields.get("aws_request_id")), line.at_ns)
            yield Step("claim", "Claimed", "the triage function queues it, once", began, line.at_ns)

    def _run(self) -> Iterator[Step]:
        began = None
        for line in self._of("investigation started"):
            began = line.at_ns
            attempt = int(line.fields.get("attempt") or 1)
            if attempt > 1:
                yield Step("trouble", f"Started again, attempt {attempt}", "", line.at_ns, line.at_ns)
        for line in self._of("first look taken"):
            yield Step("look", "First look", _look(line.fields), began or line.at_ns, line.at_ns)
        for line in self._of("report delivered"):
            yield Step("done", "Done", _effort(line.fields), line.at_ns, line.at_ns)

    def _own_turns(self) -> list[Turn]:
        traces = {str(line.fields.get("xray_trace_id")) for line in self.lines} - {"None", ""}
        return [turn for turn in self.turns if turn.trace in traces]

    def _turns(self) -> Iterator[Step]:
        for number, turn in enumerate(self._own_turns(), 1):
            kind = "trouble" if turn.error else "turn"
            yield Step(kind, f"Turn {number} of the model", _turn(turn), turn.began_ns, turn.ended_ns)

    def _tools(self) -> Iterator[Step]:
        purposes = [purpose for turn in self._own_turns() for _, purpose in turn.asks if purpose]
        for line in self._of("tool call"):
            began = line.at_ns - int(float(line.fields.get("duration_ms") or 0) * _MS)
            status = str(line.fields.get("status", ""))
            detail = "" if status == "ok" else status
            if line.fields.get("omitted_bytes"):
                detail = f"{detail} output shortened".strip()
            # The log keeps a purpose's length and not its text, which the model wrote.
            length = line.fields.get("purpose_characters")
            purpose = next((one for one in purposes if len(one) == length), "Tool call")
            yield Step("tool", purpose, detail, began, line.at_ns, is_part=True)

    def _others(self) -> Iterator[Step]:
        for line in self.lines:
            if line.message and line.message not in _NOT_STEPS and line.service != "triage":
                kind = "trouble" if line.fields.get("level") in ("ERROR", "WARNING") else "told"
                yield Step(kind, line.message.capitalize(), _reason(line.fields), line.at_ns, line.at_ns)


def _told(message: Message) -> Step:
    return Step("told", message.channel, message.title, message.at_ns, message.at_ns, page=message.page)


def _look(fields: Mapping[str, Any]) -> str:
    gap = str(fields.get("gap") or "")
    if gap:
        return gap
    parts = [_many(fields.get("sections"), "section"), _many(fields.get("api_calls"), "API call")]
    return ", ".join([*parts, f"{_many(fields.get('log_bytes'), 'byte')} of logs read"])


def _turn(turn: Turn) -> str:
    if turn.error:
        return turn.error
    asked = Counter(_ASKS.get(name, name) for name, _ in turn.asks)
    asks = ", ".join(what if count == 1 else f"{what} ({count} times)" for what, count in asked.items())
    tokens = f"{turn.input_tokens:,} tokens in, {turn.output_tokens:,} out"
    return f"{asks}; {tokens}" if asks else tokens


def _effort(fields: Mapping[str, Any]) -> str:
    cause = str(fields.get("category", "")).replace("_", " ")
    parts = [f"{cause}, {fields.get('confidence', '')}", _many(fields.get("turns"), "turn")]
    parts += [_many(fields.get("tool_calls"), "tool call"), _many(fields.get("tokens"), "token")]
    return ", ".join(parts)


def _reason(fields: Mapping[str, Any]) -> str:
    """Where it happened, and the last line of the exception."""
    lines = str(fields.get("exception") or "").strip().splitlines()
    parts = [str(fields.get("channel") or ""), lines[-1] if lines else ""]
    return ": ".join(part for part in parts if part)


def _many(number: object, what: str) -> str:
    count = int(number) if isinstance(number, int | float) else 0
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
