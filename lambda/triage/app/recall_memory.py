"""Recall: what earlier investigations found about the alarm, its resource, and the kind of cause that is likely.

At most one Query each, however much is remembered. What cannot be read is a gap: an investigation without memory
is worth more than none. A Tracker that does not answer is not asked again, which would cost the report its time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.domain.memory import alarm_key, cause_key, resource_key
from triage.domain.recurrence import MAX_COUNTED, NOTHING_RECALLED, Recalled, counted

if TYPE_CHECKING:
    from triage.domain.memory import MemoryKey, Remembered
    from triage.domain.report import Category
    from triage.domain.signal import Signal
    from triage.ports import Clock, Memory, Telemetry

MOST_OF_ALARM = 3
MOST_OF_OTHERS = 2
MAX_READ_OF_OTHERS = 25
"""Investigations of a resource or a kind of cause that are read; those of the alarm itself are among them."""


@dataclass(frozen=True)
class RecallMemory:
    """Reads memory before an investigation.

    Attributes:
        memory: ``None`` when nothing is remembered.
    """

    memory: Memory | None
    clock: Clock
    telemetry: Telemetry

    def run(self, investigation_id: str, signal: Signal, category: Category | None) -> Recalled:
        """What is offered to the investigation.

        Args:
            category: the kind of cause that the first look suggests.
        """
        if self.memory is None:
            return NOTHING_RECALLED
        recalled = NOTHING_RECALLED
        try:
            for key in (alarm_key(signal), resource_key(signal), cause_key(signal, category)):
                if key is not None:
                    recalled = self._with(recalled, key, self.memory, investigation_id, signal)
        except Exception as error:
            self.telemetry.count("MemoryNotRead")
            self.telemetry.failure("memory not read", error, investigation_id=investigation_id)
            recalled = replace(recalled, gap=type(error).__name__)
        self._record(recalled, investigation_id)
        return recalled

    def _with(
        self, recalled: Recalled, key: MemoryKey, memory: Memory, investigation_id: str, signal: Signal
    ) -> Recalled:
        """With what is found by one key."""
        own = alarm_key(signal)
        limit = MAX_COUNTED if key == own else MAX_READ_OF_OTHERS
        found = memory.newest(key, investigation_id, limit, self.clock.now())
        if key == own:
            times = counted(found, signal.occurred_at)
            return replace(
                recalled, of_alarm=found[:MOST_OF_ALARM], times=times, is_least=times == len(found) == MAX_COUNTED
            )
        others = _others(found, own, recalled.of_resource)
        if key == resource_key(signal):
            return replace(recalled, of_resource=others)
        return replace(recalled, of_cause=others)

    def _record(self, recalled: Recalled, investigation_id: str) -> None:
        self.telemetry.record(
            "memory recalled",
            investigation_id=investigation_id,
            times=recalled.times,
            of_alarm=len(recalled.of_alarm),
            of_resource=len(recalled.of_resource),
            of_cause=len(recalled.of_cause),
            gap=recalled.gap,
        )


def _others(
    found: tuple[Remembered, ...], own: MemoryKey, known: tuple[Remembered, ...]
) -> tuple[Remembered, ...]:
    """Those of other alarms, the latest of each, without what is told already."""
    told = {one.fingerprint for one in known} | {own.value}
    latest: dict[str, Remembered] = {}
    for one in found:
        if one.fingerprint not in told:
            latest.setdefault(one.fingerprint, one)
    return tuple(latest.values())[:MOST_OF_OTHERS]
