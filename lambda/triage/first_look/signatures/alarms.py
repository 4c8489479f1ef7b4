"""The alarm itself: edited, set below the usual level, over, flapping."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category, Disposition
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.signatures.silence import is_silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Scene

_FLAPS = 3
_THRESHOLD = re.compile(r"[tT]hreshold(?: |=)(?P<old>[\d.]+)? ?→? ?(?P<new>[\d.]+)?")


@signature("alarm-edited", Category.HEALTHY_NOW, "the alarm was changed and its metric is as it always was")
def _edited(scene: Scene) -> Iterator[Candidate]:
    edit = edit_before(scene)
    if edit is None or not is_usual(scene):
        return
    watched = scene.watched
    usual = f" ({watched.usual_range})" if watched and watched.usual_range else ""
    bound = threshold_told(edit, scene)
    yield Candidate(
        "alarm-edited",
        Category.HEALTHY_NOW,
        f"nothing is wrong with the resource: {scene.signal.name} was changed{bound} and its metric is as "
        f"usual{usual}",
        f"false alarm: {scene.signal.name} was changed{bound}",
        0.9,
        Depth.CAUSE,
        about=scene.signal.name,
        names=frozenset({scene.signal.name}),
        since=edit.at,
        quotes=(*edit.quotes, *(watched.quotes if watched else ())),
        speaks_for=(change_kinds.told(edit),),
        kin=(Kin.ALARM,),
        disposition=Disposition.FALSE_ALARM,
        change=edit,
    )


def edit_before(scene: Scene) -> Change | None:
    """The latest change of the alarm's definition before it rang."""
    edits = [
        each
        for each in scene.changes
        if change_kinds.is_of(each, Kin.ALARM)
        and (scene.signal.name in each.text or not each.operation)
        and each.at is not None
        and each.at <= scene.signal.occurred_at
    ]
    told = [each for each in edits if each.by]
    return next(iter(told or edits), None)


def threshold_told(edit: Change, scene: Scene) -> str:
    """What the edit did to the threshold, where it says so."""
    for each in (edit, *scene.changes):
        if each.event == "alarm edited" or each is edit:
            found = _THRESHOLD.search(each.given or each.event)
            if found and found["old"] and found["new"]:
                return f", its threshold from {found['old']} to {found['new']}"
    return ""


def is_usual(scene: Scene) -> bool:
    """Whether the metric breaches at values it has on other days too."""
    watched = scene.watched
    if watched is None or watched.usual_max is None or is_silent(scene):
        return False
    if "as usual at this hour" in watched.text:
        return True
    threshold = scene.alarm.threshold if scene.alarm.threshold is not None else watched.threshold
    below = scene.alarm.comparison.startswith("Less")
    if threshold is None or watched.usual_min is None:
        return False
    return watched.usual_min < threshold if below else watched.usual_max > threshold


@signature(
    "threshold-at-usual-level", Category.HEALTHY_NOW, "the threshold lies within what the metric does every day"
)
def _usual(scene: Scene) -> Iterator[Candidate]:
    watched = scene.watched
    if watched is None or not is_usual(scene) or edit_before(scene) is not None or watched.earlier is not None:
        return
    plainly = scene.alarm.times >= _FLAPS or "as usual at this hour" in watched.text
    yield Candidate(
        "threshold-at-usual-level",
        Category.HEALTHY_NOW,
        f"{watched.name} is as on other days ({watched.usual_range or 'by its baseline'}); the "
        f"threshold of "
        f"{scene.signal.name} lies within its usual range",
        f"{watched.name} is as usual; the threshold is within its range",
        0.55 if plainly else 0.4,
        Depth.EFFECT,
        about=scene.signal.name,
        names=frozenset({scene.signal.name}),
        quotes=watched.quotes,
        speaks_for=(watched.text,),
        kin=(Kin.ALARM,),
        disposition=Disposition.FALSE_ALARM,
        direct=False,
    )


@signature("over", Category.HEALTHY_NOW, "the alarm went back to OK and the metric with it")
def _over(scene: Scene) -> Iterator[Candidate]:
    watched, alarm = scene.watched, scene.alarm
    back = bool(watched and watched.changed and not watched.still)
    if alarm.recovered_at is None and not (back and alarm.state == "OK"):
        return
    if watched and watched.changed and watched.still:
        return
    when = f" at {alarm.recovered_at:%H:%M} UTC" if alarm.recovered_at else ""
    yield Candidate(
        "over",
        Category.HEALTHY_NOW,
        f"it is over: {scene.signal.name} went back to OK{when} and its metric is back to normal",
        f"recovered: {scene.signal.name} is OK again{' since' + when.removeprefix(' at') if when else ''}",
        0.97,
        Depth.CAUSE,
        about=scene.signal.name,
        names=frozenset({scene.subject, *(each.about for each in scene.complaints if each.since > each.before)}),
        quotes=(*alarm.recovery_quotes[:1], *(watched.quotes if watched else ()), *alarm.recovery_quotes[1:]),
        speaks_for=((watched.text,) if watched else ()),
        kin=(Kin.DEPLOYMENT,),
        disposition=Disposition.TRANSIENT,
    )


SIGNATURES: tuple[Signature, ...] = (_edited, _usual, _over)
