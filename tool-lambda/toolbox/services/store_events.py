"""What databases and caches record of themselves: failovers, restarts, recoveries, updates of AWS's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, pages
from toolbox.asking.window import known_time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from toolbox.asking.window import Moment, Window

_BEFORE = timedelta(minutes=90)
_MOST_READ = 200
_MOST_OF_ONE = 4
#: Events as the user guides of RDS, Aurora and ElastiCache word them: those that say that a store was away.
_AWAY = re.compile(
    r"fail(?:ed)?[ -]?over|promot|new (?:writer|primary)|recover|restart|reboot|shut ?down|replac|service update|"
    r"patch|maintenance|upgrad|unavailable|crash|storage.full",
    re.IGNORECASE,
)
_ROUTINE = re.compile(r"back(?:ing)? ?up|snapshot|performance insights|logs? export", re.IGNORECASE)


def store_events(
    service: str = "elasticache", *, start: Moment = None, end: Moment = None, most: int = 4
) -> Answer:
    """Events that all databases (rds) or caches (elasticache) of the region record of themselves around the onset.

    Args:
        service: rds or elasticache.
        start: From when; 90 min before the onset unless given.
        end: Until when; the present unless given.
        most: Stores shown, those whose events say that they were away first.
    """
    look = looking.current()
    window = look.window.between(start or look.window.onset - _BEFORE, end or look.window.now)
    asked = Asked(window, service=service)
    request = {"StartTime": window.start, "EndTime": window.end}
    nothing: list[Any] = []
    found = asked.attempt(
        f"events of {service}",
        lambda: list(pages(look.client(service), "describe_events", "Events", most=_MOST_READ, **request)),
        nothing,
    )
    stores: dict[str, list[Mapping[str, Any]]] = {}
    for each in found:
        name = str(each.get("SourceIdentifier") or "")
        if name and known_time(each.get("Date")) and not _ROUTINE.search(str(each.get("Message"))):
            stores.setdefault(name, []).append(each)
    told = sorted(stores.items(), key=lambda each: _distance(each[1], window))
    if len(told) > most:
        asked.cut(f"{len(told) - most} others")
    return asked.answer(stores=[_told(name, events, window) for name, events in told[:most]])


def _distance(events: list[Mapping[str, Any]], window: Window) -> tuple[bool, float]:
    away = [each for each in events if _AWAY.search(str(each["Message"]))]
    return not away, min(abs((_at(each) - window.onset).total_seconds()) for each in away or events)


def _told(name: str, events: list[Mapping[str, Any]], window: Window) -> dict[str, Any]:
    near = sorted(events, key=lambda each: _distance([each], window))[:_MOST_OF_ONE]
    return {
        "name": name,
        "changes": [
            {"at": _at(each), "when": window.before_onset(_at(each)), "what": str(each["Message"])}
            for each in sorted(near, key=_at)
        ],
    }


def _at(event: Mapping[str, Any]) -> datetime:
    at = known_time(event["Date"])
    assert at is not None  # noqa: S101 - those without a time were left out
    return at
