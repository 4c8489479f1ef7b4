"""Events on their way in: PutLogEvents with its limits, and who hears of what was stored.

Everything that writes events comes through here, functions included: events get their ids, streams stay in order,
and subscriptions, metric filters and live tails see each batch once.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch_logs

from local_aws import clock
from local_aws.logs import emission, subscriptions
from local_aws.logs.groups import named, stream_of
from local_aws.logs.refusals import invalid
from local_aws.logs.stored_events import MOST_BYTES, by_id, event_id, size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local_aws.logs.groups import Group

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
_OLDEST_MS = 14 * _DAY_MS
_NEWEST_MS = 2 * _HOUR_MS

_DELIVERY_MS = 700
"""How long an agent takes to deliver an event, about."""

_numbers = itertools.count(1)


def put_log_events(request: Mapping[str, Any]) -> dict[str, Any]:
    """PutLogEvents: a batch in order, of a day at most; what is too old or too new is left out and said so."""
    group = named(str(request["logGroupName"]))
    name = str(request["logStreamName"])
    stream = stream_of(group, name)
    batch = request["logEvents"]
    _check_batch(batch)
    now = int(time.time() * 1000)
    rejected = _rejected(batch, group, now)
    first = max(rejected.get("tooOldLogEventEndIndex", 0), rejected.get("expiredLogEventEndIndex", 0))
    valid = batch[first : rejected.get("tooNewLogEventStartIndex")]
    if valid and valid[-1]["timestamp"] - valid[0]["timestamp"] > _DAY_MS:
        raise invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
    stored = [{**event, "ingestionTime": _ingested(event["timestamp"], now)} for event in valid]
    if stored and not stream["events"]:
        stream["creationTime"] = min(stream["creationTime"], stored[0]["timestamp"])
    append(stream, stored)
    stream["uploadSequenceToken"] = str(int(stream["uploadSequenceToken"]) + 1)
    deliver(group.name, name, stored)
    cloudwatch_logs._fanout_to_live_tail_sessions(group.name, name, stored)
    answer: dict[str, Any] = {"nextSequenceToken": stream["uploadSequenceToken"]}
    return {**answer, "rejectedLogEventsInfo": rejected} if rejected else answer


def _ingested(timestamp: int, now: int) -> int:
    """When an event arrived. What a dated call tells of the past was delivered while it happened."""
    return min(timestamp + _DELIVERY_MS, now) if clock.now() * 1000 < now - _NEWEST_MS else now


def _check_batch(batch: Sequence[Mapping[str, Any]]) -> None:
    whole = sum(size(event["message"]) for event in batch)
    if whole > MOST_BYTES:
        raise invalid(f"Upload too large: {whole} bytes exceeds limit of {MOST_BYTES}")
    if any(later["timestamp"] < earlier["timestamp"] for earlier, later in itertools.pairwise(batch)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")


def _rejected(batch: Sequence[Mapping[str, Any]], group: Group, now: int) -> dict[str, int]:
    """What is left out: an end index excludes, a start index includes (API reference, RejectedLogEventsInfo)."""
    found: dict[str, int] = {}
    too_old = sum(event["timestamp"] < now - _OLDEST_MS for event in batch)
    expired = sum(event["timestamp"] < group.expired_before for event in batch)
    too_new = sum(event["timestamp"] > now + _NEWEST_MS for event in batch)
    if too_old:
        found["tooOldLogEventEndIndex"] = too_old
    if expired:
        found["expiredLogEventEndIndex"] = expired
    if too_new:
        found["tooNewLogEventStartIndex"] = len(batch) - too_new
    return found


def append(stream: dict[str, Any], events: Sequence[dict[str, Any]]) -> None:
    """Store events that have a timestamp, a message and an ingestion time; each gets its id here."""
    if not events:
        return
    for event in events:
        event["eventId"] = event_id(event["timestamp"], next(_numbers))
    arrived = sorted(events, key=by_id)
    with cloudwatch_logs._log_events_lock:
        history = stream["events"]
        if history and history[-1]["eventId"] > arrived[0]["eventId"]:
            # A new list: who reads the old one meanwhile is not disturbed.
            stream["events"] = sorted([*history, *arrived], key=by_id)
        else:
            history.extend(arrived)
        stream["firstEventTimestamp"] = stream["events"][0]["timestamp"]
        stream["lastEventTimestamp"] = stream["events"][-1]["timestamp"]
        stream["lastIngestionTime"] = events[-1]["ingestionTime"]


def deliver(group_name: str, stream_name: str, events: Sequence[dict[str, Any]]) -> None:
    """Let metric filters and subscribed functions see a batch."""
    emission.emit(group_name, events)
    subscriptions.deliver(group_name, stream_name, events)
