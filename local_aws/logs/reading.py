"""Reading events: FilterLogEvents over the streams of a group, GetLogEvents over one stream.

Events of a stream are kept in the order of their ids: by timestamp, then by arrival. A page ends at its limit or
at 1 MB, and its token names the last event's id, so that events that arrive between two pages shift nothing.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from local_aws.logs import paging
from local_aws.logs.groups import Group, requested, stream_of
from local_aws.logs.patterns import InvalidPatternError, Pattern, compile_pattern
from local_aws.logs.refusals import invalid
from local_aws.logs.stored_events import LAST_ID, MOST_BYTES, by_id, event_id, size, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from local_aws.logs.stored_events import Event

MOST_EVENTS = 10_000
"""Of one page (API reference)."""

_NEWEST_FIRST_SINCE = 1_704_067_200_000
"""startFromHead=false is supported from 1 January 2024 on (API reference, FilterLogEvents)."""

_CURSOR = re.compile(r"([fb])/(\d{56})/([0-9a-f]{8})")


def compiled(pattern: str) -> Pattern:
    """A filter pattern.

    Raises:
        RefusedError: InvalidParameterException.
    """
    try:
        return compile_pattern(pattern)
    except InvalidPatternError as error:
        raise invalid(str(error)) from error


def filter_log_events(request: Mapping[str, Any]) -> dict[str, Any]:
    """FilterLogEvents; both ends of the time range are included."""
    group = requested(request)
    group.require_standard("FilterLogEvents")
    pattern = compiled(str(request.get("filterPattern") or ""))
    direction, after = _position(request)
    end = request.get("endTime")
    names = _streams(group, request)
    found = [
        (event["eventId"], name, event)
        for name in names
        for event in within(group, group.streams[name], request.get("startTime"), None if end is None else end + 1)
    ]
    found.sort(reverse=direction == "backward")
    candidates = (
        {**event, "logStreamName": name}
        for _, name, event in _after(found, after, direction)
        if pattern.matches(event["message"])
    )
    shown, more = _cut(candidates, int(request.get("limit") or MOST_EVENTS))
    answer: dict[str, Any] = {"events": shown, "searchedLogStreams": []}
    if more:
        where = f"{direction}:{shown[-1]['eventId']}"
        answer["nextToken"] = paging.token("FilterLogEvents", request, where)
    return answer


def _position(request: Mapping[str, Any]) -> tuple[str, str | None]:
    """The direction, and the id of the last event of the page before."""
    position = paging.position("FilterLogEvents", request)
    if position is not None:
        direction, _, after = position.partition(":")
        return direction, after
    if request.get("startFromHead") is not False:
        return "forward", None
    if (request.get("startTime") or 0) < _NEWEST_FIRST_SINCE:
        raise invalid("startFromHead=false requires a startTime on or after Jan 1, 2024 00:00:00 UTC.")
    return "backward", None


def _streams(group: Group, request: Mapping[str, Any]) -> list[str]:
    names, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
    if names and prefix:
        raise invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    if names:
        for name in names:
            stream_of(group, name)
        return sorted(set(names))
    return sorted(name for name in list(group.streams) if name.startswith(prefix or ""))


def _after(
    found: list[tuple[str, str, Event]], after: str | None, direction: str
) -> Sequence[tuple[str, str, Event]]:
    if after is None:
        return found
    if direction == "forward":
        return found[bisect_right(found, after, key=itemgetter(0)) :]
    return [one for one in found if one[0] < after]


def _cut(events: Iterable[Event], limit: int) -> tuple[list[Event], bool]:
    """A page, and whether there is more."""
    shown: list[Event] = []
    used = 0
    for event in events:
        used += size(event["message"])
        if len(shown) == limit or (shown and used > MOST_BYTES):
            return shown, True
        shown.append(event)
    return shown, False


def get_log_events(request: Mapping[str, Any]) -> dict[str, Any]:
    """GetLogEvents; the end of the time range is not included."""
    group = requested(request)
    group.require_standard("GetLogEvents")
    name = str(request["logStreamName"])
    events = within(group, stream_of(group, name), request.get("startTime"), request.get("endTime"))
    forward, cursor = _cursor(request, group, name)
    limit = int(request.get("limit") or MOST_EVENTS)
    if forward:
        shown, _ = _cut(events[bisect_right(events, cursor, key=by_id) :], limit)
    else:
        shown, _ = _cut(reversed(events[: bisect_left(events, cursor, key=by_id)]), limit)
        shown.reverse()
    # An empty page leaves the position where it was, and the token for its direction the one that was passed in.
    first, last = (shown[0]["eventId"], shown[-1]["eventId"]) if shown else _around(cursor, forward=forward)
    mark = _mark(group, name)
    members = ("timestamp", "message", "ingestionTime")
    return {
        "events": [{member: event[member] for member in members} for event in shown],
        "nextForwardToken": f"f/{last}/{mark}",
        "nextBackwardToken": f"b/{first}/{mark}",
    }


def _cursor(request: Mapping[str, Any], group: Group, stream: str) -> tuple[bool, str]:
    """Whether to read forward, and the id after or before which to begin."""
    given = request.get("nextToken")
    if given is None:
        forward = bool(request.get("startFromHead"))
        if forward:
            return True, event_id(int(request.get("startTime") or 0), 0)
        end = request.get("endTime")
        return False, event_id(int(end), 0) if end is not None else LAST_ID
    match = _CURSOR.fullmatch(str(given))
    if match is None or match.group(3) != _mark(group, stream):
        raise invalid("The specified nextToken is invalid.")
    return match.group(1) == "f", match.group(2)


def _around(cursor: str, *, forward: bool) -> tuple[str, str]:
    """Where to go on backward and forward from a position without events."""
    position = int(cursor)
    if forward:
        return f"{position + 1:056d}", cursor
    return cursor, f"{max(position - 1, 0):056d}"


def _mark(group: Group, stream: str) -> str:
    """Ties a token to its stream."""
    place = f"{group.record['arn']}:{stream}"
    return f"{zlib.crc32(place.encode()):08x}"
