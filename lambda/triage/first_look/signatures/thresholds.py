"""Thresholds left behind by what they were set for: an alarm on used capacity, far below what may be used now.

Amazon DynamoDB Developer Guide, "Throughput capacity": consumed units are counted by the period, provisioned ones
by the second; what is throttled is counted, and only where anything is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from triage.domain.report import Category, Disposition
from triage.first_look.change_kinds import Kin, newest, told
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Reading, Scene, Setting
    from triage.first_look.observations.quoting import Quote

_FAR = 0.5
_BUSY = 0.6
_SCALING = re.compile(r"^TargetTracking-")
"""Alarms by which Application Auto Scaling itself scales."""


class _Use(NamedTuple):
    """A metric of used capacity, what says how much there is, and what counts requests that found none."""

    unit: str
    setting: str
    metric: str
    refused: tuple[str, ...]
    parameter: str


_USES = {
    "ConsumedReadCapacityUnits": _Use(
        "read units",
        "read_units",
        "ProvisionedReadCapacityUnits",
        ("ReadThrottleEvents", "ThrottledRequests", "ReadKeyRangeThroughputThrottleEvents"),
        "readCapacityUnits",
    ),
    "ConsumedWriteCapacityUnits": _Use(
        "write units",
        "write_units",
        "ProvisionedWriteCapacityUnits",
        ("WriteThrottleEvents", "ThrottledRequests", "WriteKeyRangeThroughputThrottleEvents"),
        "writeCapacityUnits",
    ),
}


@signature(
    "threshold-far-below-capacity",
    Category.HEALTHY_NOW,
    "an alarm on consumed capacity whose threshold is far below what is provisioned, while nothing is throttled",
)
def _far_below(scene: Scene) -> Iterator[Candidate]:
    watched, metric = scene.watched, scene.signal.watched_metric
    use = _USES.get(metric.name or "") if metric else None
    if watched is None or metric is None or use is None or not _may_be_judged(scene):
        return
    if metric.statistic != "Sum" or not metric.period_s or "GlobalSecondaryIndexName" in metric.dimensions:
        return
    provisioned = _provisioned(scene, use)
    level = watched.after if watched.after is not None else watched.latest
    threshold = scene.alarm.threshold if scene.alarm.threshold is not None else watched.threshold
    if provisioned is None or level is None or threshold is None or not _is_unthrottled(scene, use):
        return
    most, quotes = provisioned
    length = metric.period_s
    if threshold / length > _FAR * most or level / length > _BUSY * most:
        return
    span = f"{length / 60:g} min" if length >= 60 else f"{length} s"
    raised = _raised(scene, use, most)
    by = f"; {told(raised)} raised it before and the alarm was left as it was" if raised else ""
    yield Candidate(
        "threshold-far-below-capacity",
        Category.HEALTHY_NOW,
        f"nothing is short: {level:,.0f} {use.unit} in {span} are {level / length:,.0f} a second, "
        f"{level / length / most:.0%} of the {most:,.0f} provisioned for {scene.subject}, and none was throttled; "
        f"the threshold of {scene.signal.name}, {threshold:,.0f} in {span} or {threshold / length:,.0f} a second, "
        f"is {threshold / length / most:.0%} of what is provisioned{by}",
        f"false alarm: its threshold is {threshold / length / most:.0%} of what {scene.subject} may take, nothing "
        "is throttled",
        0.88 if raised else 0.6,
        Depth.CAUSE,
        about=scene.signal.name,
        names=frozenset({scene.signal.name, scene.subject}),
        quotes=(*quotes, *(raised.quotes if raised else ()), *watched.quotes),
        speaks_for=(
            f"{level / length:,.0f} of {most:,.0f} provisioned {use.unit} a second are used",
            "no request was throttled",
            *((told(raised),) if raised else ()),
        ),
        speaks_against=(watched.text,),
        kin=(Kin.CAPACITY, Kin.ALARM),
        disposition=Disposition.FALSE_ALARM,
        change=raised,
    )


def _may_be_judged(scene: Scene) -> bool:
    """Whether it is an alarm of too much, and people's own."""
    return scene.alarm.comparison.startswith("Greater") and not _SCALING.match(scene.signal.name)


def _provisioned(scene: Scene, use: _Use) -> tuple[float, tuple[Quote, ...]] | None:
    """What the table may take each second, by its configuration or by the metric that tells it."""
    settings: tuple[Setting, ...] = scene.setting(use.setting, scene.subject)
    steady: list[Reading] = [each for each in scene.reading(use.metric) if each.steady and not each.hop]
    for each in settings:
        if re.fullmatch(r"\d+(?:\.0)?", each.value) and float(each.value) > 0:
            return float(each.value), (*each.quotes, *(quote for one in steady for quote in one.quotes))
    return (steady[0].steady or 0.0, steady[0].quotes) if steady else None


def _is_unthrottled(scene: Scene, use: _Use) -> bool:
    """Whether the table's metrics were read and none of them counts what was throttled; nor does a log say it.

    DynamoDB publishes such a metric only where there is something to count.
    """
    read = any(each.helper == "related_metrics" and each.data and not each.gap for each in scene.look.sections)
    counted = [each for each in scene.reading(*use.refused) if each.rises or each.steady]
    said = any(re.search(r"(?i)throttl|ThroughputExceeded", each.text) for each in scene.complaints)
    return read and not counted and not said


def _raised(scene: Scene, use: _Use, most: float) -> Change | None:
    """Who set what is provisioned now, as far back as changes were read."""
    wanted = re.compile(rf"\b{use.parameter}=(\d+)")
    found = [
        each
        for each in scene.changes
        if each.operation == "UpdateTable" and not each.refused and scene.subject in each.text and each.at
        for units in [wanted.search(each.given)]
        if units and float(units[1]) == most
    ]
    return newest(found)


SIGNATURES: tuple[Signature, ...] = (_far_below,)
