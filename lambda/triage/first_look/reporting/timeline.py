"""The timeline: changes, the onset, the first error, the alarm, the recovery."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Citation, TimelineEntry
from triage.first_look.observations.metrics import once
from triage.first_look.reporting import of_error
from triage.first_look.reporting.change_findings import telling_changes
from triage.first_look.reporting.narrative import named, second_fault
from triage.first_look.reporting.wording import data, message, sentence, who_did

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Change, Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_Entry = tuple[datetime, str, tuple[Citation, ...]]

_CHANGES = 7
_MOST = 14
_REACH = timedelta(days=8)


def timeline(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> tuple[TimelineEntry, ...]:
    """Oldest first; entries without a citation are left out."""
    found = [each for each in _entries(ranked, scene, citing) if each[2] and data(each[1])]
    distinct = {(at, event): words for at, event, words in found}
    ordered = sorted(distinct.items(), key=lambda each: each[0][0])
    return tuple(
        TimelineEntry(f"{at:%Y-%m-%dT%H:%M:%SZ}", sentence(event), citations=words)
        for (at, event), words in ordered[-_MOST:]
    )


def _entries(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[_Entry]:
    yield from _changes(ranked, scene, citing)
    yield from _breach(scene, citing)
    yield from _first_errors(ranked, scene, citing)
    yield from _alarms(scene, citing)
    for event in scene.health:
        if event.at:
            yield event.at, f"AWS Health: {event.code} begins", citing.of(event.quotes)


def _changes(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[_Entry]:
    for change in _told_once(telling_changes(ranked, scene))[:_CHANGES]:
        if change.at and scene.onset - change.at <= _REACH:
            yield change.at, who_did(change), citing.of(change.quotes)


def _told_once(changes: Sequence[Change]) -> list[Change]:
    """Without what another entry says too: the same call in fewer words, or a resource's own record of a call."""
    return [each for each in changes if not any(_repeats(each, other) for other in changes if other is not each)]


def _repeats(change: Change, other: Change) -> bool:
    if change.at is None or other.at is None or abs(change.at - other.at) >= timedelta(minutes=1):
        return False
    if not change.operation:
        return bool(other.operation) and change.about == other.about
    return change.event == other.event and change.by == other.by and not change.given and bool(other.given)


def _breach(scene: Scene, citing: Citing) -> Iterator[_Entry]:
    watched = scene.watched
    if watched is not None and watched.onset is not None and scene.error is None:
        yield (
            watched.onset,
            f"{watched.name} changes: {once(watched.text, watched.name)}",
            citing.of(watched.quotes),
        )
    if watched is not None and watched.earlier is not None and watched.earlier_text:
        words = citing.of(watched.earlier_quotes)
        told = f"{watched.name} changes for the first time: {once(watched.earlier_text, watched.name)}"
        yield watched.earlier, told, words


def _first_errors(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[_Entry]:
    causes = (each.candidate.complaint for each in (named(ranked), second_fault(ranked, scene)) if each)
    for complaint in {id(each): each for each in (scene.error, *causes)}.values():
        if complaint is not None and complaint.first is not None:
            first = "Often from here on" if complaint.seldom_from else "First seen"
            told = f"{first}: {complaint.about}: “{message(complaint.text, 140)}”"
            yield complaint.first, told, citing.of(complaint.quotes)


def _alarms(scene: Scene, citing: Citing) -> Iterator[_Entry]:
    signal, alarm = scene.signal, scene.alarm
    if scene.error is not None:
        yield of_error.entry(scene, citing)
        yield from _ringing(scene, citing)
        return
    words = citing.of_event() or citing.of(alarm.quotes)
    yield signal.occurred_at, f"State changed to {signal.state.value}", words
    if alarm.recovered_at:
        yield alarm.recovered_at, "The alarm went back to OK", citing.of(alarm.recovery_quotes)
    yield from _ringing(scene, citing)


def _ringing(scene: Scene, citing: Citing) -> Iterator[_Entry]:
    for ringing in scene.ringing[:4]:
        if ringing.since:
            yield ringing.since, f"{ringing.about} goes to ALARM", citing.of(ringing.quotes)
