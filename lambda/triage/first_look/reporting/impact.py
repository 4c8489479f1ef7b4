"""What suffers, how urgent it is, and what the alarm turned out to be: from what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Category, Disposition, Impact, Severity
from triage.domain.signal import AlarmState
from triage.first_look.observations import inputs
from triage.first_look.ranking import LIKELY
from triage.first_look.reporting import of_error, outlook, shares
from triage.first_look.reporting.narrative import named, second_fault
from triage.first_look.reporting.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_MOST_AFFECTED = 6
_MOST_PARTS = 6
_HALF = 0.5


def disposition(ranked: Sequence[Ranked], scene: Scene) -> Disposition:
    """An incident unless a hypothesis says otherwise or nothing is known."""
    best = named(ranked)
    if best is not None and best.candidate.disposition is not None and best.score >= LIKELY:
        return best.candidate.disposition
    if best is not None and best.candidate.category is Category.NO_DATA and _works_on(scene):
        return Disposition.FALSE_ALARM
    if _is_back(scene):
        return Disposition.TRANSIENT
    if scene.signal.state is AlarmState.ALARM and (best is not None or _still_breaching(scene)):
        return Disposition.INCIDENT
    return Disposition.UNKNOWN


def _works_on(scene: Scene) -> bool:
    """Whether other metrics of the same publisher go on as before while the alarm's is silent."""
    others = [each for each in scene.readings if not each.watched and not each.silent and each.steady]
    return bool(others) and not any(each.falls for each in scene.readings if not each.watched)


def _is_back(scene: Scene) -> bool:
    """Whether the metric changed and went back to where it was, or the error is not said any more."""
    if scene.error is not None:
        return of_error.is_over(scene)
    watched = scene.watched
    return watched is not None and watched.changed and not watched.still and "back:" in watched.text


def _still_breaching(scene: Scene) -> bool:
    return scene.watched is not None and scene.watched.still


def severity(ranked: Sequence[Ranked], scene: Scene) -> Severity:
    """HIGH where at least half fails, LOW once it is over, INFO for a false alarm, else MEDIUM."""
    turned_out = disposition(ranked, scene)
    if turned_out is Disposition.FALSE_ALARM:
        return Severity.INFO
    if turned_out is Disposition.TRANSIENT or scene.signal.state is not AlarmState.ALARM:
        return Severity.LOW
    grave = scene.error is not None and of_error.is_grave(scene.error)
    return Severity.HIGH if grave or _mostly_failing(scene) else Severity.MEDIUM


def _mostly_failing(scene: Scene) -> bool:
    for each in scene.invocations:
        if each.count and (each.timed_out + each.failed) / each.count >= _HALF:
            return True
    succeeding = scene.reading("ExecutionsSucceeded", "SuccessPercent", "HealthyHostCount")
    return any(each.falls and each.factor <= _HALF for each in succeeding)


def impact(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Impact:
    """Numbers of metrics and reports, and the resources that show them."""
    parts = list(_figures(scene))[:_MOST_PARTS]
    watched = scene.watched
    quotes = [
        *(watched.quotes if watched else ()),
        *(scene.error.quotes[:1] if scene.error else ()),
        *scene.alarm.recovery_quotes,
        *(quote for each in scene.reading(*outlook.FLOWS) for quote in each.quotes),
        *(quote for row in inputs.counted(scene) for quote in row.quotes),
        *(quote for each in scene.invocations for quote in each.quotes),
    ]
    statement = (
        " ".join(sentence(part) for part in parts) or f"{scene.signal.name} is in {scene.signal.state.value}."
    )
    return Impact(statement, _affected(ranked, scene), citations=citing.of(quotes))


def _figures(scene: Scene) -> Iterator[str]:
    yield from _fired(scene)
    yield from outlook.in_all(scene)
    yield from outlook.lasted(scene)
    yield from shares.of_failures(scene)
    yield from (row.text for row in inputs.counted(scene))
    for each in scene.invocations:
        bad = each.timed_out + each.failed
        if bad and each.count:
            share = f"{bad / each.count:.0%}"
            yield f"{bad} of {each.count} invocations of {each.about} fail since the onset ({share})"
    yield from outlook.runs_full(scene)
    yield from outlook.runs_out(scene)
    yield from outlook.nothing_fails(scene)
    running, desired = scene.setting("runningCount"), scene.setting("desiredCount")
    for one, other in zip(running, desired, strict=False):
        if one.value != other.value and one.about == other.about:
            yield f"{one.value} of {other.value} desired tasks of {one.about} run"
    for waiting in scene.setting("waiting")[:1]:
        if waiting.value not in ("0", ""):
            yield f"{waiting.value} messages wait in {waiting.about or scene.subject}"
    yield from outlook.comes_and_goes(scene)
    yield from outlook.waits(scene)


def _fired(scene: Scene) -> Iterator[str]:
    """What the alarm's metric did, or how often the error came."""
    if scene.error is not None:
        yield of_error.impact(scene.error, scene)
    elif scene.watched is not None and scene.watched.text:
        yield f"{scene.subject}: {scene.watched.text}"


def _affected(ranked: Sequence[Ranked], scene: Scene) -> tuple[str, ...]:
    best = [each.candidate.about for each in (named(ranked), second_fault(ranked, scene)) if each is not None]
    return tuple(dict.fromkeys(name for name in (scene.subject, *best) if name and name != scene.signal.name))[
        :_MOST_AFFECTED
    ]
