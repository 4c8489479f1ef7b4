"""Take a first look: one call of the tool, in which the toolbox asks what every responder asks first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.domain.briefing import Briefing, Gathered
from triage.domain.errors import ToolUnavailable
from triage.domain.evidence import EvidenceStatus
from triage.first_look.document import FirstLook, UnreadableFirstLook, read
from triage.first_look.lines import text_of
from triage.ports import ToolCall

if TYPE_CHECKING:
    from triage.domain.signal import Signal
    from triage.ports import Deadline, Telemetry, ToolReply, ToolRunner

CODE = 'result = toolbox.first_look.run(inputs["signal"], own=inputs["own"])'
PURPOSE = "First look"
# The toolbox ends by itself after 25 s; what is beyond is for starting, and for what a call cannot interrupt.
PATIENCE_S = 40.0
# A look that leaves no time to deliver is worth nothing.
RESERVE_S = 60.0


@dataclass(frozen=True)
class TakeFirstLook:
    """Asks the tool once; what fails is a gap, never an error.

    Attributes:
        is_on: whether a look is taken at all.
        own_resources: names that the toolbox leaves out: what the module itself is made of broke nothing.
    """

    tools: ToolRunner
    telemetry: Telemetry
    tool_timeout_s: float
    own_resources: tuple[str, ...] = ()
    is_on: bool = True

    def run(self, investigation_id: str, signal: Signal, deadline: Deadline) -> FirstLook:
        """What the toolbox found; a first look with a gap and no sections when it found nothing."""
        if not self.is_on:
            return FirstLook(gap="it is switched off")
        timeout_s = min(PATIENCE_S, self.tool_timeout_s, deadline.seconds_left() - RESERVE_S)
        if timeout_s < 1:
            return FirstLook(gap="there was no time left for it")
        place = (signal.account_id, signal.region)
        call = ToolCall(CODE, PURPOSE, investigation_id, *place, timeout_s, self._inputs(signal))
        try:
            look = _understood(self.tools.run(call))
        except ToolUnavailable as error:
            look = FirstLook(gap=str(error))
        except Exception as error:
            # The look is a help. An investigation without it is worth more than none.
            self.telemetry.failure("first look not taken", error, investigation_id=investigation_id)
            look = FirstLook(gap=type(error).__name__)
        self._record(look, investigation_id)
        return look

    def _inputs(self, signal: Signal) -> dict[str, Any]:
        return {"signal": signal.to_json(), "own": list(self.own_resources)}

    def _record(self, look: FirstLook, investigation_id: str) -> None:
        if look.gap:
            self.telemetry.count("FirstLooksMissed")
        self.telemetry.record(
            "first look taken",
            investigation_id=investigation_id,
            sections=len(look.sections),
            gap=look.gap,
            **(vars(look.effort) if look.effort else {}),
        )


def briefing_of(look: FirstLook, suggestions: tuple[str, ...] = ()) -> Briefing:
    """What the agent is told of a first look; each section becomes one piece of evidence.

    A look that failed is evidence too: of a gap.
    """
    if look.gap and not look.sections:
        missed = Gathered(PURPOSE, CODE, f"gap: the first look: {look.gap}", EvidenceStatus.UNAVAILABLE)
        return Briefing((missed,), tool_calls=1)
    gathered = tuple(
        Gathered(section.title, f"{section.helper}()", text_of(section), duration_ms=section.seconds * 1000)
        for section in look.sections
    )
    return Briefing(gathered, suggestions, look.onset, tool_calls=1)


def _understood(reply: ToolReply) -> FirstLook:
    if reply.status != EvidenceStatus.OK:
        lines = (reply.error or "").strip().splitlines()
        return FirstLook(gap=f"{reply.status}: {lines[-1]}" if lines else str(reply.status))
    try:
        return read(reply.result)
    except UnreadableFirstLook as error:
        return FirstLook(gap=str(error))
