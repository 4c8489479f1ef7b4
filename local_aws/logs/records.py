"""Single events by pointer, and the fields events have: GetLogRecord and GetLogGroupFields."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id

from local_aws.logs.groups import Group, named, requested
from local_aws.logs.insights.events import LogEvent, Origin, pointed_at
from local_aws.logs.insights.values import text
from local_aws.logs.refusals import RefusedError, invalid
from local_aws.logs.stored_events import by_id, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_AROUND_S = 8 * 60
_RECENT_S = 15 * 60
"""The time GetLogGroupFields searches around a moment, or up to now (API reference)."""


def events_of(group: Group, start_ms: int, end_ms: int) -> Iterator[LogEvent]:
    """A log group's events from `start_ms` to `end_ms`, both included, newest first."""
    found = []
    discovers = group.log_class == "STANDARD"
    for name, stream in list(group.streams.items()):
        origin = Origin.of(get_account_id(), group.name, name, discovers=discovers)
        found += [(event["eventId"], origin, event) for event in within(group, stream, start_ms, end_ms + 1)]
    found.sort(key=itemgetter(0), reverse=True)
    return (_seen(origin, event) for _, origin, event in found)


def _seen(origin: Origin, event: Mapping[str, Any]) -> LogEvent:
    return LogEvent(origin, event["timestamp"], event["message"], event["ingestionTime"], event["eventId"])


def get_log_record(request: Mapping[str, Any]) -> dict[str, Any]:
    """GetLogRecord: every field of the event that a query's @ptr stands for."""
    group_name, stream_name, wanted = pointed_at(str(request["logRecordPointer"])) or ("", "", "")
    try:
        group = named(group_name)
    except RefusedError as error:
        raise invalid("Invalid logRecordPointer provided") from error
    events = (group.streams.get(stream_name) or {"events": []})["events"]
    position = bisect_left(events, wanted, key=by_id)
    if position == len(events) or events[position]["eventId"] != wanted:
        raise invalid("Invalid logRecordPointer provided")
    discovers = group.log_class == "STANDARD"
    event = _seen(Origin.of(get_account_id(), group_name, stream_name, discovers=discovers), events[position])
    fields = {name: text(event.value(name)) for name in event.names()}
    return {"logRecord": {name: value for name, value in fields.items() if value is not None}}


def get_log_group_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    """GetLogGroupFields: the fields of the events around a moment, and how many per cent of them have each."""
    group = requested(request)
    centre = request.get("time")
    if centre is None:
        end = int(time.time() * 1000)
        start = end - _RECENT_S * 1000
    else:
        start, end = (int(centre) - _AROUND_S) * 1000, (int(centre) + _AROUND_S) * 1000
    counted: Counter[str] = Counter()
    events = 0
    for event in events_of(group, max(start, 0), end):
        events += 1
        counted.update(set(event.names()))
    fields = [{"name": name, "percent": round(100 * count / events)} for name, count in counted.items()]
    return {"logGroupFields": sorted(fields, key=lambda field: (-int(field["percent"]), str(field["name"])))}
