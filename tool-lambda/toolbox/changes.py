"""Changes before the onset: who, what, when, as far as CloudTrail and the alarms' own history know."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toolbox import look as looking
from toolbox import trail
from toolbox.answer import Answer, Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolbox.trail import Event
    from toolbox.window import Moment, Window

#: Everything of the last hours, and the resources asked for by name of the last days.
_WIDE = timedelta(hours=6)
_DEEP = timedelta(days=7)
_MOST_NAMES = 4
_MOST_ROLES = 2
_LAG = "CloudTrail shows a call after 5 to 15 min; data events (invocations, items, objects) never"


def changes_before(
    names: Sequence[str] | None = None,
    *,
    roles: Sequence[str] = (),
    start: Moment = None,
    end: Moment = None,
    most: int = 12,
) -> Answer:
    """Changes before the onset, by CloudTrail: who, what, when. Those that name the resources come first.

    Args:
        names: Resources, roles, … to look for; the alarm's dimensions and name unless given. The first four are
            also looked up seven days back.
        roles: Roles to look for besides; IAM's calls are logged in one region of the partition.
        start: All changes from when; 6 h before the onset unless given.
        end: Until when.
        most: Changes shown of each kind.
    """
    look = looking.current()
    window = look.window.between(start or look.window.onset - _WIDE, end)
    given = names or (*look.dimensions.values(), str(look.signal.get("name") or ""))
    wanted = [name for name in dict.fromkeys((*given, *roles)) if len(name) > 2]
    asked = Asked(window, names=wanted)
    asked.lags(_LAG)
    found = trail.events(asked, look, window)
    past = _past(asked, [name for name in wanted if name not in roles], roles, window)
    seen = {(event.at, event.name, event.text) for event in found}
    found += [event for event in past if (event.at, event.name, event.text) not in seen]
    return asked.answer(**_told(asked, found, wanted, window, most))


def _past(asked: Asked, names: Sequence[str], roles: Sequence[str], window: Window) -> list[Event]:
    """Older changes of the resources themselves; unreadable ones leave a gap."""
    look = looking.current()
    older = window.between(window.onset - _DEEP)
    found: list[Event] = []
    places = [(name, look.clients.region) for name in names[:_MOST_NAMES]]
    places += [(name, look.clients.home_region) for name in roles[:_MOST_ROLES]]
    for name, region in places:
        if any(gap["why"].startswith(("throttled", "denied")) for gap in asked.gaps):
            break  # CloudTrail has said no; asking on would only take the customer's share
        found += trail.of_resource(asked, look, name, older, region)
    return found


def _told(asked: Asked, found: Iterable[Event], names: Sequence[str], window: Window, most: int) -> dict[str, Any]:
    kept = [event for event in found if not event.is_noise]
    related = [event for event in kept if any(event.is_about(name) for name in names)]
    others = [event for event in kept if event not in related and window.start <= event.at <= window.end]
    for kind, events in (("related", related), ("other", others)):
        if len(events) > most:
            asked.cut(f"{len(events) - most} {kind} changes")
    order = sorted(related, key=lambda event: _distance(event, window))[:most]
    return {
        "related": [shown(event, window) for event in sorted(order, key=lambda event: event.at, reverse=True)],
        "other": [_briefly(event) for event in sorted(others, key=lambda e: _distance(e, window))[:most]],
        "seen": len(kept),
    }


def _distance(event: Event, window: Window) -> tuple[bool, float]:
    """What happened before the onset explains it; what is nearest first."""
    seconds = (window.onset - event.at).total_seconds()
    return seconds < -120, abs(seconds)


def shown(event: Event, window: Window) -> dict[str, Any]:
    """A change as it is shown."""
    return {
        "at": event.at,
        "when": window.before_onset(event.at),
        "event": f"{event.source}:{event.name}",
        "by": event.by,
        "given": event.given,
        "refused": event.error,
    }


def _briefly(event: Event) -> str:
    about = next((name.rpartition("/")[2] for name in event.names if name), "") or event.given[:60]
    refused = f" ({event.error})" if event.error else ""
    return f"{event.at:%H:%M} {event.source}:{event.name} {about} by {event.by}{refused}"
