"""Capacity that was set too low: a limit was changed, maybe long before, and what it limits is at it now."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, clock, is_of
from triage.first_look.observations.facts import Reading
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.signatures.bounds import Bound, bounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage.first_look.observations.facts import Change, Scene

_REACH = timedelta(days=7)
_AT_LIMIT = 95.0
_BUSY = 85.0
_GROWN = 1.5
#: Parameters that say how much something may take, as CloudTrail writes them.
_LIMIT = re.compile(
    r"(?P<key>[\w.\[\]]*(?:[mM]axCapacity|maximumCapacity|maxACU|[mM]axSize|maximumConcurrency|desiredCount|"
    r"desiredCapacity|[rR]eadCapacityUnits|[wW]riteCapacityUnits|maxReadRequestUnits|maxWriteRequestUnits|"
    r"[rR]eservedConcurrentExecutions|[pP]rovisionedConcurrentExecutions|memorySize|[dD][bB]InstanceClass|"
    r"cacheNodeType|nodeType|numCacheNodes|newReplicaCount|targetShardCount|instanceCount|instanceType|"
    r"storageThroughput|[iI]ops|throughput|burstLimit|rateLimit|parallelizationFactor|maxECPUPerSecond))"
    r"=(?P<value>[\w.-]+)"
)
#: Limits by which a service itself refuses what is above them: calls are throttled, nothing is short of anything.
_RATES = re.compile(r"(?i)^(?:reservedConcurrentExecutions|burstLimit|rateLimit)$")
_IDENTIFIER = re.compile(r"(?:[iI]dentifier|Name|service|Id|resourceId)=([^,\s]+)")
#: Metrics that are a share of what is allowed; at the top nothing more can be had.
_SHARES = ("ACUUtilization", "CPUUtilization", "EngineCPUUtilization", "MemoryUtilization")
_SHARES_OF_LIMIT = ("ACUUtilization", "ProvisionedConcurrencyUtilization", "DatabaseMemoryUsagePercentage")
#: Metrics that are above zero, or grow, where too little is allowed.
_REFUSED = (
    "Throttles",
    "ReadThrottleEvents",
    "WriteThrottleEvents",
    "ThrottledRequests",
    "ThrottledCount",
    "ProvisionedConcurrencySpilloverInvocations",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "Evictions",
    "SwapUsage",
    "DiskQueueDepth",
    "IteratorAge",
    "GetRecords.IteratorAgeMilliseconds",
    "ApproximateAgeOfOldestMessage",
)
#: What a limit counts by what says that it is reached; being busy says it least.
_TELLING = ((_SHARES_OF_LIMIT, 0.93), (_REFUSED, 0.87))
_BUSY_ONLY = 0.52
_LOWERED = 0.94
_AT_BOUND = 0.87


@signature("at-maximum-capacity", Category.CAPACITY, "an Aurora Serverless cluster is at the most ACU it may have")
def _at_maximum(scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading("ACUUtilization"):
        level = reading.level
        if level is None or level < _AT_LIMIT or reading.falls or reading.still is False:
            continue
        most = next((each for each in scene.setting("MaxCapacity")), None)
        bound = f" of {most.value} ACU" if most is not None else ""
        yield Candidate(
            "at-maximum-capacity",
            Category.CAPACITY,
            f"the database {reading.about} is at its maximum capacity{bound} and cannot grow any further: "
            f"{reading.text}",
            f"{reading.about}: at its maximum capacity{bound}",
            0.86,
            Depth.CAUSE,
            about=reading.about,
            names=frozenset({reading.about, _cluster(reading.about, scene)} - {""}),
            since=reading.at,
            quotes=(*reading.quotes, *(most.quotes if most else ())),
            speaks_for=(reading.text,),
            kin=(Kin.CAPACITY,),
            hop=reading.hop,
        )


@signature(
    "limit-set-too-low",
    Category.CAPACITY,
    "a limit of capacity was changed in the last days, and what it limits is throttled or at its limit now",
)
def _too_low(scene: Scene) -> Iterator[Candidate]:
    for candidate, is_rate in _set_too_low(scene):
        if not is_rate:
            yield candidate


@signature(
    "rate-set-too-low",
    Category.THROTTLED,
    "a limit by which calls are throttled, such as a function's reserved concurrency, was set in the last days, "
    "and calls are throttled now",
)
def _rate_too_low(scene: Scene) -> Iterator[Candidate]:
    for candidate, is_rate in _set_too_low(scene):
        if is_rate:
            yield replace(candidate, signature="rate-set-too-low", category=Category.THROTTLED)


def _set_too_low(scene: Scene) -> Iterator[tuple[Candidate, bool]]:
    """What was set too low, and whether it is a limit by which the service throttles."""
    for change in scene.changes:
        limits = list(_LIMIT.finditer(change.given))
        if not limits or not _may_explain(change, scene):
            continue
        pressed: list[Reading | Bound] = [*_at_bound(change, limits, scene)]
        pressed += [each for each in _pressed(scene) if _is_of(each, change, scene)]
        if pressed and not _is_raised(change, limits, scene) and not _is_superseded(change, limits, scene):
            is_rate = bool(_RATES.match(limits[-1]["key"].rpartition(".")[2]))
            throttles = any(isinstance(each, Reading) and each.name in _REFUSED for each in pressed)
            yield _candidate(change, limits, pressed, scene), is_rate and throttles


def _at_bound(change: Change, limits: list[re.Match[str]], scene: Scene) -> Iterator[Bound]:
    """What has all that this change allows, and would have more."""
    for each in bounds(scene):
        if each.wants_more and each.about == _identified(change) and each.most == limits[-1]["value"]:
            yield each


def _candidate(
    change: Change, limits: list[re.Match[str]], pressed: list[Reading | Bound], scene: Scene
) -> Candidate:
    at = change.at or scene.onset
    about = _identified(change)
    told = ", ".join(f"{found['key'].rpartition('.')[2]} {found['value']}" for found in limits[:3])
    was = _before(change, limits, scene)
    at_bound = next((each for each in pressed if isinstance(each, Bound)), None)
    read = [each for each in pressed if not isinstance(each, Bound)]
    told_by = next((weight for names, weight in _TELLING if any(each.name in names for each in read)), _BUSY_ONLY)
    if at_bound is not None:
        told_by = _LOWERED if at_bound.had_more else _AT_BOUND
    named = clock(at, scene.onset)
    return Candidate(
        "limit-set-too-low",
        Category.CAPACITY,
        f"the capacity of {about} was set to {told}{was} by {change.by or 'somebody'} ({change.operation} at "
        f"{named}), and now it is at that limit: {pressed[0].text}",
        f"{about}: its capacity was set to {told}, too little now",
        _LOWERED if was else told_by,
        Depth.CAUSE,
        about=about,
        names=frozenset({about}),
        since=min((each.at for each in read if each.at), default=scene.onset),
        quotes=(*change.quotes, *(quote for each in pressed[:2] for quote in each.quotes)),
        speaks_for=tuple(each.text for each in pressed[:2]),
        kin=(Kin.CAPACITY,),
        change=change,
        hop=min(change.hop, pressed[0].hop),
    )


def _may_explain(change: Change, scene: Scene) -> bool:
    if change.at is None or change.refused or not change.related or not is_of(change, Kin.CAPACITY):
        return False
    return -scene.grace <= scene.onset - change.at <= _REACH


def _pressed(scene: Scene) -> list[Reading]:
    """What is at its limit now, what says so most directly first."""
    shares = [each for each in scene.reading(*_SHARES_OF_LIMIT) if (each.level or 0) >= _AT_LIMIT]
    refused = [
        each
        for each in scene.reading(*_REFUSED)
        if (each.rises and each.factor >= _GROWN) or (each.steady and "Throttle" in each.name)
    ]
    busy = [each for each in scene.reading(*_SHARES) if (each.level or 0) >= _BUSY and each not in shares]
    return [each for each in (*shares, *refused, *busy) if not each.falls and each.still is not False]


def _is_of(reading: Reading, change: Change, scene: Scene) -> bool:
    """Whether a metric is of what was changed, or of a member of it."""
    about = _identified(change)
    return bool(about) and about in {reading.about, _cluster(reading.about, scene)}


def _identified(change: Change) -> str:
    """What a change is about: by the parameters that identify it."""
    found = _IDENTIFIER.findall(change.given)
    named = change.about or (found[0] if found else "")
    return named.rpartition("/")[2].rpartition(":")[2]


def _cluster(member: str, scene: Scene) -> str:
    """The cluster an instance is a member of: ``clinic-a (writer)`` among its members, else by their names."""
    for each in scene.setting("members"):
        if each.value.partition(" ")[0] == member:
            return each.about
    for each in scene.setting("DBClusterIdentifier", member):
        return each.value
    return ""


def _before(change: Change, limits: list[re.Match[str]], scene: Scene) -> str:
    """What it was set to before, where an older call says so."""
    older = _older(change, limits, scene)
    return f" (before {older})" if older and older != limits[-1]["value"] else ""


def _is_raised(change: Change, limits: list[re.Match[str]], scene: Scene) -> bool:
    """Whether an older call set no more than this one does."""
    older, now = _number(_older(change, limits, scene)), _number(limits[-1]["value"])
    return older is not None and now is not None and older <= now


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None


def _is_superseded(change: Change, limits: list[re.Match[str]], scene: Scene) -> bool:
    """Whether a later call set the same limit again."""
    since = change.at or scene.onset
    return any(since < at <= scene.onset for at, _ in _settings_of(change, limits, scene))


def _older(change: Change, limits: list[re.Match[str]], scene: Scene) -> str:
    """The same limit by the latest call before; empty where none is known."""
    until = change.at or scene.onset
    return max((each for each in _settings_of(change, limits, scene) if each[0] < until), default=(until, ""))[1]


def _settings_of(change: Change, limits: list[re.Match[str]], scene: Scene) -> list[tuple[datetime, str]]:
    """When the same limit of the same resource was set, and to what."""
    return [
        (each.at, found["value"])
        for each in scene.changes
        if each.at and not each.refused and _identified(each) == _identified(change)
        for found in _LIMIT.finditer(each.given)
        if found["key"] == limits[-1]["key"]
    ]


SIGNATURES: tuple[Signature, ...] = (_too_low, _rate_too_low, _at_maximum)
