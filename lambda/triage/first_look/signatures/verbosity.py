"""More is logged than before: a level that was set to DEBUG or TRACE, and what its lines fill since."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, clock, is_of, newest, told
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Row, Scene, Setting

_REACH = timedelta(days=7)
_FULL = 60.0
_DISKS = ("disk_used_percent", "DiskSpaceUtilization")
_OF_LEVEL = re.compile(r"(?i)(?:log(?:ging|ger)?[-_./ ]?(?:level|lvl)|verbosity)\b[^\n]{0,80}")
_WAS = re.compile(r"(?i)\b(?:was|from|previously|old(?: value)?)\b[:=]? ?\w+|\w+ before\b")
_MORE = re.compile(r"(?i)\b(?:debug|trace|finest|verbose)\b")


@signature(
    "more-is-logged",
    Category.CAPACITY,
    "a disk fills since a log level was set to DEBUG or TRACE, by the log itself or by a version's variables",
)
def _more_is_logged(scene: Scene) -> Iterator[Candidate]:
    reading = next((each for each in scene.reading(*_DISKS) if each.rises and (each.after or 0) >= _FULL), None)
    if reading is None or reading.still is False:
        return
    for line, says in _levels(scene):
        change = _behind(says, line.about, scene)
        if change is None or change.at is None:
            continue
        at = clock(change.at, scene.onset)
        yield Candidate(
            "more-is-logged",
            Category.CAPACITY,
            f"{reading.about or scene.subject} fills up, and since {at} more is logged: {told(change)} set the "
            f"log level ({says})",
            f"{reading.about or scene.subject} fills up since its log level was set",
            0.88,
            Depth.CAUSE,
            about=reading.about or scene.subject,
            names=frozenset({change.about} - {""}),
            since=change.at,
            quotes=(*line.quotes, *change.quotes, *reading.quotes),
            speaks_for=(says, reading.text),
            kin=(Kin.CONFIGURATION,),
            change=change,
            consequences=frozenset({"disk-fills"}),
            hop=change.hop,
        )
        return


def _levels(scene: Scene) -> Iterator[tuple[Row | Setting, str]]:
    """What says that a level was set so that more is logged."""
    for row in scene.rows:
        if row.helper == "log_lines" and _logs_more(row.text):
            yield row, row.text
    for each in scene.setting("unlike_version"):
        if _logs_more(each.value):
            yield each, each.value


def _logs_more(text: str) -> bool:
    """Whether a level is told that was set, and it is one of those that say the most."""
    found = _OF_LEVEL.search(text)
    return found is not None and bool(_MORE.search(_WAS.sub("", found[0])))


def _behind(says: str, about: str, scene: Scene) -> Change | None:
    """The change that set it: of the parameter a line names, or a release of whose variable it is."""
    found = [
        each
        for each in scene.changes
        if each.at is not None
        and each.related
        and not each.refused
        and timedelta(0) <= scene.onset - each.at <= _REACH
        and _sets(each, says, about)
    ]
    return newest(found)


def _sets(change: Change, says: str, about: str) -> bool:
    named = re.search(r"(?:^|, )name=([^,\s]+)", change.given)
    if change.operation == "PutParameter":
        return named is not None and named[1] in says
    return is_of(change, Kin.DEPLOYMENT) and bool(change.about) and change.about == about


SIGNATURES: tuple[Signature, ...] = (_more_is_logged,)
