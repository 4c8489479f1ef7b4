"""Traffic: more than usual, or none any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Reading, Scene

_REQUESTS = (
    "RequestCount",
    "RequestCountPerTarget",
    "Count",
    "Requests",
    "Invocations",
    "NumberOfMessagesSent",
    "NumberOfMessagesPublished",
    "IncomingRecords",
    "IncomingBytes",
    "NewConnectionCount",
    "ExecutionsStarted",
    "ActiveConnectionCount",
    "HTTPCode_Target_2XX_Count",
    "PutRecords.TotalRecords",
    "ConsumedWriteCapacityUnits",
    "ConsumedReadCapacityUnits",
    "IncomingLogEvents",
    "Connections",
    "ProcessedBytes",
)
_SUCCESSES = ("HTTPCode_Target_2XX_Count",)
_TOTALS = ("RequestCount", "RequestCountPerTarget", "Count", "Requests")
_FAILURES = (
    "HTTPCode_Target_3XX_Count",
    "HTTPCode_Target_4XX_Count",
    "HTTPCode_Target_5XX_Count",
    "HTTPCode_ELB_4XX_Count",
    "HTTPCode_ELB_5XX_Count",
)
USUAL = "as usual at this hour"
"""How the toolbox says that yesterday it was the same."""
_GONE = 0.1
_NEAR = timedelta(minutes=12)
_LEAST = 1.8
_FEW = 5.0


@signature("traffic-spike", Category.TRAFFIC_SPIKE, "requests at a multiple of before, from the onset on")
def _spike(scene: Scene) -> Iterator[Candidate]:
    grown = [each for each in scene.reading(*_REQUESTS) if _is_more(each) and _near(scene, each)]
    retried = _failing(scene)
    for reading in sorted(grown, key=lambda each: -each.factor)[:1]:
        times = f"{reading.factor:.2g} times" if reading.factor < 1000 else "many times"
        yield Candidate(
            "traffic-spike",
            Category.TRAFFIC_SPIKE,
            f"{reading.about or 'the resource'} gets {times} as much traffic as before: {reading.text}",
            f"{reading.about or 'the resource'}: {times} the usual traffic",
            0.4 if retried else min(0.78, 0.5 + 0.08 * min(reading.factor, 5)),
            Depth.CAUSE,
            about=reading.about,
            names=frozenset({reading.about} if reading.about else ()),
            since=reading.at,
            quotes=reading.quotes,
            speaks_for=(reading.text,),
            speaks_against=("failed calls are repeated, which adds traffic too",) if retried else (),
            kin=(Kin.SCHEDULE, Kin.CAPACITY),
            hop=reading.hop,
            direct=False,
        )


def _is_more(reading: Reading) -> bool:
    """Whether it is a multiple of before, and enough to be traffic: from none to one is a single caller."""
    is_usual = USUAL in reading.text
    return reading.factor >= _LEAST and (reading.after or 0.0) >= _FEW and not is_usual


def _near(scene: Scene, reading: Reading) -> bool:
    """Whether it grew at the onset or shortly before: growth afterwards is a consequence, retries above all."""
    return reading.at is None or -_NEAR * 2 <= reading.at - scene.onset <= timedelta(minutes=2)


def _failing(scene: Scene) -> bool:
    """Whether something fails by itself, so that callers try again."""
    return any(
        each.level == "error" and each.since > 3 and each.since > 3 * each.before for each in scene.complaints
    )


@signature("traffic-stopped", Category.NO_DATA, "requests, messages or invocations fall to nothing")
def _stopped(scene: Scene) -> Iterator[Candidate]:
    for reading in scene.reading(*_REQUESTS):
        gone = reading.falls and reading.after is not None and reading.factor < _GONE
        if gone and _near(scene, reading) and not _goes_on_otherwise(reading, scene):
            yield Candidate(
                "traffic-stopped",
                Category.NO_DATA,
                f"{reading.about or 'the resource'} gets next to nothing any more: {reading.text}",
                f"{reading.about or 'the resource'}: traffic has stopped",
                0.5,
                Depth.EFFECT,
                about=reading.about,
                names=frozenset({reading.about} if reading.about else ()),
                since=reading.at,
                quotes=reading.quotes,
                speaks_for=(reading.text,),
                kin=(Kin.SCHEDULE, Kin.CONFIGURATION, Kin.DEPLOYMENT, Kin.NETWORK),
                hop=reading.hop,
                direct=False,
            )


def _goes_on_otherwise(reading: Reading, scene: Scene) -> bool:
    """Whether as much arrives as before and is answered otherwise: failures take the place of successes."""
    if reading.name not in _SUCCESSES:
        return False
    fails = any(each.rises and (each.after or 0.0) >= _FEW for each in scene.reading(*_FAILURES))
    total = any(each.steady or not each.falls for each in scene.reading(*_TOTALS) if each.about == reading.about)
    return fails or total


SIGNATURES: tuple[Signature, ...] = (_spike, _stopped)
