"""Notice: tell people about a signal that could not be investigated. Needs SNS and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.app.post import Letterhead
from triage.delivery.notice import could_not_investigate, digest_not_sent, not_delivered
from triage.domain.errors import MalformedEvent
from triage.domain.routes import Occasion
from triage.domain.signal import Signal, SignalSource
from triage.domain.work_item import WorkItem
from triage.intake import detect_all

if TYPE_CHECKING:
    from triage.app.announce import Announce
    from triage.delivery.notice import Notice
    from triage.domain.home import Home
    from triage.domain.routes import ChannelName, Routes
    from triage.ports import Clock, Telemetry


@dataclass(frozen=True)
class NotifyFailure:
    """The use case of the notice function, which reads the dead-letter queue.

    Attributes:
        home: where the functions run.
        triage_log_group, investigator_log_group: where the functions that failed say why.
    """

    home: Home
    announce: Announce
    routes: Routes
    clock: Clock
    telemetry: Telemetry
    triage_log_group: str
    investigator_log_group: str

    def run(self, body: str) -> None:
        """Send a notice for one dead letter, whatever it holds; one for each alarm it is about.

        Raises:
            DeliveryError: SNS failed; the message stays, and at last reaches the notice queue, which has an alarm.
        """
        for failed in _read(body, self.home):
            notice = self._notice(failed)
            self.announce.at_any_rate(notice, self._route(failed), self._letterhead(failed, notice))
            self.telemetry.count("NoticesSent")
            self.telemetry.record("notice sent", investigation_id=failed.investigation_id, reason=failed.reason)

    def _route(self, failed: _Failed) -> tuple[ChannelName, ...]:
        """What could not be delivered is told by the topic alone, or a notice of it would take the same way."""
        source = failed.signal.source if failed.signal else None
        return () if source is SignalSource.DELIVERY else self.routes.channels(Occasion(source))

    def _letterhead(self, failed: _Failed, notice: Notice) -> Letterhead:
        """The same for each delivery of one dead letter, as far as it names an investigation."""
        told = f"{failed.investigation_id}{notice}" if failed.investigation_id else str(notice)
        reference = f"notice-{hashlib.sha256(told.encode()).hexdigest()[:20]}"
        return Letterhead(reference, notice.name, self.clock.now())

    def _notice(self, failed: _Failed) -> Notice:
        if failed.signal is not None and failed.signal.source is SignalSource.DIGEST:
            return digest_not_sent(failed.signal, failed.investigation_id, self.investigator_log_group)
        if failed.signal is not None and failed.signal.source is SignalSource.DELIVERY:
            channel = failed.signal.subject.rpartition("/")[2]
            return not_delivered(failed.signal, channel, failed.reason, self.investigator_log_group)
        log_group = self.investigator_log_group if failed.reached_investigator else self.triage_log_group
        return could_not_investigate(failed.signal, failed.reason, failed.investigation_id, log_group)


@dataclass(frozen=True)
class _Failed:
    """What was not investigated, as far as the dead letter tells."""

    reason: str
    signal: Signal | None = None
    investigation_id: str | None = None
    reached_investigator: bool = True


def _read(body: str, home: Home) -> tuple[_Failed, ...]:
    """What a dead letter is about, never nothing.

    Three kinds arrive: work items that failed three times; Lambda destination records of triage itself (AWS
    Lambda Developer Guide, "Capturing records of asynchronous invocations"); and events, as they are, that
    EventBridge could not hand to triage (EventBridge User Guide, "Using dead-letter queues to process undelivered
    events").
    """
    try:
        data = json.loads(body)
    except ValueError:
        return (_Failed("a message that is not JSON reached the dead-letter queue"),)
    if isinstance(data, Mapping) and "requestPayload" in data:
        return _destination_record(data, home)
    if isinstance(data, Mapping) and "detail-type" in data:
        return _undelivered_event(data)
    try:
        item = WorkItem.from_json(data)
    except MalformedEvent as error:
        return (_Failed(f"an unreadable message reached the dead-letter queue: {error}"),)
    return (_Failed("every attempt of the investigation failed", item.signal, item.investigation_id),)


def _undelivered_event(event: Mapping[str, Any]) -> tuple[_Failed, ...]:
    """One for the alarm of the event; one without a name where none can be read."""
    reason = "EventBridge could not hand the alarm's event to the triage function: was its permission removed?"
    signals = (one for one in detect_all(event) if isinstance(one, Signal))
    return (_Failed(reason, next(signals, None), reached_investigator=False),)


def _destination_record(data: Mapping[str, Any], home: Home) -> tuple[_Failed, ...]:
    """One for each alarm of the event that triage failed on; one without a name where none can be read.

    The errors of a log batch share one: logs repeat themselves, and every batch would be many mails.
    """
    response = data.get("responsePayload")
    message = response.get("errorMessage") if isinstance(response, Mapping) else None
    reason = f"triage failed: {str(message or 'no error message')[:300]}"
    signals = [one for one in detect_all(data["requestPayload"], home) if isinstance(one, Signal)]
    if signals and signals[0].log is not None:
        others = f", and {len(signals) - 1} more errors of its batch" if len(signals) > 1 else ""
        return (_Failed(f"{reason} (a batch of log errors{others})", signals[0], reached_investigator=False),)
    if len(signals) > 1:
        reason += f" (its event holds {len(signals)} alarms; some of them may have been investigated)"
    failed = tuple(_Failed(reason, signal, reached_investigator=False) for signal in signals)
    return failed or (_Failed(reason, reached_investigator=False),)
