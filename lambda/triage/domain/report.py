"""The report: the structured, validated result of an investigation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How urgent the incident is for the people on call."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFO = "INFO"


class Disposition(StrEnum):
    """What the alarm turned out to be."""

    INCIDENT = "incident"
    TRANSIENT = "transient"
    FALSE_ALARM = "false_alarm"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How well the evidence carries the root cause. Code may lower it, never raise it."""

    CONFIRMED = "CONFIRMED"
    LIKELY = "LIKELY"
    INCONCLUSIVE = "INCONCLUSIVE"


class Category(StrEnum):
    """Kinds of cause, the same for every source so that reports can be counted."""

    PERMISSION_DENIED = "permission_denied"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"
    OUT_OF_MEMORY = "out_of_memory"
    DEPENDENCY_UNREACHABLE = "dependency_unreachable"
    BAD_DEPLOY = "bad_deploy"
    CONFIGURATION_MISSING = "configuration_missing"
    QUOTA_EXCEEDED = "quota_exceeded"
    CAPACITY = "capacity"
    CERTIFICATE_EXPIRED = "certificate_expired"
    DATA_ERROR = "data_error"
    TRAFFIC_SPIKE = "traffic_spike"
    NO_DATA = "no_data"
    HEALTHY_NOW = "healthy_now"
    UNKNOWN = "unknown"


class Risk(StrEnum):
    """What an action may break when it is carried out."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class Origin(StrEnum):
    """Who wrote the report: a model that cited evidence, or code alone."""

    MODEL = "model"
    FIRST_LOOK = "first_look"


@dataclass(frozen=True)
class Citation:
    """A short verbatim quote from one piece of evidence.

    Attributes:
        evidence_id: ``E1``, ``E2``, …
        quote: text that occurs in that evidence.
    """

    evidence_id: str
    quote: str


@dataclass(frozen=True)
class Derivation:
    """How a number of a claim follows from the evidence it cites.

    Attributes:
        value: the number as the claim writes it, with its unit (``94 %``).
        expression: arithmetic over cited numbers (``47 / 50 * 100``); code computes it again.
    """

    value: str
    expression: str


@dataclass(frozen=True)
class Claimed:
    """Base of everything a report asserts about the incident.

    Attributes:
        citations: where the assertion can be seen.
        derivations: how its numbers follow that the evidence does not state as such.
        verified: whether code found every quote, name, time and number in the evidence; ``False`` is shown to the
            reader.
    """

    citations: tuple[Citation, ...] = field(default=(), kw_only=True)
    derivations: tuple[Derivation, ...] = field(default=(), kw_only=True)
    verified: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class RootCause(Claimed):
    """Why it broke.

    Attributes:
        contradictions: evidence that does not fit the statement.
        missing: what would decide and could not be read.
    """

    statement: str
    category: Category
    confidence: Confidence
    contradictions: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimelineEntry(Claimed):
    """One dated event; ``at`` is as the evidence states it, ISO 8601 where possible."""

    at: str
    event: str


@dataclass(frozen=True)
class Finding(Claimed):
    """One fact that was observed."""

    statement: str


@dataclass(frozen=True)
class RuledOut(Claimed):
    """A hypothesis that evidence speaks against."""

    hypothesis: str
    reason: str


@dataclass(frozen=True)
class Hypothesis(Claimed):
    """Another explanation that stays possible.

    Attributes:
        speaks_for: what makes it likely, in a few words.
        speaks_against: what makes it less so.
    """

    statement: str
    category: Category
    speaks_for: str = ""
    speaks_against: str = ""


@dataclass(frozen=True)
class Impact(Claimed):
    """What suffers. ``users`` only where the evidence shows it."""

    statement: str
    affected_resources: tuple[str, ...] = ()
    users: str | None = None


@dataclass(frozen=True)
class Action:
    """Something to do now. ``minutes`` is an estimate of the effort; ``command`` is ready to paste."""

    title: str
    risk: Risk
    command: str | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class Report:
    """Everything the e-mail, the archive and the other channels render.

    Attributes:
        headline: one line that names what broke.
        summary: a few sentences an engineer reads first.
        hypotheses: explanations besides the root cause that stay possible, the likeliest first.
        gaps: what the investigation could not see, and why.
        origin: who wrote it.
        origin_note: for a report without a model, why there was none.
    """

    headline: str
    summary: str
    severity: Severity
    disposition: Disposition
    root_cause: RootCause
    impact: Impact
    timeline: tuple[TimelineEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    immediate_actions: tuple[Action, ...] = ()
    prevention: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    origin: Origin = Origin.MODEL
    origin_note: str = ""
