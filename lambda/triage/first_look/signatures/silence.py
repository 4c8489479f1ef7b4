"""Silence: metrics without datapoints, schedules and event sources that are switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Scene, Setting

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
    return treated or bool(scene.watched and scene.watched.silent and not scene.watched.latest)


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


SIGNATURES: tuple[Signature, ...] = (_silent, _off)
