"""One part of many: a metric under another name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category, Disposition
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.signatures.silence import is_silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Row, Scene

_NEAR = timedelta(minutes=30)
_METRIC = re.compile(r"^(?P<namespace>\S.*?) (?P<name>[\w.-]+) \{")


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


SIGNATURES: tuple[Signature, ...] = (_renamed,)
