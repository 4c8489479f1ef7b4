"""LookupEvents: one attribute at most, a window, newest first, fifty a page, twice a second (API reference)."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudtrail

from local_aws import tokens
from local_aws.trail.recording import recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local_aws.trail.history import History

_ATTRIBUTES = frozenset(
    {"EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"}
)
_KEPT_S = 90 * 86_400
"""The event history goes back ninety days (CloudTrail user guide, "Working with CloudTrail Event history")."""

_REQUESTS = 2
_WITHIN_S = 1.0
"""LookupEvents may be called twice a second per account and region (API reference)."""


class Lookup:
    """The operation, over recorded and declared events."""

    def __init__(self, history: History, clock: Callable[[], float] = time.time) -> None:
        self._history = history
        self._clock = clock
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def install(self) -> None:
        """Answer in the emulator's place."""
        cloudtrail._DISPATCH["LookupEvents"] = self.answer

    def answer(self, body: Mapping[str, Any]) -> Any:
        """Status, headers and body of one request."""
        now = self._clock()
        if self._too_often(now):
            return cloudtrail._err("ThrottlingException", "Rate exceeded")
        problem = _problem(body)
        if problem:
            return cloudtrail._err(*problem)
        request = {name: value for name, value in body.items() if name not in {"NextToken", "MaxResults"}}
        try:
            offset, latest = _position(body.get("NextToken"), request, now)
        except ValueError as error:
            return cloudtrail._err("InvalidNextTokenException", f"NextToken is {error}.")
        found = self._found(body, now, latest)
        end = offset + int(body.get("MaxResults") or 50)
        answer: dict[str, Any] = {"Events": [_shown(one) for one in found[offset:end]]}
        if end < len(found):
            answer["NextToken"] = tokens.token(f"{end}:{latest!r}", request)
        return cloudtrail._ok(answer)

    def _too_often(self, now: float) -> bool:
        calls = self._calls[get_account_id(), get_region()]
        while calls and now - calls[0] >= _WITHIN_S:
            calls.popleft()
        if len(calls) >= _REQUESTS:
            return True
        calls.append(now)
        return False

    def _found(self, body: Mapping[str, Any], now: float, latest: float) -> list[Mapping[str, Any]]:
        attribute = (body.get("LookupAttributes") or [{}])[0]
        start = max(float(body.get("StartTime") or 0), now - _KEPT_S)
        end = min(float(body.get("EndTime") or latest), latest)
        events = [*recorded(get_region()), *self._history.of(get_account_id(), get_region())]
        kept = [
            event
            for event in events
            if start <= event["EventTime"] <= end
            and event.get("visible_from", 0) <= now
            and _has(event, attribute.get("AttributeKey"), attribute.get("AttributeValue"))
        ]
        return sorted(kept, key=lambda event: -event["EventTime"])


def _position(token: object, request: Mapping[str, Any], now: float) -> tuple[int, float]:
    """Where a page begins, and when its first page was asked for: what happened since is on none of them."""
    if not token:
        return 0, now
    offset, _, latest = tokens.position(token, request).partition(":")
    return int(offset), float(latest)


def _shown(event: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "visible_from"}


def _problem(body: Mapping[str, Any]) -> tuple[str, str] | None:
    attributes = body.get("LookupAttributes") or []
    start, end = body.get("StartTime"), body.get("EndTime")
    if body.get("EventCategory"):
        return (
            "InvalidEventCategoryException",
            "This local AWS does not keep Insights events; it keeps management events.",
        )
    if len(attributes) > 1:
        return "InvalidLookupAttributesException", "You can only use one lookup attribute per request."
    if attributes and attributes[0].get("AttributeKey") not in _ATTRIBUTES:
        return "InvalidLookupAttributesException", f"Unknown attribute {attributes[0].get('AttributeKey')}."
    if start is not None and end is not None and float(start) > float(end):
        return "InvalidTimeRangeException", "The start time must be before the end time."
    if not 1 <= int(body.get("MaxResults") or 50) <= 50:
        return "InvalidMaxResultsException", "MaxResults must be between 1 and 50."
    return None


def _has(event: Mapping[str, Any], key: str | None, value: str | None) -> bool:
    if key is None:
        return True
    if key in {"ResourceName", "ResourceType"}:
        return any(resource[key] == value for resource in event["Resources"])
    return bool(event.get(key) == value)
