"""Hot partitions of DynamoDB: requests to one key are throttled while the table as a whole could take more.

Amazon DynamoDB Developer Guide, "Resolving throttling issues": key range throttling. A partition takes at most
3,000 read units and 1,000 write units a second, whatever the table may.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import Compared
from triage.first_look.signatures.base import Candidate, Depth, Signature, is_heard, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Complaint, Scene, Share

_METRICS = ("WriteKeyRangeThroughputThrottleEvents", "ReadKeyRangeThroughputThrottleEvents")
_SAYS = re.compile(r"(?:Table|Index)(?:Read|Write)KeyRangeThroughputExceeded")
_THROTTLED = re.compile(r"(?i)throttl|ThroughputExceeded")
_HASH = re.compile(r"^(?P<key>[\w.-]+) \(HASH\)$")
_MOST_OF_THEM = 0.5
_GAIN = 0.3
_PLACES = frozenset({"stream", "at", "logger", "thread", "status", "level", "address"})


@signature(
    "hot-partition", Category.THROTTLED, "DynamoDB throttles a range of keys, not the table: one key is hot"
)
def _hot(scene: Scene) -> Iterator[Candidate]:
    reading = next((each for each in scene.reading(*_METRICS) if each.rises and each.still is not False), None)
    complaint = next((each for each in scene.complaints if is_heard(each) and _SAYS.search(each.text)), None)
    if reading is None and complaint is None:
        return
    failing = complaint or next(
        (each for each in scene.complaints if is_heard(each) and _THROTTLED.search(each.text)), None
    )
    table = reading.about if reading else scene.subject
    key = next((each for each in scene.setting("keys") if _HASH.match(each.value)), None)
    named = f"its partition key is {_key(key.value)}" if key else "of a key"
    share = _share_of_one(scene, failing)
    told = (
        f"; {share.share:.0%} of the lines that fail in {share.about} are of {share.field}={share.value} "
        f"({share.other:.0%} of the others)"
        if share
        else ""
    )
    how = reading.text if reading else "KeyRangeThroughputExceeded"
    yield Candidate(
        "hot-partition",
        Category.THROTTLED,
        f"one partition of {table} is hot ({named}): requests to one key are throttled ({how}), while the table "
        f"as a whole is not at a limit of its own{told}",
        f"{table}: one partition is hot{f', mostly {share.field}={share.value}' if share else ''}",
        0.94,
        Depth.CAUSE,
        about=table,
        names=frozenset({table}),
        since=reading.at if reading else None,
        quotes=(
            *(reading.quotes if reading else ()),
            *(failing.quotes if failing else ()),
            *(share.quotes if share else ()),
            *(key.quotes if key else ()),
        ),
        speaks_for=(how,),
        kin=(Kin.DEPLOYMENT,),
        consequences=frozenset({"table-throttle-events"}),
    )


def _key(text: str) -> str:
    found = _HASH.match(text)
    return found["key"] if found else text


def _share_of_one(scene: Scene, failing: Complaint | None) -> Share | None:
    """A value that most failing lines of who is throttled have, and few others: mostly a part of the key."""
    about = {failing.about} if failing else {each.about for each in scene.shares}
    found = [
        each
        for each in scene.shares
        if each.compared is Compared.FAILING
        and each.about in about
        and each.field not in _PLACES
        and not re.fullmatch(r"[\d.]+", each.value)
        and each.share >= _MOST_OF_THEM
        and each.share - each.other >= _GAIN
    ]
    return max(found, key=lambda each: each.share - each.other, default=None)


SIGNATURES: tuple[Signature, ...] = (_hot,)
