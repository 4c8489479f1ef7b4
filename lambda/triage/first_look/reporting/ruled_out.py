"""What it could have been and is not, as far as the evidence speaks against it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category, RuledOut
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.links import group_of
from triage.first_look.observations.quoting import Quote, Quoter
from triage.first_look.reporting.narrative import named
from triage.first_look.reporting.wording import clock, sentence, span
from triage.first_look.signatures import traffic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from triage.first_look.observations.facts import Change, Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_MOST = 8
_LONG = timedelta(minutes=60)
_SURE = 0.75
_RELEASABLE = frozenset(
    {
        Category.BAD_DEPLOY,
        Category.CONFIGURATION_MISSING,
        Category.DATA_ERROR,
        Category.OUT_OF_MEMORY,
        Category.HEALTHY_NOW,
        Category.NO_DATA,
        Category.UNKNOWN,
    }
)
"""Kinds of causes that a deployment can well bring with it."""
_TRAFFIC = ("RequestCount", "Count", "Invocations", "NumberOfMessagesSent", "IncomingRecords", "ExecutionsStarted")
_STATES = ("Status", "DBInstanceStatus", "CacheClusterStatus", "TableStatus", "StreamStatus")
_UP = frozenset({"available", "active"})
_COUNTED_FAILURES = (
    "Throttles",
    "Errors",
    "ThrottledRequests",
    "5XXError",
    "ExecutionThrottled",
    "ExecutionsTimedOut",
)


def ruled_out(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> tuple[RuledOut, ...]:
    """No more than eight."""
    found = [
        *_old_deployments(ranked, scene, citing),
        *_innocent_deployments(ranked, scene, citing),
        *_up(scene, citing),
        *_resources(ranked, scene, citing),
        *_quiet_metrics(ranked, scene, citing),
        *_steady_traffic(ranked, scene, citing),
        *_no_change(scene, citing),
        *_well(scene, citing),
        *_quiet_logs(scene, citing),
    ]
    return tuple({each.hypothesis: each for each in found if each.citations}.values())[:_MOST]


def _old_deployments(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Deployments of the resources concerned that came long before the first sign."""
    meant = {id(each.link.change) for each in ranked[:2] if each.link is not None and each.link.tie > 1}
    first = _first_sign(ranked, scene)
    shown = 0
    for change in scene.changes:
        if shown >= 2 or change.at is None or id(change) in meant or not _is_release(change):
            continue
        if first - change.at > _LONG and _began_suddenly(scene) and not _is_in_question(change, ranked):
            shown += 1
            distance = span((first - change.at).total_seconds() / 60)
            yield RuledOut(
                f"the deployment at {clock(change.at, scene)}: {change_kinds.told(change)}",
                f"Unlikely: it came {distance} before the first sign, and {_nothing(scene)} in between.",
                citations=citing.of(change.quotes),
            )


def _is_in_question(change: Change, ranked: Sequence[Ranked]) -> bool:
    """Whether what is blamed is what was changed: old as it is, it may have waited for its moment."""
    best = named(ranked)
    if best is None or not change.about:
        return False
    consists_in_it = best.candidate.change is not None and best.candidate.change.about == change.about
    return consists_in_it or (best.link is not None and change.about in best.candidate.names)


def _nothing(scene: Scene) -> str:
    return "the metric did not change" if scene.error is None else "no such error was logged"


def _began_suddenly(scene: Scene) -> bool:
    """Whether the metric left its usual level at once: slow trouble may be older than what was looked at."""
    watched = scene.watched
    if watched is None or not watched.changed or "rising from" in watched.text:
        return False
    return (
        watched.usual_max is None or watched.before is None or watched.before <= 1.3 * max(watched.usual_max, 1e-9)
    )


def _innocent_deployments(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Deployments before the onset, where an error says that something else is wrong."""
    best = named(ranked)
    if best is None or not best.candidate.direct or best.score < _SURE or best.candidate.category in _RELEASABLE:
        return
    first = _first_sign(ranked, scene)
    meant = best.link.change if best.link is not None and best.link.tie > 1 else None
    shown = 0
    for change in scene.changes:
        if shown >= 2 or change.at is None or change is meant or not _is_release(change):
            continue
        if timedelta(minutes=3) <= first - change.at <= _LONG:
            shown += 1
            distance = span((first - change.at).total_seconds() / 60)
            yield RuledOut(
                f"the deployment at {clock(change.at, scene)}: {change_kinds.told(change)}",
                f"Not shown to be the cause: this deployment came {distance} before the first error, and errors "
                f"speak of something else ({best.candidate.headline}).",
                citations=citing.of(change.quotes),
            )


def _is_release(change: Change) -> bool:
    return (
        change.related
        and bool(change.operation)
        and change_kinds.is_of(change, Kin.DEPLOYMENT)
        and not change.refused
    )


def _first_sign(ranked: Sequence[Ranked], scene: Scene) -> datetime:
    best = named(ranked)
    complaint = best.candidate.complaint if best else None
    times = [each for each in (scene.onset, complaint.first if complaint else None) if each is not None]
    return min(times)


def _up(scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Databases, caches, tables and streams that errors led to and that say of themselves that they are well."""
    told: set[str] = set()
    for each in (state for key in _STATES for state in scene.setting(key)):
        if each.about in told or not each.about or each.value.lower() not in _UP or each.about == scene.subject:
            continue
        told.add(each.about)
        own = [one for one in scene.readings if group_of(one.about) == each.about and one.steady is not None]
        names = ", ".join(dict.fromkeys(one.name for one in own[:3]))
        calm = f", and {names} did not change" if names else ""
        quotes = [*each.quotes, *(quote for one in own[:3] for quote in one.quotes)]
        yield RuledOut(
            f"{each.about} itself is down", f"It is {each.value.lower()}{calm}.", citations=citing.of(quotes)
        )


def _resources(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Memory and time of functions that stay well within their limits."""
    best = named(ranked)
    category = best.candidate.category if best else Category.UNKNOWN
    for each in scene.invocations:
        if each.memory_mb and each.most_used_mb < 0.85 * each.memory_mb and category is not Category.OUT_OF_MEMORY:
            yield RuledOut(
                f"{each.about} runs out of memory",
                f"It uses {each.most_used_mb} of {each.memory_mb} MB at most.",
                citations=citing.of(each.quotes),
            )
        if each.count and not each.timed_out and category is not Category.TIMEOUT:
            yield RuledOut(
                f"{each.about} runs into its time-out",
                f"None of {each.count} invocations since the onset timed out.",
                citations=citing.of(each.quotes),
            )


def _quiet_metrics(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Errors and throttles that stay at zero."""
    best = named(ranked)
    blamed = best.candidate.about if best else ""
    for each in scene.reading(*_COUNTED_FAILURES):
        if each.steady == 0 and not each.watched and not (each.about == blamed and each.name == "Errors"):
            what = "is throttled" if "hrottle" in each.name else "fails by itself"
            yield RuledOut(
                f"{each.about} {what}", sentence(f"{each.name} stays at 0"), citations=citing.of(each.quotes)
            )


def _steady_traffic(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    if any(each.candidate.category is Category.TRAFFIC_SPIKE for each in ranked[:3]):
        return
    for each in scene.reading(*_TRAFFIC):
        if each.rises and traffic.USUAL in each.text:
            yield RuledOut(
                f"unusual traffic at {each.about}",
                sentence(f"traffic is as usual at this hour, as many requests came yesterday: {each.text}"),
                citations=citing.of(each.quotes),
            )
            return
    for each in scene.reading(*_TRAFFIC):
        if each.steady and not each.watched:
            yield RuledOut(
                f"more traffic at {each.about}",
                sentence(f"as before: {each.text}"),
                citations=citing.of(each.quotes),
            )
            return


def _no_change(scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Nothing was changed, as far as CloudTrail tells: only where it was asked and answered."""
    for section in scene.look.of("changes_before")[:1]:
        if section.gap or section.data.get("gaps"):
            return
        near = [
            each
            for each in scene.changes
            if each.operation
            and each.related
            and each.at
            and timedelta(0) <= scene.onset - each.at <= timedelta(hours=6)
        ]
        if not near:
            window = str(section.asked.get("window") or "")
            quotes = _asked(scene, section.id, window)
            yield RuledOut(
                f"a change of {scene.subject}",
                "Nothing of it was changed in the 6 h before the onset, as far as CloudTrail shows.",
                citations=citing.of(quotes),
            )


def _well(scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Neighbours of which nothing was seen to change."""
    for each in scene.well[:3]:
        if each.path in ("lambda", "ecs", "rds", "dynamodb", "sqs", "elasticache", "kinesis", "stepfunctions"):
            yield RuledOut(
                f"{each.path} {each.about}",
                sentence(f"none of its metrics changed near the onset and nothing was done to it ({each.value})"),
                citations=citing.of(each.quotes),
            )


def _quiet_logs(scene: Scene, citing: Citing) -> Iterator[RuledOut]:
    """Resources whose log was read and says nothing of trouble."""
    for each in scene.quiet[:2]:
        yield RuledOut(
            f"errors of {each.about} itself",
            "No line of its log speaks of trouble in the time that was looked at.",
            citations=citing.of(each.quotes),
        )


def _asked(scene: Scene, section_id: str, window: str) -> tuple[Quote, ...]:
    section = next(each for each in scene.look.sections if each.id == section_id)
    return Quoter(section).quotes(window)
