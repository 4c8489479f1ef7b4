"""Findings: the observations that matter, the most telling first, each with the words it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look.links import group_of
from triage.first_look.observations.metrics import once
from triage.first_look.reporting import aftermath, balancers, of_error
from triage.first_look.reporting.change_findings import changes_elsewhere, changes_near
from triage.first_look.reporting.detail_findings import decisive_details, rows, settings
from triage.first_look.reporting.log_findings import errors, shares
from triage.first_look.reporting.narrative import named
from triage.first_look.reporting.wording import clock, data, message, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Reading, Scene, Watched
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

MOST = 12
_READINGS = 4
_RINGING = 4
#: Signatures of credentials that somebody rejects.
_REJECTED = frozenset({"login-refused", "api-unauthorised", "token-expired"})
_FAR_MINUTES = 15
_ALIKE = 0.1
_STEADY = 4
_LITTLE_LEFT = 80.0
_FAILURES = re.compile(r"(?i)error|fail|5xx|4xx|reject|dropped|dead|timed?out")
_SUCCESSES = re.compile(r"(?i)succe(?:ss|ed)|2xx|completed|delivered|processed")


def findings(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> tuple[Finding, ...]:
    """No more than twelve; what cannot be cited is left out."""
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
    yield from of_error.findings(scene, citing)
    yield from _breach(scene, citing)
    yield from aftermath.findings(named(ranked), scene, citing)
    yield from _of_blamed(ranked, scene, citing)
    yield from _secrets(ranked, scene, citing)
    yield from _platform(scene, citing)
    yield from _quotas(scene, citing)
    yield from _invocations(scene, citing)
    yield from _idle(scene, citing)
    yield from decisive_details(ranked, scene, citing)
    yield from rows(ranked, scene, citing)
    yield from changes_near(ranked, scene, citing)
    yield from settings(ranked, scene, citing)
    yield from shares(ranked, scene, citing)
    yield from _quiet(ranked, scene, citing)
    yield from _readings(scene, citing)
    yield from _unchanged(scene, citing)
    yield from _ringing(scene, citing)


def _breach(scene: Scene, citing: Citing) -> Iterator[Finding]:
    watched = scene.watched
    if watched is None or not watched.text:
        return
    usual = f"; {watched.usual_range}" if watched.usual_range else ""
    bound = f"; threshold {watched.threshold:g}" if watched.threshold is not None else ""
    if bound and watched.beyond_since is not None:
        word = "below" if (watched.after or 0.0) < (watched.before or 0.0) else "above"
        bound += f", {word} it since {clock(watched.beyond_since, scene)}"
    told = f"{watched.name}: {once(watched.text, watched.name)}{_down(watched)}{usual}{bound}"
    yield Finding(sentence(told), citations=citing.of(watched.quotes))
    yield from balancers.made_by_itself(scene, citing)
    yield from balancers.all_healthy(scene, citing)
    yield from _in_step(watched, scene, citing)
    yield from _not_all(watched, scene, citing)
    if watched.earlier_text:
        told = f"{watched.name} had changed earlier: {once(watched.earlier_text, watched.name)}"
        yield Finding(sentence(told), citations=citing.of(watched.earlier_quotes))
    if scene.alarm.recovered_at:
        at = clock(scene.alarm.recovered_at, scene)
        words = citing.of(scene.alarm.recovery_quotes or scene.alarm.quotes)
        yield Finding(f"The alarm went back to OK at {at}.", citations=words)


def _down(watched: Watched) -> str:
    """By how much it fell, where it did not fall to nothing."""
    if not watched.before or watched.after is None or not 0 < watched.after < watched.before:
        return ""
    return f"; {1 - watched.after / watched.before:.0%} down"


def _in_step(watched: Watched, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Another metric that fell when the alarm's did, in the same proportion."""
    if not watched.before or watched.after is None or watched.onset is None or watched.after >= watched.before:
        return
    factor = watched.after / watched.before
    for each in scene.readings:
        alike = each.falls and abs(each.factor - factor) <= _ALIKE * factor and each.name != watched.name
        if alike and not each.watched and each.at and abs(each.at - watched.onset) <= 2 * scene.slack:
            told = f"{each.name} fell at the same time, in the same proportion as {watched.name}"
            yield Finding(
                f"{told} (to {factor:.0%} of before).", citations=citing.of((*each.quotes, *watched.quotes))
            )
            return


def _not_all(watched: Watched, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """That some still succeed, where the alarm counts what fails and another metric what does not."""
    if not _FAILURES.search(watched.name) or (watched.latest == 0 and watched.changed):
        return
    for each in scene.readings:
        if each.watched or each.hop or not _SUCCESSES.search(each.name) or not _goes_on(each):
            continue
        told = f"not all fail, some still succeed: {each.text}"
        yield Finding(sentence(told[:1].upper() + told[1:]), citations=citing.of(each.quotes))
        return


def _of_blamed(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What moved at the resource an error names: whether calls reach it, and what it is short of."""
    best = named(ranked)
    if best is None:
        return
    blamed = {*best.candidate.names, best.candidate.named.resource} - {"", scene.subject}
    moved = [each for each in scene.readings if group_of(each.about) in blamed and (each.rises or each.falls)]
    near = [each for each in moved if each.at and abs(scene.minutes_before(each.at)) <= _FAR_MINUTES]
    for each in sorted(near, key=lambda each: _weight(each, scene))[:2]:
        yield Finding(sentence(f"{group_of(each.about)}{_told(each)}"), citations=citing.of(each.quotes))


def _secrets(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Where credentials are rejected: when the secrets that hold them were changed, and whether they rotate."""
    best = named(ranked)
    if best is None or best.candidate.signature not in _REJECTED:
        return
    for each in scene.setting("rotates"):
        changed = next(iter(scene.setting("changed", each.about)), None)
        if changed is None or not each.path.endswith("state.rotates"):
            continue
        rotates = (
            "it is rotated by itself" if each.value == "true" else "it is not rotated by itself (no rotation)"
        )
        whole = next((one.value for one in scene.setting("name", each.about)), each.about)
        told = f"The secret {whole} was last changed {changed.value[:10]}; {rotates}"
        yield Finding(sentence(told), citations=citing.of((*changed.quotes, *each.quotes)))


def _goes_on(reading: Reading) -> bool:
    """Whether a count of what succeeds is above nothing now."""
    if reading.after is not None:
        return reading.after > 0
    return bool(reading.steady)


def _unchanged(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Metrics of the alarm's resource that stayed as they were: what works limits what can be wrong."""
    name = scene.watched.name if scene.watched else ""
    own = [
        each
        for each in scene.readings
        if each.steady is not None and not each.watched and not each.hop and each.name != name
    ]
    calm = [each for each in own if each.steady]
    none = [each for each in own if not each.steady]
    parts = [f"{', '.join(dict.fromkeys(each.name for each in calm[:_STEADY]))} unchanged"] if calm else []
    parts += [f"{', '.join(dict.fromkeys(each.name for each in none[:_STEADY]))} steady at 0"] if none else []
    if parts:
        quotes = [quote for each in (*calm[:_STEADY], *none[:_STEADY]) for quote in each.quotes]
        yield Finding(sentence("; ".join(parts)), citations=citing.of(quotes))


def _quiet(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Logs without a line of trouble, where no error is named as the cause."""
    best = named(ranked)
    if scene.quiet and (best is None or best.candidate.complaint is None):
        names = ", ".join(dict.fromkeys(each.about for each in scene.quiet[:_STEADY]))
        quotes = [quote for each in scene.quiet[:_STEADY] for quote in each.quotes]
        yield Finding(f"No errors in the log of {names}: no line speaks of trouble.", citations=citing.of(quotes))


def _platform(scene: Scene, citing: Citing) -> Iterator[Finding]:
    for event in scene.health:
        at = f" since {clock(event.at, scene)}" if event.at else ""
        told = f"AWS Health: {event.code} of {event.service} ({event.status}){at}: {message(event.says, 240)}"
        yield Finding(sentence(told), citations=citing.of(event.quotes))


def _quotas(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Quotas of which little is left."""
    for each in scene.quotas:
        if each.used_percent >= _LITTLE_LEFT:
            told = f"quota “{each.about}”: {each.used:g} of {each.limit:g} used"
            yield Finding(sentence(told), citations=citing.of(each.quotes))


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
            told = f"{each.about}{_told(each)}" if each.about else each.text
            yield Finding(sentence(told), citations=citing.of(each.quotes))


def _told(reading: Reading) -> str:
    """What a metric did, after the name of what it is of; that nobody calls something any more in words too."""
    gone = reading.name == "Invocations" and reading.falls and not reading.after and reading.still is not False
    return f" is not invoked any more: {reading.text}" if gone else f": {reading.text}"


def _weight(reading: Reading, scene: Scene) -> tuple[bool, float]:
    """What changed near the onset first, then what changed most."""
    distance = abs(scene.minutes_before(reading.at)) if reading.at else 60.0
    factor = reading.factor if reading.factor >= 1 else 1 / max(reading.factor, 0.001)
    return distance > _FAR_MINUTES, -min(factor, 1000.0)


def _ringing(scene: Scene, citing: Citing) -> Iterator[Finding]:
    for each in scene.ringing[:_RINGING]:
        since = f" since {clock(each.since, scene)}" if each.since else ""
        yield Finding(sentence(f"{each.about} is in ALARM{since}"), citations=citing.of(each.quotes))
