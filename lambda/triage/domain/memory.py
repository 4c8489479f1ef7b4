"""Memory: what is kept of an investigation after its report was delivered, and by what it is found again.

Of each investigation only a few short texts are kept, redacted; the Archive has the report. What is remembered
tells what was found *then*: it is a hint where to look, never evidence of what is wrong now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from triage.domain.fingerprint import fingerprint
from triage.domain.grouping import group_key
from triage.domain.report import Category, Confidence, Disposition, Origin
from triage.domain.signal import SignalSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage.domain.signal import Signal

MAX_HEADLINE = 160
MAX_CAUSE = 400
MAX_NOTE = 300
MAX_WHO = 200
MAX_ALARM = 255


class Verdict(StrEnum):
    """What a person says about the cause that a report named."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True)
class Feedback:
    """A person's judgement of an investigation.

    Attributes:
        by: who judged: an ARN, or a name.
        note: why, in a sentence. Untrusted text.
    """

    verdict: Verdict
    by: str
    at: datetime
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal value."""
        return {
            "verdict": self.verdict.value,
            "by": self.by,
            "at": self.at.astimezone(UTC).isoformat(),
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Feedback:
        """Restore a value written by :meth:`to_json`.

        Raises:
            KeyError, ValueError: the object was not written by :meth:`to_json`.
        """
        return cls(
            Verdict(data["verdict"]), data["by"], datetime.fromisoformat(data["at"]), data.get("note") or ""
        )


@dataclass(frozen=True)
class Remembered:
    """An earlier investigation.

    Attributes:
        alarm: name of the alarm.
        at: when the alarm changed state.
        cause: what the report named as the cause. Untrusted text, like name and headline.
        folder: where its documents are in the Archive; empty when it was not archived.
        times: which time it was within the days that recurrence counts, this one included.
        feedback: what a person said about it; ``None`` when nobody did.
    """

    investigation_id: str
    fingerprint: str
    alarm: str
    at: datetime
    headline: str
    cause: str
    category: Category
    confidence: Confidence
    disposition: Disposition
    origin: Origin
    folder: str = ""
    times: int = 1
    feedback: Feedback | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal value."""
        return {
            "investigation_id": self.investigation_id,
            "fingerprint": self.fingerprint,
            "alarm": self.alarm,
            "at": self.at.astimezone(UTC).isoformat(),
            "headline": self.headline,
            "cause": self.cause,
            "category": self.category.value,
            "confidence": self.confidence.value,
            "disposition": self.disposition.value,
            "origin": self.origin.value,
            "folder": self.folder,
            "times": self.times,
            "feedback": self.feedback.to_json() if self.feedback else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Remembered:
        """Restore a value written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        return cls(
            investigation_id=data["investigation_id"],
            fingerprint=data["fingerprint"],
            alarm=data["alarm"],
            at=datetime.fromisoformat(data["at"]),
            headline=data["headline"],
            cause=data["cause"],
            category=Category(data["category"]),
            confidence=Confidence(data["confidence"]),
            disposition=Disposition(data["disposition"]),
            origin=Origin(data["origin"]),
            folder=data.get("folder") or "",
            times=int(data.get("times") or 1),
            feedback=Feedback.from_json(data["feedback"]) if data.get("feedback") else None,
        )


class FoundBy(StrEnum):
    """What an investigation can be found by."""

    ALARM = "alarm"
    RESOURCE = "resource"
    CAUSE = "cause"


@dataclass(frozen=True)
class MemoryKey:
    """One value that investigations are found by."""

    found_by: FoundBy
    value: str


def alarm_key(signal: Signal) -> MemoryKey:
    """The alarm itself: every transition of it."""
    return MemoryKey(FoundBy.ALARM, fingerprint(signal))


def resource_key(signal: Signal) -> MemoryKey | None:
    """The resource that groups go by; for a log error its log group; ``None`` where there is no single one."""
    if signal.source is SignalSource.LOG_ERROR and signal.log is not None:
        place = f"{signal.account_id}#{signal.region}"
        return MemoryKey(FoundBy.RESOURCE, f"{place}#AWS/Logs/LogGroupName={signal.log.log_group}")
    key = group_key(signal)
    return MemoryKey(FoundBy.RESOURCE, key) if key else None


def cause_key(signal: Signal, category: Category | None) -> MemoryKey | None:
    """A kind of cause on a kind of resource (a namespace of metrics); ``None`` where one of both is not known."""
    metric = signal.watched_metric
    namespace = "AWS/Logs" if signal.log is not None else metric.namespace if metric else None
    if namespace is None or category is None or category is Category.UNKNOWN:
        return None
    return MemoryKey(FoundBy.CAUSE, f"{signal.account_id}#{signal.region}#{namespace}#{category.value}")


def keys_of(signal: Signal, category: Category) -> tuple[MemoryKey, ...]:
    """Everything that an investigation of the signal, which named such a cause, is found by."""
    keys = (alarm_key(signal), resource_key(signal), cause_key(signal, category))
    return tuple(key for key in keys if key is not None)
