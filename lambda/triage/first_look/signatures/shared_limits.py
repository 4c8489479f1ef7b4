"""A limit that many share, and one client that takes more of it since its own release."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.facts import Compared
from triage.first_look.signatures import capacity, quotas, throttling
from triage.first_look.signatures.base import Candidate, Depth, Shape, Signature, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.first_look.observations.facts import Change, Complaint, Scene, Setting, Share

_BEFORE = timedelta(minutes=30)
_AFTER = timedelta(minutes=5)
_MORE = 1.3
_LARGER_SHARE = 0.15
#: Limits that several clients share, by the signatures of their errors.
_SHARED = frozenset(
    {
        "connections-used-up",
        "limit-reached",
        "account-concurrency-used-up",
        "reserved-concurrency-used-up",
        "table-throttled",
        "stream-throttled",
        "api-throttled",
    }
)
#: What says the same of a limit, or of whom it hits.
_CONSEQUENCES = _SHARED | {"connections-pile-up", "pool-exhausted", "table-throttle-events", "saturated"}
#: Settings by which a client takes more at once.
_TAKES = re.compile(
    r"(?i)(?:variable )?(?P<key>[\w.]*(?:pool|conn|concurren|parallel|worker|thread|in_?flight|prefetch|batch|"
    r"burst|rate|rps|max_?(?:active|open|size|idle))[\w.]*): (?P<old>\d+(?:\.\d+)?) (?:before|in version \S+), "
    r"(?P<new>\d+(?:\.\d+)?) now"
)
_CLIENT = re.compile(
    r"(?i)user|role|client|caller|application|app|service|principal|consumer|tenant|source|db_?user"
)


@signature(
    "release-takes-the-limit",
    Category.BAD_DEPLOY,
    "a limit that several share is reached, and one of them takes more of it since its own release",
)
def _taken(scene: Scene) -> Iterator[Candidate]:
    for complaint in _of_limits(scene)[:1]:
        for change in _releases(complaint, scene):
            raised = [each for each in scene.setting("unlike_version", change.about) if _is_raised(each)]
            more = [each for each in scene.shares if _takes_more(each, change.about)]
            if raised or more:
                yield _candidate(complaint, change, raised, more, scene)


def _candidate(
    complaint: Complaint, change: Change, raised: list[Setting], more: list[Share], scene: Scene
) -> Candidate:
    who = change.about
    at = change.at or scene.onset
    tasks = next((each for each in scene.setting("desiredCount", who)), None)
    each_of = f" for each of its {tasks.value} tasks" if tasks and raised else ""
    sets = f" raised what it takes{each_of}: {', '.join(map(_raise, raised[:2]))}" if raised else ""
    takes = f"{'; ' if raised else ' '}it takes a larger share: {more[0].text}" if more else ""
    return Candidate(
        "release-takes-the-limit",
        Category.BAD_DEPLOY,
        f"the release of {who} ({change_kinds.told(change)} at {at:%H:%M:%S} UTC){sets}{takes}; since then the "
        f"limit of {complaint.about or scene.subject} that it shares with others is reached, and who needs it is "
        f"refused",
        f"{who} takes the limit of {complaint.about or scene.subject} since its release",
        0.95 if raised else 0.85,
        Depth.CAUSE,
        about=who,
        names=frozenset({who}),
        since=complaint.first,
        quotes=(
            *change.quotes,
            *(quote for each in (*raised[:2], *more[:1]) for quote in each.quotes),
            *complaint.quotes,
        ),
        speaks_for=tuple(each.value for each in raised[:2]) + tuple(each.text for each in more[:1]),
        kin=(Kin.DEPLOYMENT, Kin.CONFIGURATION),
        change=change,
        consequences=_CONSEQUENCES,
        hop=change.hop,
    )


def _of_limits(scene: Scene) -> list[Complaint]:
    """Errors of limits that are shared, those of the alarm's own resource first."""
    shapes = [
        each
        for each in (*quotas.SIGNATURES, *throttling.SIGNATURES, *capacity.SIGNATURES)
        if isinstance(each, Shape) and each.name in _SHARED
    ]
    found = [
        complaint
        for complaint in scene.complaints
        if complaint.since > complaint.before and any(shape.matched(complaint) for shape in shapes)
    ]
    return sorted(found, key=lambda each: (each.hop, -each.since))


def _releases(complaint: Complaint, scene: Scene) -> list[Change]:
    """Releases of others shortly before the limit was reached, one of each resource."""
    first = min(complaint.first or scene.onset, scene.onset)
    found: dict[str, Change] = {}
    for change in scene.changes:
        if change.at is None or not _may_be_of_another(change, complaint):
            continue
        known = found.get(change.about)
        in_time = -max(scene.slack, _AFTER) <= first - change.at <= _BEFORE
        if in_time and (known is None or (known.at or first) < change.at):
            found[change.about] = change
    return list(found.values())


def _may_be_of_another(change: Change, complaint: Complaint) -> bool:
    is_release = any(change_kinds.is_of(change, kin) for kin in (Kin.DEPLOYMENT, Kin.CONFIGURATION))
    of_another = change.about not in ("", complaint.about)
    return is_release and of_another and bool(change.operation) and change.related and not change.refused


def _is_raised(setting: Setting) -> bool:
    found = _TAKES.search(setting.value)
    return found is not None and float(found["new"]) >= _MORE * float(found["old"])


def _raise(setting: Setting) -> str:
    found = _TAKES.search(setting.value)
    return f"{found['key']} from {found['old']} to {found['new']}" if found else setting.value


def _takes_more(share: Share, who: str) -> bool:
    """Whether more lines of the shared resource's log are of this client than before."""
    is_client = share.compared is Compared.SINCE_ONSET and bool(_CLIENT.search(share.field))
    return is_client and _plain(share.value) == _plain(who) and share.share >= share.other + _LARGER_SHARE


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


SIGNATURES: tuple[Signature, ...] = (_taken,)
