"""A briefing: what code found out before the agent takes its first turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.evidence import EvidenceStatus

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Gathered:
    """One piece of evidence that code gathered; it gets its number when it joins the others.

    Attributes:
        purpose: the question it answers.
        code: what was called.
        output: lines of text; a quote is one of them, or a part of one.
    """

    purpose: str
    code: str
    output: str
    status: EvidenceStatus = EvidenceStatus.OK
    duration_ms: float = 0.0
    truncated: bool = False


@dataclass(frozen=True)
class Effort:
    """What a first look took.

    Attributes:
        log_bytes: of log text that was read.
        seconds: from its first question to its last answer; most of it is waiting for AWS.
    """

    api_calls: int
    log_bytes: int
    seconds: float


@dataclass(frozen=True)
class Briefing:
    """Evidence and what it suggests.

    Attributes:
        gathered: numbered from E2 on, in this order; E1 is the event.
        remembered: what earlier investigations found, numbered behind them; ``None`` when there was none.
        suggestions: hypotheses of code, the likeliest first, one sentence each.
        onset: when the trouble began, where a change point was found.
        tool_calls: how many calls of the tool it took.
        context: what the owners of the account configured to be told, as Markdown; no evidence.
    """

    gathered: tuple[Gathered, ...] = ()
    suggestions: tuple[str, ...] = ()
    onset: datetime | None = None
    tool_calls: int = 0
    context: str = ""
    remembered: Gathered | None = None
