"""Examine: look at an alarm, let the agent work, and conclude what both found in one investigation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.agent.earlier import gathered_of, recurrence_of
from triage.agent.grounding import ground
from triage.agent.instruction_findings import noting_instructions
from triage.app.journal import JournaledAlarms, JournaledMemory, JournaledModel, JournaledTools
from triage.domain.investigation import Investigation
from triage.domain.recurrence import NOTHING_RECALLED, Recalled
from triage.first_look.document import FirstLook
from triage.first_look.reading import Reading
from triage.first_look.reporting.recurrence import with_recurrence

if TYPE_CHECKING:
    from datetime import datetime

    from triage.agent.loop import AgentLoop, Outcome
    from triage.app.interpret_first_look import InterpretFirstLook
    from triage.app.journal import Journal
    from triage.app.read_context import ReadContext
    from triage.app.recall_memory import RecallMemory
    from triage.app.take_first_look import TakeFirstLook
    from triage.domain.grouping import LinkedAlarm
    from triage.domain.recurrence import Recurrence
    from triage.domain.report import Report
    from triage.domain.work_item import WorkItem
    from triage.ports import Clock, Deadline, LinkedAlarms


@dataclass(frozen=True)
class Examined:
    """What was found out about an alarm."""

    reading: Reading
    outcome: Outcome
    recalled: Recalled = NOTHING_RECALLED

    @property
    def recurrence(self) -> Recurrence | None:
        """What memory says, for the report."""
        found = (item for item in self.outcome.evidence if item.id == self.outcome.remembered)
        return recurrence_of(self.recalled, next(found, None))


@dataclass(frozen=True)
class Examine:
    """First look, context, memory and agent; how far each goes, and the report that comes of it."""

    first_look: TakeFirstLook
    interpret: InterpretFirstLook
    context: ReadContext
    recall: RecallMemory
    agent: AgentLoop
    clock: Clock

    def run(self, item: WorkItem, deadline: Deadline, linked: LinkedAlarms, journal: Journal) -> Examined:
        """Look, then let the agent work; what an earlier attempt was answered is not asked again.

        Raises:
            ClaimLost: another attempt owns the claim; the journal asks before it writes.
        """
        tools = JournaledTools(self.agent.tools, journal)
        look = replace(self.first_look, tools=tools).run(item.investigation_id, item.signal, deadline)
        reading = Reading(item.signal, look)
        recalled = JournaledMemory(self.recall, journal).run(
            item.investigation_id, item.signal, self.interpret.category(reading)
        )
        briefing = replace(
            self.interpret.briefing(reading), context=self.context.run(), remembered=gathered_of(recalled)
        )
        agent = replace(self.agent, model=JournaledModel(self.agent.model, journal), tools=tools)
        alarms = JournaledAlarms(linked, journal)
        outcome = agent.run(item.investigation_id, item.signal, deadline, alarms, briefing)
        journal.save()
        return Examined(reading, outcome, recalled)

    def without_model(self, item: WorkItem, deadline: Deadline, reason: str) -> Examined:
        """Look and ask no model; nothing is journaled.

        Args:
            reason: why no model is asked, as the report says it.
        """
        reading = Reading(item.signal, self.first_look.run(item.investigation_id, item.signal, deadline))
        return Examined(reading, self.agent.without_model(item.signal, reason, self.interpret.briefing(reading)))

    def not_at_all(self, item: WorkItem, gap: str, reason: str) -> Examined:
        """Nothing is looked at and no model asked: the report says what the alarm itself says.

        Args:
            gap: why no first look is taken, and ``reason``: why no model is asked, as the report says them.
        """
        return Examined(Reading(item.signal, FirstLook(gap=gap)), self.agent.without_model(item.signal, reason))

    def concluded(
        self,
        item: WorkItem,
        attempt: int,
        started_at: datetime,
        examined: Examined,
        linked: tuple[LinkedAlarm, ...] = (),
    ) -> Investigation:
        """The investigation as it is archived and delivered, finished now."""
        reading, outcome = examined.reading, examined.outcome
        with_model = outcome.report is not None
        return Investigation(
            id=item.investigation_id,
            signal=item.signal,
            attempt=attempt,
            started_at=started_at,
            finished_at=self.clock.now(),
            evidence=outcome.evidence,
            report=self._report(examined),
            usage=outcome.usage,
            model_id=outcome.model_id if with_model else None,
            stopped_by=outcome.stopped_by,
            chart=self.interpret.chart(reading),
            first_look=reading.look.effort,
            turns=outcome.turns,
            linked=tuple(replace(alarm, examined=alarm.examined and with_model) for alarm in linked),
            recurrence=examined.recurrence,
        )

    def _report(self, examined: Examined) -> Report:
        """The model's report, or one from the first look alone; both went through the same checks."""
        reading, outcome = examined.reading, examined.outcome
        report = outcome.report
        if report is None:
            reason = outcome.stopped_by or "the model submitted no report"
            calls = len(outcome.evidence) - 1 - len(outcome.briefed) - (outcome.remembered is not None)
            drafted = self.interpret.report(reading, outcome.briefed, reason, calls)
            report = ground(with_recurrence(drafted, examined.recurrence), outcome.evidence).report
        if examined.recalled.gap:
            gap = f"Earlier investigations: they could not be read, or not all of them ({examined.recalled.gap})."
            report = replace(report, gaps=(*report.gaps, gap))
        return noting_instructions(report, outcome.evidence)
