"""What is to come, and what has not come: when something runs full, what waits, and that nothing fails so far."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.first_look.reporting.wording import clock, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Reading, Scene

FLOWS = ("NumberOfMessagesSent", "NumberOfMessagesDeleted")
"""What comes into a queue, and what is worked off (SQS Developer Guide, "Available CloudWatch metrics")."""
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
_IS_LEFT = re.compile(r"(?i)free|available|remaining|balance|credits?$")
_LEAST_SHARE = 0.1
_NOTHING = 0.02
_WORKED_OFF = 0.9


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
        yield f"In all {watched.in_all:,.0f} {watched.name} since {clock(watched.onset, scene)}"


def lasted(scene: Scene) -> Iterator[str]:
    """How long it lasted, where it is over."""
    watched, over = scene.watched, scene.alarm.recovered_at
    if watched is None or watched.onset is None or watched.still or over is None or over <= watched.onset:
        return
    minutes = (over - watched.onset).total_seconds() / 60
    began, ended = clock(watched.onset, scene), clock(over, scene)
    yield f"It lasted {span(minutes)}, from {began} until the alarm was OK at {ended}"


def runs_out(scene: Scene) -> Iterator[str]:
    """How fast what is free gets less, and when nothing is left if that goes on."""
    watched = scene.watched
    if watched is None or not watched.changed or not watched.still or not _IS_LEFT.search(watched.name):
        return
    if watched.before is None or watched.latest is None or watched.latest_at is None or watched.onset is None:
        return
    took, fall = watched.latest_at - watched.onset, watched.before - watched.latest
    if took < _LEAST_TIME or fall <= _LEAST_SHARE * watched.before or watched.before <= 0:
        return
    if watched.latest <= _NOTHING * watched.before:
        yield f"Nothing of it is left ({watched.name})"
        return
    minutes = watched.latest / (fall / (took / timedelta(minutes=1)))
    if timedelta(minutes=minutes) <= _FARTHEST:
        yield f"It gets less all the time: nothing is left in about {span(minutes)} if that goes on"


def comes_and_goes(scene: Scene) -> Iterator[str]:
    """How many messages a queue gets and how many are worked off, where the two differ."""
    for sent in scene.reading(FLOWS[0]):
        for done in scene.reading(FLOWS[1]):
            arrives, leaves = sent.level, done.level
            if sent.about == done.about and arrives and leaves is not None and leaves < _WORKED_OFF * arrives:
                yield f"{sent.about} gets {arrives:g} messages a datapoint, and {leaves:g} are worked off"
                return


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
    if any(each.level == "error" and each.since and not each.hop for each in scene.complaints):
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
