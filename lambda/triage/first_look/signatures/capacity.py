"""Too little of something: instances, connections in a pool, CPU, cache, consumers, shards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Shape, Signature, signature
from triage.first_look.signatures.bounds import scaled_to_maximum, scaling_suspended
from triage.first_look.signatures.redelivery import dead_letter_queues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Reading, Scene

_KIN = (Kin.CAPACITY, Kin.SCHEDULE, Kin.DEPLOYMENT)
_BUSY = (
    "CPUUtilization",
    "EngineCPUUtilization",
    "MemoryUtilization",
    "DatabaseMemoryUsagePercentage",
    "mem_used_percent",
)
_CREDITS = (
    "CPUCreditBalance",
    "BurstBalance",
    "EBSByteBalance%",
    "EBSIOBalance%",
    "CPUSurplusCreditBalance",
    "BurstCreditBalance",
)
_SATURATED = 85.0
_HALF = 0.5


@signature("resource-saturated", Category.CAPACITY, "CPU or memory at its limit")
def _saturated(scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading(*_BUSY):
        level = reading.level
        if level is not None and level >= _SATURATED and not reading.falls:
            yield _of(
                reading,
                "resource-saturated",
                f"{reading.about or 'the resource'} is saturated: {_grown(reading, level)}",
                f"{reading.about or 'the resource'}: {reading.name} at {level:.3g} %",
                0.55,
                Depth.EFFECT,
            )


def _grown(reading: Reading, level: float) -> str:
    """``CPUUtilization rises from 30 % to 97 %``, or where it stays."""
    if reading.rises and reading.before is not None:
        return f"{reading.name} rises from {reading.before:.3g} % to {level:.3g} %"
    return f"{reading.name} is at {level:.3g} %"


@signature("credits-used-up", Category.CAPACITY, "CPU, burst or throughput credits run out")
def _credits(scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading(*_CREDITS):
        level = reading.level
        low = level is not None and reading.falls and level < 10
        if low or (reading.watched and breaches_low(scene)):
            yield _of(
                reading,
                "credits-used-up",
                f"{reading.about or 'the resource'} has used up its credits ({reading.name}) and runs at its "
                f"baseline",
                f"{reading.about or 'the resource'}: {reading.name} used up",
                0.82,
                Depth.CAUSE,
            )


@signature("cache-misses", Category.CAPACITY, "a cache evicts or misses more than before")
def _cache(scene: Scene) -> Iterator[Candidate]:
    evicts = [each for each in scene.reading("Evictions") if each.rises or (each.steady or 0) > 0]
    misses = [each for each in scene.reading("CacheHitRate") if each.falls]
    missing = [each for each in scene.reading("CacheMisses") if each.factor >= 2]
    for reading in [*evicts, *misses, *missing][:1]:
        yield _of(
            reading,
            "cache-misses",
            f"{reading.about or 'the cache'} is too small or cold: it evicts and misses, so that reads fall to "
            f"what is "
            f"behind it",
            f"{reading.about or 'the cache'}: evicts and misses",
            0.84,
            Depth.CAUSE,
            also=[each for each in (*evicts, *misses, *missing) if each is not reading],
        )


@signature("storage-runs-out", Category.CAPACITY, "free storage falls towards zero")
def _storage(scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading("FreeStorageSpace", "FreeLocalStorage", "FreeableMemory"):
        short = reading.after is not None and reading.after < 2 * 2**30 and reading.factor < 0.5
        if (reading.falls and short) or (reading.watched and breaches_low(scene)):
            yield _of(
                reading,
                "storage-runs-out",
                f"{reading.about or 'the resource'} runs out: {reading.text}{_eaten(scene)}",
                f"{reading.about or 'the resource'}: {reading.name} runs out",
                0.82,
                Depth.CAUSE,
                also=_eaters(scene),
            )


_EATERS = (
    "TransactionLogsDiskUsage",
    "OldestReplicationSlotLag",
    "BinLogDiskUsage",
    "VolumeBytesUsed",
    "TempStorageIOPS",
    "SwapUsage",
)


def _eaters(scene: Scene) -> list[Reading]:
    """What grows where storage or memory shrinks."""
    return [each for each in scene.reading(*_EATERS) if each.factor >= 2]


def _eaten(scene: Scene) -> str:
    grown = [each.text for each in _eaters(scene)]
    return f"; what grows: {'; '.join(grown)}" if grown else ""


@signature("backlog-grows", Category.CAPACITY, "more arrives than is taken, without an error")
def _backlog(scene: Scene) -> Iterator[Candidate]:
    # Nobody takes from a dead-letter queue: what lies there was given up by those of another.
    put_aside = dead_letter_queues(scene)
    grown = [
        each for each in scene.reading(*_BACKLOGS) if each.rises and each.still and each.about not in put_aside
    ]
    for reading in grown[:1]:
        yield _of(
            reading,
            "backlog-grows",
            f"consumers of {reading.about or 'the queue'} take less than arrives: {reading.text}",
            f"{reading.about or 'the queue'}: consumers fall behind",
            0.25 if _consumers_fail(scene) else 0.42,
            Depth.SYMPTOM,
        )


def breaches_low(scene: Scene) -> bool:
    """Whether the alarm's metric is below its threshold now."""
    watched, alarm = scene.watched, scene.alarm
    bound = alarm.threshold if alarm.threshold is not None else watched.threshold if watched else None
    if watched is None or watched.latest is None or bound is None or not alarm.comparison.startswith("Less"):
        return False
    return watched.latest <= bound


def _consumers_fail(scene: Scene) -> bool:
    """Whether something else than their number keeps consumers from their work."""
    errors = any(each.rises for each in scene.reading("Errors"))
    finished = any(each.falls and each.factor < _HALF for each in scene.reading("NumberOfMessagesDeleted"))
    complain = any(each.level == "error" and each.since > each.before for each in scene.complaints)
    return errors or finished or complain


_BACKLOGS = (
    "ApproximateAgeOfOldestMessage",
    "ApproximateNumberOfMessagesVisible",
    "IteratorAge",
    "GetRecords.IteratorAgeMilliseconds",
    "SumOffsetLag",
    "MaxOffsetLag",
)


def _of(
    reading: Reading,
    name: str,
    statement: str,
    headline: str,
    weight: float,
    depth: Depth,
    also: list[Reading] | None = None,
) -> Candidate:
    others = also or []
    times = [each.at for each in (reading, *others) if each.at is not None]
    return Candidate(
        name,
        Category.CAPACITY,
        statement,
        headline,
        weight,
        depth,
        about=reading.about,
        names=frozenset({reading.about} if reading.about else ()),
        since=min(times, default=None),
        quotes=tuple(quote for each in (reading, *others) for quote in each.quotes),
        speaks_for=tuple(each.text for each in (reading, *others)),
        kin=_KIN,
        hop=reading.hop,
        direct=False,
    )


SIGNATURES: tuple[Signature, ...] = (
    Shape(
        "no-instances-to-have",
        Category.CAPACITY,
        "InsufficientInstanceCapacity, no Spot capacity, no Fargate capacity",
        (
            r"InsufficientInstanceCa\w*|InsufficientHostCapacity|InsufficientCapacity\w*|UnfulfillableCapacity",
            r"do(?:es)? not have sufficient (?P<name>[\w.]+) capacity|not have sufficient capacity",
            r"no Spot capacity|Capacity is unavailable at this time|capacity-not-available",
            r"Spot ?(?:Instance )?interruption|there is no (?:Spot )?capacity available",
        ),
        "EC2 has no capacity for {about}: launches fail with insufficient capacity",
        headline="{about}: AWS has no capacity for its instances",
        weight=0.94,
        kin=(Kin.CAPACITY,),
    ),
    Shape(
        "tasks-not-placed",
        Category.CAPACITY,
        "no container instance or node has room for a task",
        (
            r"unable to place a task|RESOURCE:(?:CPU|MEMORY|PORTS|ENI)|no container instance met",
            r"\d+/\d+ nodes are available|FailedScheduling|Insufficient (?:cpu|memory)",
        ),
        "tasks of {about} find no place: no instance has what they need",
        headline="{about}: no room for its tasks",
        weight=0.9,
        kin=_KIN,
    ),
    Shape(
        "pool-exhausted",
        Category.CAPACITY,
        "a pool of connections or threads has none free",
        (
            r"Connection is not available, request timed out",
            r"QueuePool limit|pool (?:is )?(?:exhausted|full|timeout)|[Pp]ool ?(?:Exhausted|Timeout)\w*",
            r"Timeout (?:acquiring|waiting for) (?:a )?(?:idle )?(?:connection|object|client)",
            r"ResourceRequest timed out|Unable to acquire (?:JDBC )?Connection|ConnectionPoolTimeout\w*",
            r"RejectedExecution\w*|thread pool[^.]{0,30}(?:exhausted|full)|worker_connections are not enough",
            r"server reached (?:pm\.)?max_children",
        ),
        "{about} waits for a connection of its pool and gets none in time",
        headline="{about}: no free connection in its pool",
        depth=Depth.EFFECT,
        weight=0.8,
        kin=(*_KIN, Kin.NETWORK),
    ),
    _saturated,
    _credits,
    _cache,
    _storage,
    scaling_suspended,
    scaled_to_maximum,
    _backlog,
)
