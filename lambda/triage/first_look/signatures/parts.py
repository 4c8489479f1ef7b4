"""One part of many: a hot shard, one zone or operation, one holder of a quota, a metric under another name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category, Disposition
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.rows import asked_for, member
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.signatures.silence import is_silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Row, Scene

_HOT = 1.8
_NEAR = timedelta(minutes=30)
_METRIC = re.compile(r"^(?P<namespace>\S.*?) (?P<name>[\w.-]+) \{")


@signature("hot-shard", Category.CAPACITY, "one shard of a stream takes a multiple of its share")
def _hot_shard(scene: Scene) -> Iterator[Candidate]:
    rows = [row for row in scene.rows if row.helper == "stream_shards" and member(row, "shard")]
    stream = asked_for(scene.look, "stream_shards", "stream") or "the stream"
    shares = {id(row): _percent(member(row, "share")) for row in rows}
    for row in rows:
        share = shares[id(row)]
        if len(rows) > 1 and share >= _HOT * 100 / len(rows):
            yield Candidate(
                "hot-shard",
                Category.CAPACITY,
                f"one hot shard of {stream}, {member(row, 'shard')}, takes {share:.0f} % of its records, and its "
                f"reader "
                f"does not keep up ({row.text}); the {len(rows) - 1} other shards are not behind",
                f"{stream}: one hot shard, {member(row, 'shard')}",
                0.86,
                Depth.CAUSE,
                about=stream,
                names=frozenset({stream, member(row, "shard")}),
                quotes=row.quotes,
                speaks_for=(row.text,),
                kin=(Kin.DEPLOYMENT, Kin.CAPACITY),
                hop=row.hop,
            )


def _percent(text: str) -> float:
    found = re.match(r"([\d.]+) ?%", text)
    return float(found[1]) if found else 0.0


@signature("metric-renamed", Category.NO_DATA, "a metric of a like name began when the alarm's fell silent")
def _renamed(scene: Scene) -> Iterator[Candidate]:
    if not is_silent(scene):
        return
    watched = scene.watched
    for row in scene.rows:
        if row.helper == "metrics_like" and row.rises and _near(row, scene):
            found = _METRIC.match(row.text)
            other = f"{found['namespace']} {found['name']}" if found else row.text
            old = watched.name if watched else scene.signal.name
            yield Candidate(
                "metric-renamed",
                Category.NO_DATA,
                f"what was published as {old} is published as {other} now: the alarm watches a metric that has no "
                f"datapoints any more ({row.text})",
                f"{old} is published under another name now: {other}",
                0.88,
                Depth.CAUSE,
                about=old,
                names=frozenset({other}),
                since=row.at,
                quotes=(*row.quotes, *(watched.quotes if watched else ())),
                speaks_for=(row.text,),
                kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION, Kin.ALARM),
                disposition=Disposition.FALSE_ALARM,
                hop=row.hop,
            )


def _near(row: Row, scene: Scene) -> bool:
    return row.at is not None and abs(row.at - scene.onset) <= max(_NEAR, 2 * scene.slack)


SIGNATURES: tuple[Signature, ...] = (_hot_shard, _renamed)
