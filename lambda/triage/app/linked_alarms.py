"""Linked alarms: what else fired on the resource of a running investigation, for its agent and for its report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.domain.grouping import MAX_LINKED

if TYPE_CHECKING:
    from triage.domain.claim import Claim
    from triage.domain.grouping import LinkedAlarm
    from triage.ports import Groups, Telemetry


class LinkedToClaim:
    """The LinkedAlarms port over the group that a claim leads; empty for a claim that leads none."""

    def __init__(self, groups: Groups, telemetry: Telemetry, claim: Claim) -> None:
        self._groups = groups
        self._telemetry = telemetry
        self._claim = claim
        self._known: tuple[LinkedAlarm, ...] = ()

    def so_far(self) -> tuple[LinkedAlarm, ...]:
        """The alarms linked so far; what cannot be read now is left for the next turn."""
        try:
            self._known = self._read()
        except Exception as error:
            self._telemetry.failure("linked alarms not read", error, investigation_id=self._claim.investigation_id)
        return self._known

    def closed(self) -> tuple[LinkedAlarm, ...]:
        """All linked alarms, after which no more are linked; those the agent was not told of are marked so."""
        group = self._claim.group
        if group is None:
            return ()
        alarms = self._read()
        for _ in range(MAX_LINKED):
            if self._groups.close(group, self._claim.investigation_id, len(alarms)):
                break
            alarms = self._read()
        return tuple(replace(alarm, examined=number < len(self._known)) for number, alarm in enumerate(alarms))

    def _read(self) -> tuple[LinkedAlarm, ...]:
        if self._claim.group is None:
            return ()
        return self._groups.linked(self._claim.group, self._claim.investigation_id)
