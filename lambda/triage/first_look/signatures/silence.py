"""Silence: metrics without datapoints, schedules and event sources that are switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, called_by, newest
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Scene, Setting

# "1 out of the last 1 datapoint [7.0 (21/11/26 02:13:00)]": there were datapoints, whatever the metric shows now.
_JUDGED = re.compile(r"datapoints? \[[-\d]")
_STOPS = re.compile(
    r"^(?:ec2:(?:Stop|Terminate|Hibernate)Instances|rds:StopDB\w+|ecs:StopTask|batch:TerminateJob)$"
)
_NOT_RUNNING = frozenset({"stopped", "stopping", "terminated", "shutting-down"})
_SHORTLY = 60
_STATES = frozenset({"State", "state", "Status", "status", "rule", "schedule"})
_SCHEDULE = re.compile(r"rule|schedule|event_sources|consumers|mapping|trigger", re.IGNORECASE)


@signature("metric-silent", Category.NO_DATA, "the alarm's metric has no datapoints any more")
def _silent(scene: Scene) -> Iterator[Candidate]:
    if not is_silent(scene):
        return
    watched = scene.watched
    name = watched.name if watched else scene.signal.name
    since = f" since {watched.latest_at:%Y-%m-%d %H:%M} UTC" if watched and watched.latest_at else ""
    yield Candidate(
        "metric-silent",
        Category.NO_DATA,
        f"the metric {name} has no datapoints{since}: nobody publishes it under this name and these dimensions "
        f"any more, "
        "or what publishes it does not run",
        f"no datapoints of {name}",
        0.45,
        Depth.EFFECT,
        about=name,
        since=watched.onset if watched else None,
        quotes=(watched.quotes if watched else ()) or scene.alarm.quotes,
        speaks_for=("missing data is treated as breaching",) if scene.alarm.missing == "breaching" else (),
        kin=(Kin.DEPLOYMENT, Kin.SCHEDULE, Kin.CONFIGURATION, Kin.ALARM),
        direct=False,
    )


def is_silent(scene: Scene) -> bool:
    """Whether the alarm rings because nothing arrives."""
    reason = f"{scene.signal.reason} {scene.alarm.reason}"
    treated = "no datapoints were received" in reason or "missing datapoints were treated as [Breaching]" in reason
    judged = bool(_JUDGED.search(scene.signal.reason)) and not treated
    return treated or bool(scene.watched and scene.watched.silent and not scene.watched.latest and not judged)


@signature("switched-off", Category.CONFIGURATION_MISSING, "a rule, schedule or event source is disabled")
def _off(scene: Scene) -> Iterator[Candidate]:
    for setting in scene.settings:
        off = re.search(r"(?<![a-z])disabled\b", setting.value, re.IGNORECASE)
        if (
            off
            and len(setting.value) < 160
            and ((setting.key in _STATES and _SCHEDULE.search(setting.path)) or _SCHEDULE.search(setting.value))
        ):
            kind = _kind_of(setting)
            yield Candidate(
                "switched-off",
                Category.CONFIGURATION_MISSING,
                f"{kind} {setting.about or scene.subject} is disabled ({setting.value}): what it starts is not "
                f"invoked",
                f"{kind} {setting.about or scene.subject} is disabled",
                0.9,
                Depth.CAUSE,
                about=setting.about,
                names=frozenset(
                    name for name in re.findall(r"[\w.-]{5,}", setting.value) if name.lower() != "disabled"
                )
                | {setting.about},
                quotes=setting.quotes,
                speaks_for=(f"{setting.key}: {setting.value}",),
                kin=(Kin.SCHEDULE, Kin.CONFIGURATION),
                hop=setting.hop,
            )


def _kind_of(setting: Setting) -> str:
    """What is switched off, in words."""
    for part in reversed(setting.path.split(".")[:-1]):
        if part in ("event_sources", "consumers"):
            return "an event source of"
        if part in ("rule", "schedule", "pipe", "lambda"):
            return f"the {part}"
    return "the schedule or event source"


@signature(
    "stopped-by-call", Category.NO_DATA, "the metric is silent since what publishes it was stopped by a call"
)
def _stopped(scene: Scene) -> Iterator[Candidate]:
    if not is_silent(scene):
        return
    change = newest(each for each in scene.changes if _stops(each, scene))
    if change is None:
        return
    states = [each for each in scene.setting("state", scene.subject) if each.value in _NOT_RUNNING]
    now = f"; it is {states[0].value} now" if states else ""
    yield Candidate(
        "stopped-by-call",
        Category.NO_DATA,
        f"{scene.subject} was stopped {called_by(change, scene.onset)}: what does not run publishes nothing{now}",
        f"{scene.subject} was stopped by {change.by or 'somebody'}",
        0.9,
        Depth.CAUSE,
        about=scene.subject,
        names=frozenset({scene.subject}),
        since=change.at,
        quotes=(*change.quotes, *(quote for each in states[:1] for quote in each.quotes)),
        speaks_for=tuple(f"state {each.value}" for each in states[:1]),
        kin=(Kin.CAPACITY, Kin.SCHEDULE),
        change=change,
        consequences=frozenset({"metric-silent"}),
    )


def _stops(change: Change, scene: Scene) -> bool:
    """Whether it stopped what the alarm is about, shortly before it fell silent."""
    if not _STOPS.match(change.event) or change.refused or change.at is None or not change.related:
        return False
    return scene.may_precede(change.at) and scene.minutes_before(change.at) <= _SHORTLY


SIGNATURES: tuple[Signature, ...] = (_silent, _off, _stopped)
