"""What may grow no further: it has all its maximum allows, or its scaling is suspended, while more are wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, called_by, newest
from triage.first_look.signatures.base import Candidate, Depth, signature

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage.first_look.observations.facts import Change, Reading, Ringing, Scene, Setting
    from triage.first_look.observations.quoting import Quote

_KIN = (Kin.CAPACITY, Kin.SCHEDULE, Kin.DEPLOYMENT)
_SCALING = re.compile(r"(?:\w+ )?(\d+) to (\d+)(?:; SUSPENDED|$)")
_SUSPENDED = re.compile(r"; SUSPENDED: (?P<what>.*scaling out.*)$")
#: Calls that suspend scaling, or let it go on (API references of both Auto Scaling services).
_SUSPENDS = re.compile(r"(?i)SuspendProcesses$|RegisterScalableTarget$")
_OUT = re.compile(r"(?i)dynamicScalingOutSuspended=true")
_PROCESSES = frozenset({"Launch", "AlarmNotification"})
#: Auto Scaling names the alarms of its target tracking so (user guides of both Auto Scaling services).
_SCALES_OUT = re.compile(r"^TargetTracking-(?P<of>.+?)-(?:AlarmHigh|ProvisionedCapacityHigh)-")
_BUSY = (
    "CPUUtilization",
    "MemoryUtilization",
    "mem_used_percent",
    "RequestCountPerTarget",
    "ALBRequestCountPerTarget",
)
_SATURATED = 85.0


@dataclass(frozen=True)
class Bound:
    """A group or service that has all its maximum allows.

    Attributes:
        about: its name.
        most: the maximum.
        unit: what it counts.
        wants_more: what says that more is wanted, in words; empty where nothing does.
        had_more: that it was larger before: ``12 instances at …``; empty where nothing says so.
        since: when it came to that many, as far as its own activities tell.
    """

    about: str
    most: str
    unit: str
    hop: int
    wants_more: str
    had_more: str
    quotes: tuple[Quote, ...]
    since: datetime | None = None

    @property
    def text(self) -> str:
        """In a sentence, without its full stop."""
        more = f"; it had {self.had_more} before, more than it may have now" if self.had_more else ""
        wants = f", and {self.wants_more}" if self.wants_more else ""
        since = f" since {self.since:%H:%M} UTC" if self.since else ""
        return f"{self.about} has all {self.most} {self.unit} that its maximum allows{since}{wants}{more}"


def bounds(scene: Scene) -> Iterator[Bound]:
    """What is at the most it may have, and may have fewer: what cannot scale at all is sized by hand."""
    for most in scene.setting("MaxSize"):
        least = next(iter(scene.setting("MinSize", most.about)), None)
        wanted = next(iter(scene.setting("DesiredCapacity", most.about)), None)
        if wanted is not None and wanted.value == most.value and (least is None or least.value != most.value):
            yield _bound(scene, most, most.value, "instances", (most, wanted))
    for scaling in scene.setting("scaling"):
        found = _SCALING.search(scaling.value)
        desired = next(iter(scene.setting("desiredCount", scaling.about)), None)
        if found and desired is not None and desired.value == found[2] and found[1] != found[2]:
            yield _bound(scene, scaling, found[2], "tasks", (scaling, desired))


def _bound(scene: Scene, limit: Setting, most: str, unit: str, said_by: tuple[Setting, ...]) -> Bound:
    had = next(iter(scene.setting("had_more", limit.about)), None)
    alarm = next((each for each in scene.ringing if _asks_for_more(each, limit.about)), None)
    busy = next((each for each in scene.readings if _is_busy(each, limit.about)), None)
    wants = f"its scale-out alarm {alarm.about} is in ALARM" if alarm else busy.text if busy else ""
    quotes = [quote for each in said_by for quote in each.quotes[:1]]
    quotes += [quote for each in (had, alarm, busy) if each is not None for quote in each.quotes[:1]]
    about, had_more = limit.about or scene.subject, had.value if had else ""
    return Bound(
        about, most, unit, limit.hop, wants, had_more, tuple(dict.fromkeys(quotes)), _since(scene, about, most)
    )


def _since(scene: Scene, about: str, most: str) -> datetime | None:
    """The latest activity that brought it to so many."""
    own = [each for each in scene.changes if each.about == about and f" → {most}:" in each.event]
    return max((at for each in own if (at := each.last or each.at)), default=None)


def _asks_for_more(alarm: Ringing, about: str) -> bool:
    """Whether it is the alarm by which target tracking adds capacity to a group or service."""
    found = _SCALES_OUT.match(alarm.about)
    return found is not None and bool(about) and about in (found["of"], found["of"].rpartition("/")[2])


def _is_busy(reading: Reading, about: str) -> bool:
    """Whether what it has is used up: only of what the alarm itself is about."""
    level = reading.level
    used = level is not None and level >= _SATURATED and reading.name in _BUSY
    return used and reading.watched and reading.about == about and not reading.falls and reading.still is not False


@signature(
    "scaled-to-maximum", Category.CAPACITY, "as many tasks or instances as the maximum allows, and more wanted"
)
def scaled_to_maximum(scene: Scene) -> Iterator[Candidate]:
    for each in bounds(scene):
        if not each.wants_more and each.unit != "tasks":
            continue
        lowered = bool(each.had_more and each.wants_more)
        weight = 0.9 if lowered else 0.66 if each.wants_more else 0.6
        yield Candidate(
            "scaled-to-maximum",
            Category.CAPACITY,
            f"{each.text}: it cannot scale any further",
            f"{each.about}: at its maximum of {each.most} {each.unit}",
            weight,
            Depth.CAUSE if lowered else Depth.EFFECT,
            about=each.about,
            names=frozenset({each.about}),
            quotes=each.quotes,
            speaks_for=(each.wants_more,) if each.wants_more else (),
            kin=_KIN,
            hop=each.hop,
            direct=lowered,
        )


@signature(
    "scaling-suspended",
    Category.CAPACITY,
    "scaling out is suspended while the alarm by which it would grow is in ALARM",
)
def scaling_suspended(scene: Scene) -> Iterator[Candidate]:
    for said, what in _suspended(scene):
        about = said.about or scene.subject
        change = newest(each for each in scene.changes if _suspends(each, about, what))
        alarm = next((each for each in scene.ringing if _asks_for_more(each, about)), None)
        wants = f"; its scale-out alarm {alarm.about} is in ALARM" if alarm else ""
        who = f" {called_by(change, scene.onset)}" if change else ""
        yield Candidate(
            "scaling-suspended",
            Category.CAPACITY,
            f"{about} cannot grow: {what} is suspended{who} and was not resumed{wants}",
            f"{about} does not scale: {what} is suspended",
            0.93 if alarm else 0.4,
            Depth.CAUSE,
            about=about,
            names=frozenset({about}),
            quotes=(
                *said.quotes[:1],
                *(change.quotes[:1] if change else ()),
                *(alarm.quotes[:1] if alarm else ()),
            ),
            speaks_for=(said.value,),
            kin=_KIN,
            change=change,
            hop=said.hop,
            consequences=frozenset({"traffic-spike", "backlog-grows", "made-smaller"}),
        )


def _suspended(scene: Scene) -> Iterator[tuple[Setting, str]]:
    for each in scene.setting("scaling"):
        found = _SUSPENDED.search(each.value)
        if found:
            yield each, found["what"]
    for each in scene.setting("suspended"):
        if each.value in _PROCESSES:
            yield each, f"the process {each.value}"


def _suspends(change: Change, about: str, what: str) -> bool:
    """Whether it is the call that suspended this: of a group that process, of a service its scaling out."""
    if not _SUSPENDS.search(change.operation) or change.refused or about not in change.text:
        return False
    process = what.removeprefix("the process ")
    names_it = re.search(rf"\b{re.escape(process)}\b", change.given) or "scalingProcesses" not in change.given
    return bool(names_it) if change.operation == "SuspendProcesses" else bool(_OUT.search(change.given))
