"""Metrics that are published in another unit since a release: a thousand times as large, and nothing else is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, is_of, newest, told
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Scene

#: What lies between units of the same measure.
_FACTORS = (60.0, 1_000.0, 1_024.0, 3_600.0, 1_000_000.0, 1_048_576.0)
_WITHIN = 0.04
_MORE = 2.0
_RELEASED_WITHIN = timedelta(minutes=20)
_ADDS_UP = frozenset({"Sum", "SampleCount"})
#: A name that says what it is measured in or what is measured: a count has no unit to change.
_MEASURED = re.compile(
    r"(?i)seconds?|millis|micros|minutes?|_?ms$|time|latency|duration|delay|age|bytes|size|[kmgt]i?b$|memory|lag"
)


@signature(
    "unit-changed",
    Category.BAD_DEPLOY,
    "a metric is 1,000, 60, 1,024 or another such factor times as large, to a few percent, since a release of who "
    "publishes it",
)
def _changed(scene: Scene) -> Iterator[Candidate]:
    watched, metric = scene.watched, scene.signal.watched_metric
    if watched is None or metric is None or not watched.changed or not watched.still or not watched.before:
        return
    if "rising from" in watched.text or not _MEASURED.search(watched.name):
        return
    factor = _between_units(watched.before, watched.after or 0.0)
    others = [each for each in scene.readings if each.name != watched.name and each.factor >= _MORE]
    change = newest(each for each in scene.changes if _is_release(each, scene))
    if factor is None or str(metric.namespace).startswith("AWS/") or metric.statistic in _ADDS_UP or others:
        return
    if change is None:
        return
    larger = "as large" if (watched.after or 0.0) > watched.before else "smaller"
    yield Candidate(
        "unit-changed",
        Category.BAD_DEPLOY,
        f"{watched.name} is {factor:,.0f} times {larger} from one datapoint to the next ({watched.text}), shortly "
        f"after {told(change)}: as if it were published in another unit since, such as milliseconds for seconds; "
        "no other metric that was read rose with it",
        f"{watched.name} seems to be published in another unit since a release",
        0.72,
        Depth.CAUSE,
        about=scene.subject,
        names=frozenset({scene.subject, watched.name}),
        since=watched.onset,
        quotes=(*watched.quotes, *change.quotes[:1]),
        speaks_for=(watched.text,),
        kin=(Kin.DEPLOYMENT,),
        change=change,
    )


def _between_units(before: float, after: float) -> float | None:
    """By what one unit exceeds another, where the levels differ by just that."""
    ratio = max(before, after) / max(min(before, after), 1e-12)
    return next((each for each in _FACTORS if abs(ratio - each) <= _WITHIN * each), None)


def _is_release(change: Change, scene: Scene) -> bool:
    near = change.at is not None and scene.may_precede(change.at)
    within = near and timedelta(minutes=scene.minutes_before(change.at or scene.onset)) <= _RELEASED_WITHIN
    return within and change.related and not change.refused and is_of(change, Kin.DEPLOYMENT)


SIGNATURES: tuple[Signature, ...] = (_changed,)
