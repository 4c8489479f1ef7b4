"""Findings: the observations that matter, the most telling first, each with the words it rests on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look import change_kinds
from triage.first_look.observations.facts import Compared
from triage.first_look.observations.quoting import Quote, Quoter
from triage.first_look.reporting.narrative import named, second_fault, telling_shares
from triage.first_look.reporting.wording import clock, message, sentence, span, times, who_did
from triage.first_look.signatures.base import is_heard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Change, Complaint, Reading, Scene, Setting, Share
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

MOST = 18
_COMPLAINTS = 6
_READINGS = 6
_SETTINGS = 6
_CHANGES = 5
_SHARES = 4
_NEAR = 30
_OTHERS = 4

_TELLING = (
    "reserved_concurrency",
    "Timeout",
    "MemorySize",
    "write_units",
    "read_units",
    "capacity_mode",
    "runningCount",
    "desiredCount",
    "counts",
    "waiting",
    "scaling",
    "MaxSize",
    "CacheNodeType",
    "DBInstanceClass",
    "rotated",
    "KeyState",
    "image",
    "ParallelizationFactor",
    "OpenShardCount",
    "limit",
    "used_percent",
    "decision",
)
_LIMITS = {
    "timeout": ("Timeout",),
    "dependency_unreachable": ("Timeout",),
    "out_of_memory": ("MemorySize", "memory"),
    "throttled": (
        "reserved_concurrency",
        "write_units",
        "read_units",
        "capacity_mode",
        "concurrency",
        "unreserved",
    ),
    "quota_exceeded": ("reserved_concurrency", "limit", "used", "used_percent", "concurrency", "unreserved"),
    "capacity": (
        "scaling",
        "MaxSize",
        "DesiredCapacity",
        "CacheNodeType",
        "DBInstanceClass",
        "desiredCount",
        "waiting",
    ),
    "bad_deploy": ("image", "counts", "runningCount", "desiredCount", "revision"),
    "data_error": ("waiting", "schemaVersion"),
    "permission_denied": ("Role", "rotated", "KeyState", "decision", "boundary"),
    "configuration_missing": ("rotated", "State", "state"),
    "no_data": ("State", "state", "runningCount", "desiredCount"),
}


def findings(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> tuple[Finding, ...]:
    """No more than eighteen; what cannot be cited is left out."""
    told: dict[str, Finding] = {}
    for finding in _all(ranked, scene, citing):
        if finding.citations:
            told.setdefault(finding.statement, finding)
    return tuple(told.values())[:MOST]


def _all(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    yield from _errors(ranked, scene, citing)
    yield from _breach(scene, citing)
    yield from _platform(scene, citing)
    yield from _invocations(scene, citing)
    yield from _changes(ranked, scene, citing)
    yield from _shares(ranked, scene, citing)
    yield from _network(ranked, scene, citing)
    yield from _neighbours(scene, citing)
    yield from _readings(scene, citing)
    yield from _settings(ranked, scene, citing)
    yield from _ringing(scene, citing)
    yield from _others(ranked, scene, citing)


def _errors(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    for complaint in telling_complaints(ranked, scene)[:_COMPLAINTS]:
        frames = f", at {complaint.frames[0]}" if complaint.frames else ""
        how = times(complaint, scene)
        about = f"{complaint.about}: " if complaint.about else ""
        told = f"{about}“{message(complaint.text)}”{frames}" + (f" ({how})" if how else "")
        yield Finding(sentence(told), citations=citing.of(complaint.quotes))


def telling_complaints(ranked: Sequence[Ranked], scene: Scene) -> list[Complaint]:
    """Errors behind the named causes first, then what is new since the onset and frequent."""
    best, second = named(ranked), second_fault(ranked, scene)
    chosen = [each.candidate.complaint for each in (best, second) if each is not None and each.candidate.complaint]
    others = [each for each in scene.complaints if is_heard(each) and each.since and each not in chosen]
    ordered = sorted(others, key=lambda each: (-_novelty(each), each.level != "error", -each.since))
    return [*chosen, *(each for each in ordered if _novelty(each) >= 0.5)]


def _novelty(complaint: Complaint) -> float:
    """1 for what was not there before the onset, 0 for what was there as often."""
    total = complaint.since + complaint.before
    return complaint.since / total if total else 0.0


def _breach(scene: Scene, citing: Citing) -> Iterator[Finding]:
    watched = scene.watched
    if watched is None or not watched.text:
        return
    usual = f"; yesterday {watched.usual_min:g} to {watched.usual_max:g}" if watched.usual_max is not None else ""
    bound = f"; threshold {watched.threshold:g}" if watched.threshold is not None else ""
    yield Finding(sentence(f"{watched.name}: {watched.text}{usual}{bound}"), citations=citing.of(watched.quotes))
    if scene.alarm.recovered_at:
        at = clock(scene.alarm.recovered_at, scene)
        yield Finding(
            f"The alarm went back to OK at {at}.",
            citations=citing.of((*scene.alarm.recovery_quotes, *scene.alarm.quotes)),
        )


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


def _changes(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    for change in telling_changes(ranked, scene)[:_CHANGES]:
        at = clock(change.at, scene) if change.at else "at an unknown time"
        distance = f", {_distance(change, scene)}" if change.at else ""
        yield Finding(sentence(f"{at}{distance}: {who_did(change)}"), citations=citing.of(change.quotes))


def _distance(change: Change, scene: Scene) -> str:
    minutes = (scene.onset - (change.at or scene.onset)).total_seconds() / 60
    return f"{span(minutes)} before the onset" if minutes >= 0 else f"{span(-minutes)} after the onset"


def telling_changes(ranked: Sequence[Ranked], scene: Scene) -> list[Change]:
    """Changes behind hypotheses first, then those of the resources concerned, the nearest to the onset first."""
    linked = [each.link.change for each in ranked[:4] if each.link is not None]
    meant = [each.candidate.change for each in ranked[:6] if each.candidate.change is not None]
    near = [each for each in scene.changes if each.related and each.at and not change_kinds.is_harmless(each)]
    near += [
        each
        for each in scene.changes
        if not each.related and each.at and 0 <= scene.minutes_before(each.at) <= _NEAR and each.operation
    ]
    ordered = sorted(near, key=lambda each: _nearness(each, scene))
    return list(dict.fromkeys([*linked, *meant, *ordered]))


def _nearness(change: Change, scene: Scene) -> tuple[bool, float]:
    """What came before the trouble explains it; what is nearest first."""
    minutes = scene.minutes_before(change.at or scene.onset)
    return minutes < -scene.slack.total_seconds() / 60, abs(minutes)


def _others(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Changes elsewhere in the account, in one line: nothing seen ties them to the alarm."""
    told = telling_changes(ranked, scene)[:_CHANGES]
    rest = [
        each
        for each in scene.changes
        if not each.related
        and each.operation
        and not each.refused
        and each not in told
        and each.at
        and not change_kinds.is_harmless(each)
        and not change_kinds.by_aws(each)
    ]
    nearest = sorted(rest, key=lambda each: _nearness(each, scene))[:_OTHERS]
    if nearest:
        parts = [
            f"{clock(each.at, scene)} {each.event} {each.given[:60]} by {each.by}" for each in nearest if each.at
        ]
        quotes = [quote for each in nearest for quote in each.quotes]
        yield Finding(
            sentence(f"Elsewhere in the account, with nothing seen that ties it to this: {'; '.join(parts)}"),
            citations=citing.of(quotes),
        )


def _shares(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What lines since the onset, or failing ones, have in common: of the resources concerned first."""
    best = named(ranked)
    first = telling_shares(best, scene) if best else []
    others = sorted((each for each in scene.shares if each not in first), key=lambda each: each.other - each.share)
    shown = 0
    for each in dict.fromkeys([*first, *others]):
        if shown < _SHARES and not _repeats(each, scene):
            shown += 1
            told = f"Log of {each.about}, {_COMPARED[each.compared]}: {each.text}"
            yield Finding(sentence(told), citations=citing.of(each.quotes))


def _repeats(share: Share, scene: Scene) -> bool:
    """Whether it only says that lines are errors, in words of the errors."""
    return len(share.value) > 3 and any(share.value in each.text for each in scene.complaints if is_heard(each))


_COMPARED = {
    Compared.SINCE_ONSET: "lines since the onset",
    Compared.FAILING: "failing lines",
    Compared.GROWN: "grown since the onset",
    Compared.GROWN_IN_FAILING: "greater in failing lines",
    Compared.AGAIN: "again and again",
}


def _network(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Routes and gateways, where something cannot be reached."""
    best = named(ranked)
    if best is None or best.candidate.category.value not in ("dependency_unreachable", "timeout"):
        return
    for each in scene.settings:
        if each.path in ("routes.routes", "nat_gateways", "acls"):
            told = f"network of {each.about or scene.subject}: {each.key.removesuffix('s')} {each.value}"
            yield Finding(sentence(told), citations=citing.of(each.quotes))


def _neighbours(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What listings say of the state of what is linked to the resource."""
    for each in scene.settings:
        if each.key == "state" and each.path.startswith("changed."):
            kind = each.path.split(".")[1]
            yield Finding(sentence(f"{kind} {each.about}: {each.value}"), citations=citing.of(each.quotes))


def _readings(scene: Scene, citing: Citing) -> Iterator[Finding]:
    moved = [each for each in scene.readings if each.before is not None and not each.watched]
    ordered = sorted(moved, key=lambda each: _weight(each, scene))
    for each in ordered[:_READINGS]:
        about = f"{each.about}: " if each.about else ""
        yield Finding(sentence(f"{about}{each.text}"), citations=citing.of(each.quotes))


def _weight(reading: Reading, scene: Scene) -> tuple[float, float]:
    """What changed most and near the onset first."""
    distance = abs((reading.at - scene.onset).total_seconds()) / 60 if reading.at else 60.0
    factor = reading.factor if reading.factor >= 1 else 1 / max(reading.factor, 0.001)
    return (distance > 15, -min(factor, 1000.0))


def _settings(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    best = named(ranked)
    wanted = (*_LIMITS.get(best.candidate.category.value, ()), *_TELLING) if best else _TELLING
    yield from _environment(best, scene, citing)
    yield from _no_dead_letters(scene, citing)
    found = [each for key in wanted for each in scene.setting(key)]
    found += [each for each in scene.decisions if each.key in wanted]
    for each in list(dict.fromkeys(found))[:_SETTINGS]:
        yield Finding(
            sentence(f"{each.about or scene.subject}: {_spoken(each)}"), citations=citing.of(each.quotes)
        )


def _spoken(setting: Setting) -> str:
    """``write_units`` as ``write units``, ``dead_letters.waiting`` in full."""
    return f"{re.sub(r'[_.]', ' ', setting.path)} is {setting.value}"


def _environment(best: Ranked | None, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Where a variable is missing: which there are."""
    if best is None or best.candidate.signature != "variable-missing":
        return
    own = [
        each
        for each in scene.settings
        if ".environment." in f".{each.path}" and each.about == best.candidate.about
    ]
    if own:
        names = ", ".join(each.key for each in own)
        yield Finding(
            f"The environment of {best.candidate.about} holds {names} now.", citations=citing.of(own[0].quotes)
        )


def _no_dead_letters(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """A queue without a dead-letter queue keeps what cannot be processed."""
    for waiting in scene.setting("waiting"):
        if waiting.path == "waiting" and not any("dead_letters" in each.path for each in scene.settings):
            age = next(iter(scene.setting("visibility_timeout_s")), None)
            again = f" and comes back every {age.value} s" if age else ""
            named_in_question = _asked_of(waiting, scene)
            yield Finding(
                f"{waiting.about or scene.subject} has no dead-letter queue (no redrive policy): a message that "
                f"fails "
                f"stays{again}; {waiting.value} wait.",
                citations=citing.of((*named_in_question, *waiting.quotes)),
            )
            return


def _asked_of(setting: Setting, scene: Scene) -> tuple[Quote, ...]:
    """The line that says which resource was asked about."""
    ids = {quote.section for quote in setting.quotes}
    section = next((each for each in scene.look.sections if each.id in ids), None)
    return Quoter(section).quotes(str(section.asked.get("resource") or "")) if section else ()


def _ringing(scene: Scene, citing: Citing) -> Iterator[Finding]:
    for each in scene.ringing[:4]:
        since = f" since {clock(each.since, scene)}" if each.since else ""
        yield Finding(sentence(f"{each.about} is in ALARM{since}"), citations=citing.of(each.quotes))
