"""Changes before the onset: who, what, when, as far as CloudTrail and the alarms' own history know."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked, is_missing
from toolbox.asking.window import duration
from toolbox.changes import trail
from toolbox.changes.rotations import without_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from toolbox.asking.look import Look
    from toolbox.asking.window import Moment, Window
    from toolbox.changes.trail import Event

#: Everything of the last hours, and the resources asked for by name of the last days.
_WIDE = timedelta(hours=6)
_DEEP = timedelta(days=7)
_SEEN_LATE = timedelta(hours=2)
#: A cause may be seen a little after the onset, for datapoints stand for whole periods.
_LATEST_S = 300
_MOST_NAMES = 4
_MOST_OTHERS = 8
_LONGEST_LINE = 180
_MOST_FURTHER = 6
_MOST_ROLES = 2
_MOST_FUNCTIONS = 1
_MOST_SESSIONS = 3
_MOST_PAGES_OF_CALL = 2
_MOST_CALLED = 2
_TAKES_AWAY = re.compile(
    r"Delete|Deregister|Disable|Remove|Terminate|Revoke|Stop|Detach|BatchDelete|Schedule\w*Deletion"
)
#: No run of a pipeline, which ends in a number; whether it is a function or a person, Lambda knows.
_LIKE_A_FUNCTION = re.compile(r"[A-Za-z][\w]*(?:[-_][A-Za-z][A-Za-z0-9]*)+")
_LAG = "CloudTrail shows a call after 5 to 15 min; data events (invocations, items, objects) never"


def changes_before(
    names: Sequence[str] | None = None,
    *,
    roles: Sequence[str] = (),
    reasons: Mapping[str, str] | None = None,
    calls: Sequence[str] = (),
    start: Moment = None,
    end: Moment = None,
    most: int = 12,
) -> Answer:
    """Changes before the onset, by CloudTrail: who, what, when. Those that name the resources come first.

    Args:
        names: Resources, roles, … to look for; the alarm's dimensions and name unless given. The first four are
            also looked up seven days back.
        roles: Roles to look for besides; IAM logs in one region of the partition.
        reasons: Further names, each with why it matters.
        calls: Operations to look for besides.
        start: All changes from when; 6 h before the onset unless given, and the day before slow trouble began.
        end: Until when.
        most: Changes shown that name the resources.
    """
    look = looking.current()
    window = look.window.between(start or look.window.onset - _WIDE, end)
    given = names or (*look.dimensions.values(), look.called)
    further = dict(reasons or {})
    wanted = [name for name in dict.fromkeys((*given, *roles, *further)) if len(name) > 2]
    asked = Asked(window, names=wanted)
    asked.lags(_LAG)
    found = trail.events(asked, look, window)
    found += _when_it_began(asked, look)
    # What leads name goes first: the alarm's own names were read before, and a throttle ends the asking.
    past = _past(asked, [name for name in further if name not in given][:_MOST_FURTHER], (), window)
    past += _past(asked, [name for name in given if len(name) > 2][:_MOST_NAMES], roles, window)
    past += _telling(_called(asked, calls, window), wanted, is_named=bool(further))
    related = [event for event in (*found, *past) if any(event.is_about(name) for name in wanted)]
    deleting = _by_functions(asked, related, wanted)
    past += _past(asked, list(deleting), (), window)
    found = list({(event.at, event.name, event.text): event for event in (*found, *past)}.values())
    return asked.answer(**_told(asked, found, [*wanted, *deleting], window, most, further | deleting))


def _by_functions(asked: Asked, events: Iterable[Event], wanted: Sequence[str]) -> dict[str, str]:
    """Functions that deleted or switched off something the look is about: a change of them may say why.

    The session of a function is called like the function (Lambda Developer Guide, "Execution role"), but people
    and pipelines have sessions as well.
    """
    sessions: dict[str, str] = {}
    for event in events:
        session = event.by.rpartition("/")[2]
        if _TAKES_AWAY.match(event.name) and not event.error and _LIKE_A_FUNCTION.fullmatch(session):
            sessions[session] = f"did {event.name}"
    found: dict[str, str] = {}
    for session in [each for each in sessions if each not in wanted][:_MOST_SESSIONS]:
        if len(found) < _MOST_FUNCTIONS and _is_function(asked, session):
            found[session] = sessions[session]
    return found


def _is_function(asked: Asked, name: str) -> bool:
    """Whether there is a function of that name; asked once a look."""
    look = looking.current()

    def read() -> bool:
        try:
            look.client("lambda").get_function_configuration(FunctionName=name)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
        return True

    return asked.attempt(f"function {name}", lambda: look.kept.once(f"is function {name}", read), default=False)


def _when_it_began(asked: Asked, look: Look) -> list[Event]:
    """All changes of the day before slow trouble began."""
    if look.began is None or look.began > look.window.onset - _WIDE:
        return []
    return trail.events(asked, look, window_of_beginning(look))


def window_of_beginning(look: Look) -> Window:
    """The day before slow trouble began, and a little after, for it is seen late."""
    end = min(look.first_sign + _SEEN_LATE, look.window.onset)
    return look.window.between(look.first_sign - timedelta(days=1), end)


def _past(asked: Asked, names: Sequence[str], roles: Sequence[str], window: Window) -> list[Event]:
    """Older changes of the resources themselves; unreadable ones leave a gap."""
    look = looking.current()
    older = window.between(look.first_sign - _DEEP)
    found: list[Event] = []
    places = [(name, look.clients.region) for name in names]
    places += [(name, look.clients.home_region) for name in roles[:_MOST_ROLES]]
    for name, region in places:
        if _was_turned_down(asked):
            break
        found += trail.of_resource(asked, look, name, older, region)
    return found


def _called(asked: Asked, calls: Sequence[str], window: Window) -> list[Event]:
    """Older calls of some operations."""
    look = looking.current()
    older = window.between(look.first_sign - _DEEP)
    found: list[Event] = []
    for call in calls:
        if _was_turned_down(asked):
            break
        found += trail.of_call(asked, look, call, older, look.clients.region, _MOST_PAGES_OF_CALL)
    return found


def _was_turned_down(asked: Asked) -> bool:
    """Whether CloudTrail has said no: asking on would only take the customer's share."""
    return any(gap["why"].startswith(("throttled", "denied")) for gap in asked.gaps)


def _telling(called: Iterable[Event], wanted: Sequence[str], *, is_named: bool) -> list[Event]:
    """Calls that name what is looked for; where errors did not name what is gone, else the nearest."""
    called = list(called)
    about = [event for event in called if any(event.is_about(name) for name in wanted)]
    return about or ([] if is_named else sorted(called, key=_distance)[:_MOST_CALLED])


def _told(
    asked: Asked,
    found: Iterable[Event],
    names: Sequence[str],
    window: Window,
    most: int,
    reasons: Mapping[str, str],
) -> dict[str, Any]:
    kept = without_steps([event for event in found if not event.is_noise])
    related = [event for event in kept if any(event.is_about(name) for name in names)]
    others = [event for event in kept if event not in related]
    alike = _alike(others)
    for kind, events, shown_of in (("related", related, most), ("other", alike, _MOST_OTHERS)):
        if len(events) > shown_of:
            asked.cut(f"{len(events) - shown_of} {kind} changes")
    order = sorted(related, key=_distance)[:most]
    return {
        "related": [
            shown(event, window) | {"touches": _why(event, reasons)}
            for event in sorted(order, key=lambda event: event.at, reverse=True)
        ],
        "other": [_grouped(some, window) for some in alike[:_MOST_OTHERS]],
    }


def _alike(events: Iterable[Event]) -> list[list[Event]]:
    """Calls of the same kind by the same caller with the same outcome, together; what AWS refused to do first."""
    groups: dict[tuple[str, ...], list[Event]] = {}
    for event in sorted(events, key=_distance):
        # What succeeded was done to different things; what fails again and again is one story.
        own = event.text if not event.error else ""
        groups.setdefault((event.source, event.name, event.by, event.error, own), []).append(event)
    return sorted(groups.values(), key=lambda some: (not _is_telling(some), _distance(some[0])))


def _is_telling(some: Sequence[Event]) -> bool:
    """Whether a call failed again and again for another reason than a missing permission."""
    return len(some) > 2 and bool(some[0].error) and "Denied" not in some[0].error


def _grouped(some: Sequence[Event], window: Window) -> str:
    first = min(some, key=lambda event: event.at)
    line = first.brief(window.now)
    if len(some) > 1:
        name = f"{first.source}:{first.name}"
        line = line.replace(name, f"{name} {len(some)} times until {max(e.at for e in some):%H:%M},", 1)
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _why(event: Event, reasons: Mapping[str, str]) -> str | None:
    """What a change has to do with the alarm, where its own name does not say so."""
    return next((f"{name}: {why}"[:120] for name, why in reasons.items() if why and event.is_about(name)), None)


def _distance(event: Event) -> tuple[bool, float]:
    """What happened before the onset explains it; what is nearest first.

    Where slow trouble began long before, what came before that counts as well, and takes no place from the rest.
    """
    look = looking.current()
    late = max(_LATEST_S, look.datapoint_s)
    distances = [(sign - event.at).total_seconds() for sign in (look.window.onset, look.first_sign)]
    return min((seconds < -late, abs(seconds)) for seconds in distances)


def _when(at: datetime, window: Window) -> str:
    """How far from the onset; inside a long datapoint nobody knows on which side of it."""
    length = looking.current().datapoint_s
    if length >= _LATEST_S and timedelta(0) < at - window.onset < timedelta(seconds=length):
        return f"inside the onset's datapoint of {duration(length)}"
    return window.before_onset(at)


def shown(event: Event, window: Window) -> dict[str, Any]:
    """A change as it is shown."""
    return {
        "at": event.at,
        "when": _when(event.at, window),
        "event": f"{event.source}:{event.name}",
        "by": event.by,
        "given": event.given,
        "refused": event.error,
    }
