"""AWS's own doing: Health events, failovers, maintenance, restarts, retired hardware."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import PlatformEvent, Scene

_FAILOVER = re.compile(
    r"failover (?:started|completed|to replica)|Multi-AZ instance failover|A new writer was promoted|"
    r"Failover from master|"
    r"Promoted replica|DB instance (?:restarted|shutdown)|Recovery of the DB instance|Cache node \S+ (?:restarted|"
    r"shutdown)|"
    r"Recovering cache|instance reboot|replaced|Database instance (?:is )?(?:put into|was) ",
    re.IGNORECASE,
)
_MOVED = re.compile(r"(?i)failover (?:from|completed|to replica)|Multi-AZ instance failover|promoted")
_BEFORE = timedelta(minutes=30)
_OF_FAILOVER = frozenset({"store-not-ready", "connection-reset"})
"""Errors of clients that still talk to the node that was the primary."""


@signature(
    "aws-event", Category.DEPENDENCY_UNREACHABLE, "AWS Health tells of an open event that began before the onset"
)
def _aws_event(scene: Scene) -> Iterator[Candidate]:
    for event in scene.health:
        if not _may_explain(event, scene):
            continue
        zone = re.search(r"\b(?:[a-z]{3}\d-az\d|[a-z]{2}-[a-z]+-\d[a-f])\b", event.says)
        where = f" in {zone[0]}" if zone else ""
        yield Candidate(
            "aws-event",
            Category.DEPENDENCY_UNREACHABLE,
            f"AWS Health reports {event.code}{where} ({event.status}), begun "
            f"{event.at:%H:%M} UTC: {event.says.split('. ')[0].strip().rstrip('.')}",
            f"{scene.subject}: AWS Health event {event.code}{where}",
            0.9,
            Depth.CAUSE,
            about=scene.subject,
            names=frozenset({event.code}),
            since=event.at,
            quotes=event.quotes,
            speaks_for=(f"it began {event.at:%H:%M} UTC, the onset is {scene.onset:%H:%M} UTC",),
        )


def _may_explain(event: PlatformEvent, scene: Scene) -> bool:
    is_issue = event.code.endswith("_ISSUE") or "OPERATIONAL" in event.code or "OUTAGE" in event.code
    near = event.at is not None and -timedelta(minutes=10) <= scene.onset - event.at <= timedelta(hours=3)
    return is_issue and event.status in ("open", "upcoming", "closed") and near


@signature("failed-over", Category.DEPENDENCY_UNREACHABLE, "a database or cache failed over or was restarted")
def _failed_over(scene: Scene) -> Iterator[Candidate]:
    told: set[str] = set()
    for change in reversed(scene.changes):
        if not change.operation and change.at and _FAILOVER.search(change.event) and change.about not in told:
            near = -timedelta(minutes=5) <= scene.onset - change.at <= _BEFORE
            if near:
                told.add(change.about)
                moved = bool(_MOVED.search(change.event))
                yield Candidate(
                    "failed-over",
                    Category.DEPENDENCY_UNREACHABLE,
                    f"{change.about} failed over or was restarted at {change.at:%H:%M} UTC: "
                    f"{change.event.rstrip('.')}",
                    f"{change.about}: {change.event[:60]}",
                    0.88 if moved else 0.8,
                    Depth.CAUSE,
                    about=change.about,
                    names=frozenset({change.about}),
                    since=change.at,
                    quotes=change.quotes,
                    speaks_for=(f"{change.at:%H:%M} UTC, the onset is {scene.onset:%H:%M} UTC",),
                    kin=(Kin.CAPACITY,),
                    consequences=_OF_FAILOVER,
                    hop=change.hop,
                )


SIGNATURES: tuple[Signature, ...] = (_aws_event, _failed_over)
