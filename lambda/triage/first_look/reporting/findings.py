"""Findings: the observations that matter, the most telling first, each with the words it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look.reporting.change_findings import changes_elsewhere, changes_near
from triage.first_look.reporting.detail_findings import decisive_details, rows, settings
from triage.first_look.reporting.log_findings import errors, shares
from triage.first_look.reporting.wording import clock, data, message, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Reading, Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

MOST = 18
_READINGS = 4
_RINGING = 4
_FAR_MINUTES = 15


def findings(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> tuple[Finding, ...]:
    """No more than eighteen; what cannot be cited is left out."""
    told: dict[str, Finding] = {}
    for finding in _all(ranked, scene, citing):
        if finding.citations and data(finding.statement):
            told.setdefault(finding.statement, finding)
    last = next(iter(changes_elsewhere(ranked, scene, citing)), None)
    if last is None or not last.citations or not data(last.statement):
        return tuple(told.values())[:MOST]
    return (*list(told.values())[: MOST - 1], last)


def _all(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    yield from errors(ranked, scene, citing)
    yield from _breach(scene, citing)
    yield from _platform(scene, citing)
    yield from _invocations(scene, citing)
    yield from _idle(scene, citing)
    yield from decisive_details(ranked, scene, citing)
    yield from changes_near(ranked, scene, citing)
    yield from shares(ranked, scene, citing)
    yield from rows(scene, citing)
    yield from _readings(scene, citing)
    yield from settings(ranked, scene, citing)
    yield from _ringing(scene, citing)


def _breach(scene: Scene, citing: Citing) -> Iterator[Finding]:
    watched = scene.watched
    if watched is None or not watched.text:
        return
    usual = f"; {watched.usual_range}" if watched.usual_range else ""
    bound = f"; threshold {watched.threshold:g}" if watched.threshold is not None else ""
    yield Finding(sentence(f"{watched.name}: {watched.text}{usual}{bound}"), citations=citing.of(watched.quotes))
    if watched.earlier_text:
        told = f"{watched.name} had changed earlier: {watched.earlier_text}"
        yield Finding(sentence(told), citations=citing.of(watched.earlier_quotes))
    if scene.alarm.recovered_at:
        at = clock(scene.alarm.recovered_at, scene)
        words = citing.of((*scene.alarm.recovery_quotes, *scene.alarm.quotes))
        yield Finding(f"The alarm went back to OK at {at}.", citations=words)


def _platform(scene: Scene, citing: Citing) -> Iterator[Finding]:
    for event in scene.health:
        at = f" since {clock(event.at, scene)}" if event.at else ""
        told = f"AWS Health: {event.code} of {event.service} ({event.status}){at}: {message(event.says, 240)}"
        yield Finding(sentence(told), citations=citing.of(event.quotes))


def _invocations(scene: Scene, citing: Citing) -> Iterator[Finding]:
    for each in scene.invocations:
        parts = [f"{each.count} invocations since the onset"]
        parts += [f"{each.timed_out} timed out"] if each.timed_out else []
        parts += [f"{each.failed} failed"] if each.failed else []
        parts += [f"{each.at_memory_limit} reached the memory limit"] if each.at_memory_limit else []
        parts.append(f"median {each.median_ms:g} ms, before {each.median_ms_before:g} ms")
        parts.append(f"{each.most_used_mb} of {each.memory_mb} MB used")
        yield Finding(sentence(f"{each.about}: {', '.join(parts)}"), citations=citing.of(each.quotes))


def _idle(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Functions that were not invoked: what does not run cannot fail."""
    for each in scene.idle:
        told = f"{each.about} reports no invocation in the time that was looked at: it was not invoked"
        yield Finding(sentence(told), citations=citing.of(each.quotes))


def _readings(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Metrics that moved most near the onset; the same movement once."""
    watched = scene.watched
    seen = {(watched.name, watched.onset)} if watched else set()
    shown = 0
    moved = [each for each in scene.readings if (each.before is not None or each.silent) and not each.watched]
    for each in sorted(moved, key=lambda each: _weight(each, scene)):
        key = (each.name, each.at)
        if shown < _READINGS and key not in seen:
            shown += 1
            seen.add(key)
            about = f"{each.about}: " if each.about else ""
            yield Finding(sentence(f"{about}{each.text}"), citations=citing.of(each.quotes))


def _weight(reading: Reading, scene: Scene) -> tuple[bool, float]:
    """What changed near the onset first, then what changed most."""
    distance = abs(scene.minutes_before(reading.at)) if reading.at else 60.0
    factor = reading.factor if reading.factor >= 1 else 1 / max(reading.factor, 0.001)
    return distance > _FAR_MINUTES, -min(factor, 1000.0)


def _ringing(scene: Scene, citing: Citing) -> Iterator[Finding]:
    for each in scene.ringing[:_RINGING]:
        since = f" since {clock(each.since, scene)}" if each.since else ""
        yield Finding(sentence(f"{each.about} is in ALARM{since}"), citations=citing.of(each.quotes))
