"""Hot shards of streams: one takes a multiple of its share, and why its keys came to be so few.

Amazon Kinesis Data Streams Developer Guide: a shard takes 1,000 records and 1 MB a second, whatever the others do;
records with one partition key all go to one shard.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from triage.domain.report import Category
from triage.first_look.change_kinds import Kin, is_of, newest, told
from triage.first_look.observations.facts import Compared
from triage.first_look.observations.rows import asked_for, member
from triage.first_look.signatures.base import Candidate, Depth, Signature, signature
from triage.first_look.untyped import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Complaint, Row, Scene, Setting, Share

_HOT = 1.8
_REACH = timedelta(hours=24)
_REFUSED = "WriteProvisionedThroughputExceeded"
_REFUSES = re.compile(r"Rate exceeded for shard|ProvisionedThroughputExceeded|WriteProvisionedThroughputExceeded")
#: How producers call what decides to which shard a record goes.
_KEY = re.compile(r"(?i)(?:partition|shard|hash)[-_. ]?keys?")
_KEYS = re.compile(r"(?i)(?:^|[-_.])(?:partition[-_.]?|shard[-_.]?|hash[-_.]?|distinct[-_.]?)?keys$")
_FELL = re.compile(r"(?P<old>[\d.,]+) → (?P<new>[\d.,]+)")
_FEW = 0.5


class _Hot(NamedTuple):
    """A shard that takes a multiple of its share.

    Attributes:
        row: what was read of it.
        others: how many others there are.
    """

    stream: str
    shard: str
    share: float
    others: int
    row: Row


@signature("hot-shard", Category.CAPACITY, "one shard of a stream takes a multiple of its share")
def _hot_shard(scene: Scene) -> Iterator[Candidate]:
    if not _refuses(scene):
        for hot in _hot(scene):
            yield _one_of_many(hot, "hot-shard", Category.CAPACITY, "its reader does not keep up", "behind")


@signature(
    "hot-shard-refuses",
    Category.THROTTLED,
    "one shard of a stream takes a multiple of its share and refuses records, while the others have room",
)
def _refusing_shard(scene: Scene) -> Iterator[Candidate]:
    if _refuses(scene):
        for hot in _hot(scene):
            yield _one_of_many(
                hot, "hot-shard-refuses", Category.THROTTLED, "refuses what is above its limit", "hot"
            )


def _one_of_many(hot: _Hot, name: str, category: Category, does: str, others_are: str) -> Candidate:
    return Candidate(
        name,
        category,
        f"one hot shard of {hot.stream}, {hot.shard}, takes {hot.share:.0f} % of its records, and {does} "
        f"({hot.row.text}); the {hot.others} other shards are not {others_are}",
        f"{hot.stream}: one hot shard, {hot.shard}",
        0.86,
        Depth.CAUSE,
        about=hot.stream,
        names=frozenset({hot.stream, hot.shard}),
        quotes=hot.row.quotes,
        speaks_for=(hot.row.text,),
        kin=(Kin.DEPLOYMENT, Kin.CAPACITY),
        hop=hot.row.hop,
    )


@signature(
    "records-keyed-anew",
    Category.BAD_DEPLOY,
    "one shard is hot, and who writes to the stream puts its records by another key, or by fewer, since a release",
)
def _keyed_anew(scene: Scene) -> Iterator[Candidate]:
    for hot in _hot(scene):
        for complaint in _refused_writers(scene):
            release = _release(complaint.about, scene)
            keyed: list[Setting | Share] = [*_set_anew(complaint, scene), *_fewer(complaint, scene)]
            if release is not None and keyed:
                yield _candidate(hot, complaint, release, [*_named(complaint, scene), *keyed])
                return


def _candidate(hot: _Hot, complaint: Complaint, release: Change, keyed: list[Setting | Share]) -> Candidate:
    ways = [_way(each) for each in keyed[:3]]
    at = f"{release.at:%H:%M} UTC" if release.at else "an unknown time"
    return Candidate(
        "records-keyed-anew",
        Category.BAD_DEPLOY,
        f"{complaint.about} puts its records by another partition key, or by fewer keys, since its release "
        f"({told(release)} at {at}): {'; '.join(ways)}. So too many of them go to one hot shard of "
        f"{hot.stream}, {hot.shard} ({hot.share:.0f} %), which refuses what is above its limit; the {hot.others} "
        "other shards have room",
        f"{complaint.about}: its new partition key overloads one shard of {hot.stream}",
        0.94,
        Depth.CAUSE,
        about=complaint.about,
        names=frozenset({complaint.about, hot.stream}),
        since=complaint.first,
        quotes=(
            *(quote for each in keyed[:3] for quote in each.quotes),
            *release.quotes,
            *hot.row.quotes,
            *complaint.quotes,
        ),
        speaks_for=(*ways, hot.row.text),
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
        change=release,
        consequences=frozenset({"hot-shard", "hot-shard-refuses", "stream-throttled", "stream-throttle-events"}),
        hop=release.hop,
    )


def _hot(scene: Scene) -> Iterator[_Hot]:
    rows = [row for row in scene.rows if row.helper == "stream_shards" and member(row, "shard")]
    stream = asked_for(scene.look, "stream_shards", "stream") or "the stream"
    told_of = [whole(section.data.get("open_shards")) for section in scene.look.of("stream_shards")]
    many = max([*told_of, len(rows)])
    for row in rows:
        share = _percent(member(row, "share"))
        if len(rows) > 1 and share >= _HOT * 100 / many:
            yield _Hot(stream, member(row, "shard"), share, many - 1, row)


def _percent(text: str) -> float:
    found = re.match(r"([\d.]+) ?%", text)
    return float(found[1]) if found else 0.0


def _refuses(scene: Scene) -> bool:
    """Whether the stream refuses records now."""
    return any(each.rises and each.still is not False for each in scene.reading(_REFUSED)) or bool(
        scene.watched and scene.watched.name == _REFUSED and scene.watched.changed
    )


def _refused_writers(scene: Scene) -> list[Complaint]:
    """Who is refused is who writes."""
    return [each for each in scene.complaints if each.since > each.before and _REFUSES.search(each.text)]


def _release(who: str, scene: Scene) -> Change | None:
    """The latest release of who writes, before the onset."""
    found = [
        each
        for each in scene.changes
        if each.about == who
        and each.at is not None
        and each.operation
        and not each.refused
        and (is_of(each, Kin.DEPLOYMENT) or is_of(each, Kin.CONFIGURATION))
        and -scene.grace <= scene.onset - each.at <= _REACH
    ]
    return newest(found)


def _set_anew(complaint: Complaint, scene: Scene) -> list[Setting]:
    """Variables of the key that differ from the version before."""
    return [each for each in scene.setting("unlike_version", complaint.about) if _KEY.search(each.value)]


def _named(complaint: Complaint, scene: Scene) -> list[Share]:
    """The key as its log names it now, and did not before: alone it says little, for a start is logged once."""
    return [
        each
        for each in scene.shares
        if each.about == complaint.about
        and each.compared is Compared.SINCE_ONSET
        and _KEY.fullmatch(each.field)
        and each.share > each.other
    ]


def _fewer(complaint: Complaint, scene: Scene) -> list[Share]:
    """That its log counts fewer keys than before."""
    return [
        each
        for each in scene.shares
        if each.about == complaint.about
        and each.compared is Compared.GROWN
        and _KEYS.search(each.field)
        and _fell(each)
    ]


def _fell(share: Share) -> bool:
    found = _FELL.search(share.text)
    if found is None:
        return False
    old, new = (float(found[key].replace(",", "")) for key in ("old", "new"))
    return new <= _FEW * old


def _way(each: Setting | Share) -> str:
    text: str = getattr(each, "text", "") or getattr(each, "value", "")
    return text


SIGNATURES: tuple[Signature, ...] = (_hot_shard, _refusing_shard, _keyed_anew)
