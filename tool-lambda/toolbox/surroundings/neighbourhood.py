"""What is linked to a resource within two steps, and which of it changed: by its metrics and by CloudTrail."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from toolbox import resources
from toolbox.alarms.anchors import ACTIVE, alike, anchors_of, is_canary, words_of_name, words_of_signal
from toolbox.asking import look as looking
from toolbox.asking.answer import Answer, Asked
from toolbox.asking.window import iso
from toolbox.changes import trail
from toolbox.changes.before_onset import window_of_beginning
from toolbox.metrics import readings
from toolbox.metrics.fetching import fetch
from toolbox.metrics.queries import Query, of_alarm
from toolbox.resources.base import Resource, name_of
from toolbox.resources.measured import MEASURED
from toolbox.surroundings import links as linking
from toolbox.surroundings.links.base import Links
from toolbox.surroundings.links.nearby import Near, nearby

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from toolbox.asking.look import Look
    from toolbox.asking.window import Window
    from toolbox.metrics.readings import Reading

#: Linked for the sake of other questions.
_SILENT = frozenset({"role", "log_group", "bus"})
_STEPS = 2
_MOST = 40
#: Changes are looked for so long before the onset.
_CHANGES = timedelta(hours=6)
_NEAR = timedelta(hours=3)
_LONG = timedelta(hours=26)
_COARSE = 900
_MOST_QUIET = 12
_MOST_ALIKE = 3
_MOST_ELSEWHERE = 2
#: Kinds that run code somebody releases.
_RUNNING = frozenset({"lambda", "ecs"})
#: Kinds that want a number of tasks or instances.
_COUNTED = frozenset({"ecs", "asg"})
#: A level must move by this share of the larger one: traffic is never quite still.
_LEAST = 0.25


@dataclass
class Seen:
    """One neighbour and what was seen of it.

    Attributes:
        near: Which, and how it is linked.
        note: What a listing says of its state.
        onset: When the first of its metrics changed.
        metrics: Those that changed, one line each.
        changes: What CloudTrail says was done to it shortly before the onset.
        changed_at: When the latest of that was.
    """

    near: Near
    note: str = ""
    onset: datetime | None = None
    metrics: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    changed_at: datetime | None = None

    @property
    def tells(self) -> bool:
        """Whether there is more to it than that it is there."""
        if self.near.hop == 0:  # its state and changes are told by the sections about the alarm's resource
            return bool(self.metrics)
        return bool(self.note or self.metrics or self.changes) and self.near.resource.kind not in _SILENT


def neighbourhood(kind: str | None = None, name: str | None = None, *, most: int = 8) -> Answer:
    """What feeds, calls or uses a resource or is used by it, within two links, and what of that changed.

    Args:
        kind: As in `configuration`; the alarm's resources unless given.
        name: Its name.
        most: Neighbours told in full.
    """
    look = looking.current()
    asked = Asked(look.window)
    starts = {linking.canonical(kind, name): "named by the caller"} if kind and name else anchors_of(asked)
    asked.about(around=[f"{each.kind} {name_of(each.name)}" for each in starts])
    links = linking.of_account(asked).merged([_behind(asked, start) for start in starts])
    found = _seen_around(asked, look, links, starts)
    telling = [each for each in found if each.tells]
    quiet = [each for each in found if not each.tells and each.near.hop and each.near.resource.kind not in _SILENT]
    if len(telling) > most:
        asked.cut(f"{len(telling) - most} neighbours that changed")
    taken = {*starts, *(each.near.resource for each in found)}
    return asked.answer(
        guessed=[{"what": titled(each), "link": why} for each, why in starts.items() if why],
        changed=[told(each) for each in telling[:most]],
        unchanged=[f"{titled(each.near.resource)} ({each.near.why})" for each in quiet[:_MOST_QUIET]],
        called_alike=_called_alike(look, links, starts, taken),
        changed_elsewhere=_elsewhere(asked, look, links, taken),
        short_of_capacity=_short_of(links, taken),
    )


def _seen_around(asked: Asked, look: Look, links: Links, starts: Mapping[Resource, str]) -> list[Seen]:
    """The neighbours of some resources: those whose metrics changed first, then those that were changed.

    What the alarm is only thought to be about is among them: the alarm tells none of its metrics.
    """
    near = [Near(start, start, why, 0) for start, why in starts.items() if why]
    near += nearby(links, starts, _STEPS, _MOST)
    met = {*starts, *(each.resource for each in near)}
    near += [each for each in _ringing(asked, look, list(starts)) if each.resource not in met]
    found = {each.resource: Seen(each, links.notes.get(each.resource, "")) for each in near}
    _measure(asked, found, look)
    _changed(asked, found, look)
    return _each_once(sorted(found.values(), key=_order))


def _each_once(found: Sequence[Seen]) -> list[Seen]:
    """Without what has the same metrics as another: a cache's node and its group. What was changed stays."""
    kept: dict[str, Seen] = {}
    for place, seen in enumerate(found):
        key = f"{seen.near.resource.kind} {seen.metrics}" if seen.metrics else str(place)
        if key not in kept or (seen.changes and not kept[key].changes):
            kept[key] = seen
    return list(kept.values())


def _ringing(asked: Asked, look: Look, starts: Sequence[Resource]) -> list[Near]:
    """What other alarms that ring are about: it may have one cause."""
    client = look.client("cloudwatch")
    nothing: dict[str, Any] = {}
    answer = asked.attempt(
        "alarms in ALARM", lambda: client.describe_alarms(StateValue="ALARM", MaxRecords=50), nothing
    )
    found: dict[Resource, Near] = {}
    for alarm in answer.get("MetricAlarms", ()):
        for query in of_alarm(alarm):
            for resource in resources.of_dimensions(query.dimensions):
                about = linking.canonical(resource.kind, resource.name)
                if starts and alarm["AlarmName"] != look.signal.get("name"):
                    found.setdefault(about, Near(about, starts[0], f"alarm {alarm['AlarmName']} rings", 1))
    return list(found.values())


def _called_alike(
    look: Look, links: Links, starts: Mapping[Resource, str], taken: Collection[Resource]
) -> list[dict[str, str]]:
    """What shares a rare word with the alarm and its resources, and is not linked to them by anything seen."""
    wanted = words_of_signal(look.signal).union(*(words_of_name(name_of(each.name)) for each in starts))
    known = [each for each in links.resources() if each.kind in (*ACTIVE, "log_group") and not is_canary(each)]
    own = {f"/aws/lambda/{each.name}" for each in known if each.kind == "lambda"}
    own |= {other.name for each in taken for other, _ in links.of(each) if other.kind == "log_group"}
    told_by = alike([each for each in known if each.name not in own], wanted, len(taken) + 8)
    found = {each: why for each, why in told_by.items() if each not in taken}
    return [{"what": titled(each), "link": why} for each, why in list(found.items())[:_MOST_ALIKE]]


def _elsewhere(asked: Asked, look: Look, links: Links, taken: Collection[Resource]) -> list[dict[str, str]]:
    """Functions and services that were changed shortly before the onset, whether or not they seem to matter."""
    window = look.window
    events = [each for each in _events(asked, look) if not each.error]
    found: dict[Resource, trail.Event] = {}
    known = [each for each in links.resources() if each.kind in _RUNNING and each not in taken]
    for event in events:
        if event.at <= look.first_sign + _NEAR / 18 and event.source in ("lambda", "ecs"):
            for resource in known:
                if event.is_about(resource.name):
                    found.setdefault(resource, event)
    return [
        {"what": titled(each), "link": event.brief(window.now), "changed": iso(event.at)}
        for each, event in list(found.items())[:_MOST_ELSEWHERE]
    ]


def _short_of(links: Links, taken: Collection[Resource]) -> list[dict[str, str]]:
    """Services and groups anywhere that have not what they want."""
    found = [(each, note) for each, note in links.notes.items() if note and each.kind in _COUNTED]
    return [{"what": titled(each), "link": note} for each, note in found if each not in taken][:_MOST_ELSEWHERE]


def _behind(asked: Asked, start: Resource) -> Links:
    """The functions that a description names and no listing does: those behind the routes of an API."""
    found = Links()
    if start.kind.startswith("apigateway"):
        for name in resources.once(asked, start).get("functions") or ():
            found.add(start, Resource("lambda", name), f"behind the API {start.name}")
    return found


def _order(seen: Seen) -> tuple[bool, bool, str, int]:
    return (not seen.metrics, not seen.tells, str(seen.onset or ""), seen.near.hop)


def told(seen: Seen) -> dict[str, Any]:
    """A neighbour as it is shown."""
    return {
        "what": titled(seen.near.resource),
        "link": seen.near.why,
        "hop": seen.near.hop,
        "state": seen.note,
        "metrics": seen.metrics[:4],
        "changes": seen.changes[:3],
        "changed": iso(seen.changed_at) if seen.changed_at else None,
    }


def titled(resource: Resource) -> str:
    """`lambda orders`, `ecs shop/cart`: kind and name as `configuration` takes them."""
    return f"{resource.kind} {resource.name}"


def _measure(asked: Asked, found: Mapping[Resource, Seen], look: Look) -> None:
    """Read the telling metrics of all of them at once; where none changed near the onset, those of longer."""
    window = look.window
    queries = {resource: _queries(asked, resource, place) for place, resource in enumerate(found)}
    _read(asked, found, queries, window, _NEAR)
    still = {resource: some for resource, some in queries.items() if not found[resource].metrics}
    back = max(_LONG, window.onset - look.first_sign + _CHANGES)
    period = _COARSE if back == _LONG else 4 * _COARSE
    coarse = {key: [replace(each, period_s=period) for each in some] for key, some in still.items()}
    _read(asked, found, coarse, window.between(window.onset - back), back)


def _queries(asked: Asked, resource: Resource, place: int) -> list[Query]:
    measured = MEASURED.get(resource.kind)
    if measured is None:
        return []
    return [
        Query(f"n{place}_{number}_{part}", measured.namespace, metric, dimensions, statistic, 60)
        for part, dimensions in enumerate(measured.dimensions(asked, resource.name))
        for number, (metric, statistic) in enumerate(measured.metrics)
    ]


def _read(
    asked: Asked,
    found: Mapping[Resource, Seen],
    queries: Mapping[Resource, Sequence[Query]],
    window: Window,
    near: timedelta,
) -> None:
    whole = [query for some in queries.values() for query in some]
    series = fetch(asked, whole, window) if whole else {}
    for resource, some in queries.items():
        read = [(query, readings.read(series[query.id], window.now)) for query in some if query.id in series]
        moved = [(query, reading) for query, reading in read if _moved(reading, window, near)]
        onsets = [reading.onset for _, reading in moved if reading.onset]
        if moved:
            seen = found[resource]
            seen.onset = min(onsets)
            seen.metrics = list(dict.fromkeys(_line(query, reading) for query, reading in moved))


def _moved(reading: Reading, window: Window, near: timedelta) -> bool:
    change, onset = reading.change, reading.onset
    if change is None or onset is None or not -near <= onset - window.onset <= _NEAR:
        return False
    larger = max(abs(change.before), abs(change.after))
    return abs(change.after - change.before) >= _LEAST * larger


def _line(query: Query, reading: Reading) -> str:
    return f"{query.statistic} {readings.sentence(reading)}"


def _changed(asked: Asked, found: Mapping[Resource, Seen], look: Look) -> None:
    """Note what CloudTrail says was done to each in the hours before the onset."""
    events = _events(asked, look)
    for resource, seen in found.items():
        own = [each for each in events if _is_about(each, resource)]
        seen.changes = [each.brief(look.window.now) for each in own]
        seen.changed_at = own[0].at if own else None


def _events(asked: Asked, look: Look) -> list[trail.Event]:
    """Changes of the hours before the onset, and of the day before slow trouble began."""
    found = trail.events(asked, look, look.window.between(look.window.onset - _CHANGES))
    if look.began is not None and look.began < look.window.onset - _CHANGES:
        found += trail.events(asked, look, window_of_beginning(look))
    return [each for each in dict.fromkeys(found) if not each.is_noise]


def _is_about(event: trail.Event, resource: Resource) -> bool:
    return resource.kind not in {"host", "bus"} and event.is_about(resource.name)
