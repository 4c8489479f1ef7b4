"""One shared look at all alarms of a digest: which state are they in now?"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.digest import StatesNow, place_and_name
from triage.domain.errors import ToolUnavailable
from triage.domain.signal import SignalSource
from triage.looks import source_of
from triage.ports import ToolCall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.digest import DigestEntry
    from triage.ports import Clock, Deadline, ToolReply, ToolRunner

# A digest that says what fired is worth more than a later one that also says what still does.
PATIENCE_S = 25.0
RESERVE_S = 60.0
SIDE_BY_SIDE = 4
MAX_PLACES = 20
PURPOSE = "State of the alarms of a digest now"


@dataclass(frozen=True)
class LookAtAlarms:
    """Asks the tool function once for each account and region; what fails is a gap, never an error."""

    tools: ToolRunner
    clock: Clock

    def run(self, entries: Iterable[DigestEntry], look_id: str, deadline: Deadline) -> StatesNow:
        """The states that could be seen.

        Args:
            look_id: under which the calls appear in CloudTrail.
        """
        names: dict[tuple[str, str], set[str]] = {}
        for entry in entries:
            if entry.signal.source is not SignalSource.CLOUDWATCH_ALARM:
                continue  # a log error has no state of its own
            account_id, region, name = place_and_name(entry.signal)
            names.setdefault((account_id, region), set()).add(name)
        timeout_s = min(PATIENCE_S, deadline.seconds_left() - RESERVE_S)
        if timeout_s < 1:
            return StatesNow(self.clock.now(), gaps=("there was no time left to look at the alarms",))
        calls = [
            ToolCall(
                source_of("alarm_states"), PURPOSE, look_id, *place, timeout_s, {"names": sorted(names[place])}
            )
            for place in sorted(names)[:MAX_PLACES]
        ]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            seen = list(pool.map(self._look, calls))
        return self._together(calls, seen, left_out=len(names) - len(calls))

    def _look(self, call: ToolCall) -> ToolReply | str:
        """The reply, or why there is none."""
        try:
            return self.tools.run(call)
        except ToolUnavailable as error:
            return str(error)

    def _together(self, calls: list[ToolCall], seen: list[ToolReply | str], left_out: int) -> StatesNow:
        states: dict[tuple[str, str, str], str] = {}
        gaps = []
        for call, reply in zip(calls, seen, strict=True):
            found = _states(reply)
            if isinstance(found, str):
                gaps.append(
                    f"alarms of account {call.account_id} in {call.region} could not be looked at: {found}"
                )
                continue
            states |= {(call.account_id, call.region, name): state for name, state in found.items()}
        if left_out:
            gaps.append(f"alarms of {left_out} more accounts and regions were not looked at")
        return StatesNow(self.clock.now(), states, tuple(gaps))


def _states(reply: ToolReply | str) -> dict[str, str] | str:
    """State by name, or in words why there are none."""
    if isinstance(reply, str):
        return reply
    if reply.status != "ok":
        lines = (reply.error or "").strip().splitlines()
        return f"{reply.status}: {lines[-1]}" if lines else reply.status
    if not isinstance(reply.result, Mapping):
        return "the answer was not understood"
    return {str(name): str(state) for name, state in reply.result.items()}
