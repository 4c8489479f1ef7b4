"""What is to come, and what has not come: when something runs full, what waits, and that nothing fails so far."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.first_look.reporting.wording import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Reading, Scene

_FILLS = re.compile(r"(?i)disk|storage|volume|file_?system")
_HIGHEST = 100.0
_LEAST_RISE = 1.0
_LEAST_TIME = timedelta(minutes=15)
_FARTHEST = timedelta(hours=48)
_FAILURES = re.compile(r"(?i)throttl|error|5xx|fault|reject|fail|dropped")
_PROMISES = re.compile(r"(?i)latency|duration|responsetime")
_MOST_NAMED = 3
_LONG_S = 300
_SEVERAL = 2
_MORE = 1.5


def runs_full(scene: Scene) -> Iterator[str]:
    """How fast a volume fills that is told in percent, and when it is full if that goes on."""
    watched = scene.watched
    if watched is None or not watched.changed or not watched.still or not _FILLS.search(watched.name):
        return
    if watched.before is None or watched.latest is None or watched.latest_at is None or watched.onset is None:
        return
    took, rise = watched.latest_at - watched.onset, watched.latest - watched.before
    if took < _LEAST_TIME or rise < _LEAST_RISE or not watched.before < watched.latest < _HIGHEST:
        return
    left = took * ((_HIGHEST - watched.latest) / rise)
    an_hour = rise / (took / timedelta(hours=1))
    told = f"It grows by {an_hour:.1f} points an hour, from {watched.before:.4g} % to {watched.latest:.4g} %"
    if left <= _FARTHEST:
        minutes = round(left / timedelta(minutes=1))
        within = f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
        told = f"{told}: full in about {within}, at {watched.latest_at + left:%H:%M} UTC, if that goes on"
    yield told


def in_all(scene: Scene) -> Iterator[str]:
    """How many there were since the onset, where there were hardly any before."""
    watched = scene.watched
    if watched is None or scene.error is not None or not watched.in_all or not watched.after or not watched.onset:
        return
    if watched.in_all >= _SEVERAL * watched.after:
        yield f"In all {watched.in_all:,.0f} {watched.name} since {watched.onset:%H:%M} UTC"


def lasted(scene: Scene) -> Iterator[str]:
    """How long it lasted, where it is over."""
    watched, over = scene.watched, scene.alarm.recovered_at
    if watched is None or watched.onset is None or watched.still or over is None or over <= watched.onset:
        return
    minutes = (over - watched.onset).total_seconds() / 60
    yield f"It lasted {span(minutes)}, from {watched.onset:%H:%M} UTC until the alarm was OK at {over:%H:%M} UTC"


def waits(scene: Scene) -> Iterator[str]:
    """Messages that wait in a queue beside what the alarm is about, longer and longer."""
    for each in scene.reading("ApproximateAgeOfOldestMessage"):
        if each.rises and each.still and not each.watched and each.after and each.after >= _LONG_S:
            yield f"Messages wait in {each.about}, the oldest for {each.after / 60:.0f} minutes"
            return


def nothing_fails(scene: Scene) -> Iterator[str]:
    """Where the alarm is about load: that nothing of its resource fails or is slower."""
    watched = scene.watched
    if watched is None or scene.error is not None or _FAILURES.search(watched.name):
        return
    if any(each.level == "error" and each.since > _MORE * each.before for each in scene.complaints):
        return
    own = [each for each in scene.readings if not each.watched and not each.hop]
    failures = [each for each in own if _FAILURES.search(each.name)]
    slow = [each for each in own if _PROMISES.search(each.name)]
    if not failures or any(not _is_none(each) for each in failures) or any(each.rises for each in slow):
        return
    names = ", ".join(f"{each.name} {'none' if each.silent else '0'}" for each in failures[:_MOST_NAMED])
    as_ever = f"; {slow[0].name} as before" if slow and not slow[0].silent else ""
    yield f"Nothing fails so far: {names}{as_ever}"


def _is_none(reading: Reading) -> bool:
    return reading.silent or reading.steady == 0
