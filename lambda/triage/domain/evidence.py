"""Evidence: numbered, immutable tool output that a report may cite."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SIGNAL_PREFIX = "signal: "
LINKED_PREFIX = "linked: "
ALARM_PREFIXES = (SIGNAL_PREFIX, LINKED_PREFIX)
"""What the evidence of an alarm's own event starts with."""

MEMORY_PREFIX = "memory: "
"""What the evidence of earlier investigations starts with."""


class EvidenceStatus(StrEnum):
    """How the call that produced the evidence ended (the tool Lambda's ``status``)."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    KILLED = "killed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Evidence:
    """One tool call and what came back.

    Attributes:
        id: ``E1``, ``E2``, … in the order the calls were made.
        purpose: why the call was made, in the caller's words.
        code: the Python that ran; empty for evidence that came with the signal.
        output: everything the tool returned as text, redacted, before any cut for the model.
        status: how the call ended.
        duration_ms: time the call took inside the tool Lambda.
        truncated: whether the tool Lambda itself lost output over its limit.
    """

    id: str
    purpose: str
    code: str
    output: str
    status: EvidenceStatus
    duration_ms: float = 0.0
    truncated: bool = False

    @property
    def is_of_alarm(self) -> bool:
        """Whether it is an alarm's own event: it shows the symptom, never the cause."""
        return not self.code and self.output.startswith(ALARM_PREFIXES)

    @property
    def is_memory(self) -> bool:
        """Whether it tells of earlier investigations: it shows what was found then, never what is wrong now."""
        return not self.code and self.output.startswith(MEMORY_PREFIX)

    def to_json(self) -> dict[str, Any]:
        """A JSON object for the archive."""
        return {**vars(self), "status": self.status.value}
