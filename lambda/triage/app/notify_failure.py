"""Notice: tell people about a signal that could not be investigated. Needs SNS and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.delivery.notice import could_not_investigate
from triage.domain.errors import MalformedEvent, UnsupportedEvent
from triage.domain.work_item import WorkItem
from triage.intake import detect

if TYPE_CHECKING:
    from triage.domain.signal import Signal
    from triage.ports import Channel, Telemetry


@dataclass(frozen=True)
class NotifyFailure:
    """The use case of the notice function, which reads the dead-letter queue."""

    channel: Channel
    telemetry: Telemetry

    def run(self, body: str) -> None:
        """Send one notice for one dead letter, whatever it holds.

        Raises:
            DeliveryError: SNS failed; the message stays, and at last reaches the notice queue, which has an alarm.
        """
        signal, investigation_id, reason = _read(body)
        self.channel.send(could_not_investigate(signal, reason, investigation_id))
        self.telemetry.count("NoticesSent")
        self.telemetry.record("notice sent", investigation_id=investigation_id, reason=reason)


def _read(body: str) -> tuple[Signal | None, str | None, str]:
    """Signal, investigation id and reason, as far as the dead letter tells.

    Two kinds arrive: work items that failed three times, and Lambda destination records of triage itself (AWS
    Lambda Developer Guide, "Capturing records of asynchronous invocations").
    """
    try:
        data = json.loads(body)
    except ValueError:
        return None, None, "a message that is not JSON reached the dead-letter queue"
    if isinstance(data, Mapping) and "requestPayload" in data:
        return _destination_record(data)
    try:
        item = WorkItem.from_json(data)
    except MalformedEvent as error:
        return None, None, f"an unreadable message reached the dead-letter queue: {error}"
    return item.signal, item.investigation_id, "every attempt of the investigation failed"


def _destination_record(data: Mapping[str, Any]) -> tuple[Signal | None, str | None, str]:
    response = data.get("responsePayload")
    message = response.get("errorMessage") if isinstance(response, Mapping) else None
    reason = f"triage failed: {str(message or 'no error message')[:300]}"
    try:
        return detect(data["requestPayload"]), None, reason
    except (UnsupportedEvent, MalformedEvent):
        return None, None, reason
