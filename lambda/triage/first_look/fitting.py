"""How well an error fits the trouble: whether it is new, how much of what is said it is, when it began."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from triage.first_look.observations.facts import Origin

if TYPE_CHECKING:
    from datetime import datetime

    from triage.first_look.observations.facts import Complaint, Scene


_BESIDE = 0.85
"""Another error of the log is another investigation, unless it says much more."""
_SHORTLY = timedelta(minutes=20)
_LED_UP = 0.8
_UPSTREAM = 0.9
"""What is not written is missed only when it is read: the source of what errors name fails before they do."""
_REFUSED = 0.97
"""What a resource says of itself names it; a call that a service of AWS was refused does not."""
_REFUSED_TO_OTHERS = 0.55
"""What people and pipelines may not do breaks nothing that runs: a cause only where nothing else explains."""

_OF_ORIGIN = {Origin.REFUSED_CALL: _REFUSED, Origin.REFUSED_TO_OTHERS: _REFUSED_TO_OTHERS}


def timing(complaint: Complaint, scene: Scene) -> float:
    """Whether it is new: what was there before, as often, explains nothing."""
    if complaint.origin is not Origin.LOG or complaint.own:
        return 1.0
    since, before = _rates(complaint, scene)
    if since == 0 and before == 0:
        return 0.9
    if _led_up_to_it(complaint, scene):
        return 1.0 if since else _LED_UP
    if not _has_onset(scene) or _began_before_the_logs(scene):
        return 0.9
    if since == 0:
        return 0.2
    return _UPSTREAM if complaint.upstream else _growth(since, before)


def _growth(since: float, before: float) -> float:
    """How much more often it is said than before."""
    ratio = since / before if before else float("inf")
    return 1.0 if ratio >= 3 else 0.8 if ratio >= 1.7 else 0.55 if ratio >= 1.2 else 0.3


def _led_up_to_it(complaint: Complaint, scene: Scene) -> bool:
    """Whether an error of the alarm's resource began shortly before the onset and not earlier.

    What dies says so before a check finds it dead, and nothing afterwards.
    """
    first, last = complaint.first, complaint.last
    if complaint.level != "error" or complaint.hop or first is None or last is None or scene.start is None:
        return False
    if complaint.seldom_from is not None or first - scene.start < 2 * _SHORTLY:
        return False
    return first <= scene.onset <= first + _SHORTLY and scene.onset - last <= _SHORTLY / 2


def _rates(complaint: Complaint, scene: Scene) -> tuple[float, float]:
    """Lines a minute since and before the onset."""
    if scene.start is None or scene.end is None:
        return float(complaint.since), float(complaint.before)
    after = max(1.0, (scene.end - scene.onset).total_seconds() / 60)
    earlier = max(1.0, (scene.onset - scene.start).total_seconds() / 60)
    return complaint.since / after, complaint.before / earlier


def _began_before_the_logs(scene: Scene) -> bool:
    """Whether the trouble is older than the lines that were read: then its errors were there all the time."""
    return scene.start is not None and scene.began < scene.start


def _has_onset(scene: Scene) -> bool:
    return scene.watched is not None and scene.watched.changed


def prevalence(complaint: Complaint, scene: Scene) -> float:
    """Rare lines among many others explain less."""
    if complaint.own:
        return 1.0
    if complaint.origin is not Origin.LOG:
        return _OF_ORIGIN.get(complaint.origin, 1.0)
    if complaint.upstream:
        return _UPSTREAM
    new = [each.since for each in scene.complaints if each.origin is Origin.LOG and each.level == complaint.level]
    total = sum(new) or 1
    share = complaint.since / total if complaint.since else complaint.share
    if scene.error is not None and complaint.group == scene.error.group:
        return _BESIDE * (0.7 + 0.3 * min(1.0, share * 2))
    return 0.7 + 0.3 * min(1.0, share * 2)


def onset_fit(since: datetime, scene: Scene) -> float:
    """Figures that changed long after the onset follow from it."""
    minutes = -scene.minutes_before(since)
    if minutes > 10:
        return 0.6
    return 1.0 if minutes >= -30 else 0.85
