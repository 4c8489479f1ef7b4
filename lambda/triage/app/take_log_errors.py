"""Take log errors: whether an error in a log is triaged like an alarm now, counted, or left alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.domain.claim import TriageDecision
from triage.domain.fingerprint import fingerprint
from triage.domain.occurrences import Occurrence, OccurrenceRule, rule_of, since, total

if TYPE_CHECKING:
    from datetime import datetime

    from triage.domain.signal import LogError, Signal
    from triage.ports import Occurrences, Telemetry


@dataclass(frozen=True)
class TakeLogErrors:
    """What log errors go through before they are claimed, and alarms do not.

    Attributes:
        rule: how often an error has to come, of a log group without a rule of its own.
        notify_refire: whether people are told, one by one, when an error goes on after its investigation began.
        own_groups: log groups of the product itself. Its errors would start investigations, whose errors would
            start more, without end.
    """

    occurrences: Occurrences
    telemetry: Telemetry
    rule: OccurrenceRule
    notify_refire: bool
    own_groups: frozenset[str]

    def run(self, signal: Signal, error: LogError, now: datetime) -> Signal | TriageDecision:
        """The signal to be triaged, with all lines that were counted; or what becomes of it instead.

        A time in the future is that of a clock that is wrong. It is taken as now, since the error would otherwise
        count as handled until then.
        """
        if error.log_group in self.own_groups:
            return TriageDecision.RECORDED
        signal = replace(signal, occurred_at=min(signal.occurred_at, now))
        rule = rule_of(error.subscriptions) or self.rule
        return signal if error.count >= rule.least else self._counted(signal, error, rule, now)

    def _counted(
        self, signal: Signal, error: LogError, rule: OccurrenceRule, now: datetime
    ) -> Signal | TriageDecision:
        begin = error.last_at - rule.within
        fresh = Occurrence.of(error)
        try:
            seen = self.occurrences.add(fingerprint(signal), fresh, begin, rule.least, now)
        except Exception as failure:  # an error too many is better than one that nobody hears of
            self.telemetry.failure("occurrences not counted", failure, fingerprint=fingerprint(signal))
            return signal
        together = since((*seen, fresh), begin)
        if total(together) < rule.least:
            return TriageDecision.WAITING
        whole = replace(error, count=total(together), first_at=together[0].at)
        return replace(signal, log=whole, reason=whole.sentence)
