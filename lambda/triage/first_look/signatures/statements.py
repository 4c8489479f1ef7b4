"""Slow statements of a database: one that was never slow before, or takes a multiple, and most of its time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, is_of
from triage.first_look.document import moment
from triage.first_look.observations.rows import asked_for, member
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Row, Scene, Share

_HELPER = "slow_statements"
_MOST_OF_IT = 50.0
_FEWEST = 5
_MANY_ROWS = 50_000
_WASTED = 1_000
_SHOWN = 160
#: A deployment explains a new statement when it came at most so many minutes before.
_RELEASED_WITHIN = 120
#: Commands whose work grows with all keys or a whole collection (Valkey command reference, complexities).
_GOES_THROUGH_ALL = re.compile(
    r"(?i)[\W]*(?:KEYS|SMEMBERS|HGETALL|HKEYS|HVALS|LRANGE|ZRANGE\w*|SORT|SUNION\w*|SINTER\w*|SDIFF\w*|ZUNION\w*|"
    r"FLUSH(?:ALL|DB))\b"
)
_SLOW_LOG = "slow_commands"
_BUSY_CACHE = ("EngineCPUUtilization", "CPUUtilization", "KeyBasedCmdsLatency")
_LOADED = (
    "CPUUtilization",
    "DBLoad",
    "DBLoadCPU",
    "ReadIOPS",
    "DatabaseConnections",
    "ReadLatency",
    "DiskQueueDepth",
)


@signature(
    "new-statement-slow",
    Category.BAD_DEPLOY,
    "a statement that was not slow before takes most of a database's time since a release of who runs it",
)
def _of_release(scene: Scene) -> Iterator[Candidate]:
    yield from (each for each, is_released in _new(scene) if is_released)


@signature(
    "statement-takes-database",
    Category.CAPACITY,
    "a statement that was not slow before takes most of a database's time, with no release in sight",
)
def _of_load(scene: Scene) -> Iterator[Candidate]:
    yield from (each for each, is_released in _new(scene) if not is_released)


def _new(scene: Scene) -> Iterator[tuple[Candidate, bool]]:
    if not any(each.rises and each.still is not False for each in scene.reading(*_LOADED)):
        return
    for row in scene.rows:
        if row.helper == _HELPER and _is_new(row) and _share(row) >= _MOST_OF_IT:
            names = _names(row)
            is_released = any(_releases(scene, name) for name in names)
            yield _candidate(row, names, scene, is_released=is_released), is_released
            return


def _candidate(row: Row, names: frozenset[str], scene: Scene, *, is_released: bool) -> Candidate:
    database = asked_for(scene.look, _HELPER, "database") or scene.subject
    user, statement = member(row, "user"), member(row, "statement")[:_SHOWN]
    since = moment(member(row, "first"))
    by = f" of {user}" if user else ""
    return Candidate(
        "new-statement-slow" if is_released else "statement-takes-database",
        Category.BAD_DEPLOY if is_released else Category.CAPACITY,
        f"a statement{by} that was not slow before takes {member(row, 'share')} of the time of slow statements in "
        f"{database}: “{statement}” ({member(row, 'since')} times"
        f"{f' since {since:%H:%M} UTC' if since else ''}, none before; {member(row, 'took_s')} s each"
        f"{_rows(row)})",
        f"{database}: a new slow statement{by}",
        0.93,
        Depth.CAUSE,
        about=database,
        names=names,
        since=since,
        quotes=row.quotes,
        speaks_for=(f"{member(row, 'since')} times since the onset, none in the day before",),
        kin=(Kin.DEPLOYMENT,) if is_released else (Kin.CAPACITY, Kin.SCHEDULE),
        consequences=frozenset({"resource-saturated", "connections-pile-up"}),
        hop=row.hop,
    )


def _is_new(row: Row) -> bool:
    times = member(row, "since")
    return member(row, "before") == "0" and member(row, "day_before") in ("0", "") and int(times or 0) >= _FEWEST


def _share(row: Row) -> float:
    found = re.match(r"[\d.]+", member(row, "share"))
    return float(found[0]) if found else 0.0


def _rows(row: Row) -> str:
    """How many rows it reads; far more than it gives back is a full scan."""
    rows, sent = member(row, "rows_examined"), member(row, "rows_sent")
    if not rows.isdigit() or int(rows) < _MANY_ROWS:
        return ""
    scans = sent.isdigit() and int(rows) >= _WASTED * max(1, int(sent))
    return f", reads {int(rows):,} rows" + (f" to give back {sent}: no index seems to serve it" if scans else "")


def _names(row: Row) -> frozenset[str]:
    """The user, and services called like it: a name of a user may hold no hyphen."""
    user = member(row, "user")
    return frozenset({user, user.replace("_", "-")} - {""})


def _releases(scene: Scene, name: str) -> bool:
    return any(
        each.at is not None
        and not each.refused
        and is_of(each, Kin.DEPLOYMENT)
        and -scene.grace.total_seconds() / 60 <= scene.minutes_before(each.at) <= _RELEASED_WITHIN
        and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", each.text)
        for each in scene.changes
    )


@signature(
    "slow-commands",
    Category.CAPACITY,
    "commands that go through all keys or a whole collection fill the slow log of a cache since the onset",
)
def _of_cache(scene: Scene) -> Iterator[Candidate]:
    found = [each for each in scene.shares if _is_command(each) and each.share > each.other]
    best = max(found, key=lambda each: each.count, default=None)
    busy = next((each for each in scene.reading(*_BUSY_CACHE) if each.rises and each.still is not False), None)
    if best is None or busy is None:
        return
    before = f"{best.other:.0%} of the lines before" if best.other else "none before"
    yield Candidate(
        "slow-commands",
        Category.CAPACITY,
        f"{scene.subject} is held up by slow commands: {best.value[:80]} ({best.count} in its slow log since the "
        f"onset, {before}); a command runs alone, and all others wait for it",
        f"{scene.subject}: slow commands ({best.value.partition(' ')[0]}) hold it up",
        0.92,
        Depth.CAUSE,
        about=scene.subject,
        names=frozenset({scene.subject}),
        since=busy.at,
        quotes=(*best.quotes, *busy.quotes[:1]),
        speaks_for=(best.text, busy.text),
        kin=(Kin.SCHEDULE, Kin.DEPLOYMENT, Kin.CONFIGURATION),
        consequences=frozenset({"no-answer", "connect-timed-out"}),
        hop=best.hop,
    )


def _is_command(share: Share) -> bool:
    """Whether it is a command of the cache's own slow log."""
    is_named = share.section == _SLOW_LOG and share.field.rpartition(".")[2].lower() == "command"
    return is_named and bool(_GOES_THROUGH_ALL.match(share.value))


SIGNATURES: tuple[Signature, ...] = (_of_release, _of_load, _of_cache)
