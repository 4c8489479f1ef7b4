"""Ties changes to hypotheses: by what they name, by their kind, and by the time from them to the first sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.observations import inputs

if TYPE_CHECKING:
    from datetime import datetime

    from triage.first_look.observations.facts import Change, Scene
    from triage.first_look.signatures.base import Candidate

_NAMED_WITHIN = timedelta(hours=26)
_SAME_WITHIN = timedelta(hours=6)
_MAYBE_WITHIN = timedelta(minutes=45)
_EXPIRES_WITHIN = timedelta(days=7)  # a lifecycle rule runs once a day, and what it took may be needed days later
_LOOSE_WITHIN = timedelta(minutes=20)
_LINKED_WITHIN = timedelta(minutes=75)
_STARTS = frozenset({"StartExecution", "StartJobRun", "SubmitJob", "StartBuild", "RunTask"})
"""What starts a run is no reason for its failure."""
_SETS_ENDPOINT_POLICY = frozenset({"ModifyVpcEndpoint", "CreateVpcEndpoint"})
_DELETES = re.compile(r"Delete|Deregister|BatchDelete|Remove")
_SUFFIX = r"-[A-Za-z0-9]{6}"  # what Secrets Manager appends to a name in an ARN
_TIMEOUT = re.compile(r"(?i)time[-_]?out|deadline")
_READS_WHAT_IS_GONE = frozenset({"object-missing", "object-archived", "image-missing"})
_SETTINGS = frozenset(
    {"PutParameter", "ModifyLoadBalancerAttributes", "ModifyTargetGroupAttributes", "UpdateFunctionConfiguration"}
)
_MEMBER = re.compile(r"(?:-\d{3,4}){1,2}$")  # nodes of a cache are called after their group


@dataclass(frozen=True)
class Link:
    """A change that may stand behind a hypothesis.

    Attributes:
        change: which.
        tie: 3 when it names what is blamed, 2 when it names the resource that suffers, 1 when only time and kind
            fit.
        minutes: from the change to the first sign.
        fits: whether it is of the kind that most likely brings the hypothesis about.
        takes_away: whether it took away what is said to be missing: however long ago, it is missing since.
    """

    change: Change
    tie: int
    minutes: float
    fits: bool = False
    takes_away: bool = False


def link_of(candidate: Candidate, scene: Scene) -> Link | None:
    """The change that fits best: tied by name first, then nearest in time."""
    if candidate.change is not None:
        return None
    links = [link for change in scene.changes if (link := _linked(change, candidate, scene)) is not None]
    return max(links, key=_closeness, default=None)


def _closeness(link: Link) -> tuple[float, int]:
    """Tied by name and near in time; a call that says who made it goes before a resource's own record of it."""
    told = 1.0 if link.change.operation else 0.6
    away = 0.0 if link.takes_away else link.minutes
    return told * link.tie / (1 + away / 45), link.tie


def _linked(change: Change, candidate: Candidate, scene: Scene) -> Link | None:
    kinds = [kin for kin in candidate.kin if change_kinds.is_of(change, kin)]
    if change.at is None or change.refused or not kinds or change_kinds.is_harmless(change):
        return None
    first = _first_sign(candidate, scene)
    if (change.operation in _STARTS and _names(change, candidate.about)) or _is_itself(change, candidate):
        return None
    distance = first - change.at
    tie = _tie(change, candidate, scene)
    fits = kinds[0] is candidate.kin[0]
    reach = max(_reach(tie, fits=fits), _LINKED_WITHIN if change.related and fits else timedelta(0))
    takes_away = tie == 3 and _takes_away(change, candidate)
    if takes_away or (tie == 3 and _lets_expire(change, candidate)):
        reach = _EXPIRES_WITHIN
    if not -scene.grace <= distance <= reach:
        return None
    return Link(change, tie, max(0.0, distance.total_seconds() / 60), kinds[0] is candidate.kin[0], takes_away)


def _takes_away(change: Change, candidate: Candidate) -> bool:
    """Whether something is missing and this change, which names it, deleted it."""
    return candidate.category is Category.CONFIGURATION_MISSING and bool(_DELETES.match(change.operation))


def _is_itself(change: Change, candidate: Candidate) -> bool:
    """Whether it is a store's own record of the event the hypothesis consists in, or of another part of it."""
    return not change.operation and candidate.signature == "failed-over"


def _reach(tie: int, *, fits: bool) -> timedelta:
    """How long before the first sign a change counts; where only time fits, and no kind, that is coincidence."""
    if tie == 3:
        return _NAMED_WITHIN
    if tie == 2:
        return _SAME_WITHIN if fits else _MAYBE_WITHIN
    return _LOOSE_WITHIN if fits else timedelta(0)


def _first_sign(candidate: Candidate, scene: Scene) -> datetime:
    """When it began, as far as known: its first line, unless that is as old as what was read."""
    first = candidate.since
    if first is None:
        return scene.began
    at_the_edge = scene.start is not None and first - scene.start <= timedelta(minutes=6)
    return min(first, scene.began) if at_the_edge else first


def _tie(change: Change, candidate: Candidate, scene: Scene) -> int:
    blamed = candidate.names - {candidate.about}
    if candidate.about == scene.subject:
        blamed |= inputs.values(scene)
    explicit = (_sets_timeout, _lets_expire, _sets_authority, _sets_trigger, _sets_endpoint_policy, _sets_firewall)
    if any(_names(change, name) for name in blamed) or any(sets(change, candidate) for sets in explicit):
        return 3
    suffering = {candidate.about, group_of(candidate.about), *_roles_of(candidate.about, scene)}
    if any(_names(change, name) for name in suffering if len(name) > 2):
        return 2
    return 1


def _sets_timeout(change: Change, candidate: Candidate) -> bool:
    """Whether a time-out runs out and this change sets one: a setting of that name, not a whole definition."""
    if candidate.category is not Category.TIMEOUT or change.operation not in _SETTINGS:
        return False
    return bool(_TIMEOUT.search(f"{change.about} {change.given}"))


def _lets_expire(change: Change, candidate: Candidate) -> bool:
    """Whether an object is missing and this change took objects of a bucket that is read from."""
    return candidate.signature in _READS_WHAT_IS_GONE and change.related and change_kinds.takes_objects(change)


def _sets_trigger(change: Change, candidate: Candidate) -> bool:
    """Whether a function calls itself and this change, which names it, is of what it is called by."""
    return candidate.signature == "calls-itself" and change.related and change_kinds.is_of(change, Kin.SCHEDULE)


def _sets_firewall(change: Change, candidate: Candidate) -> bool:
    """Whether a firewall blocks and this change set what it blocks."""
    return candidate.signature == "firewall-blocks" and change.event.startswith("wafv2:")


def _sets_endpoint_policy(change: Change, candidate: Candidate) -> bool:
    """Whether the policy of a VPC endpoint refuses and this change set one."""
    return candidate.signature == "endpoint-policy-denies" and change.operation in _SETS_ENDPOINT_POLICY


def _sets_authority(change: Change, candidate: Candidate) -> bool:
    """Whether a certificate's authority is not trusted and this change chose another one."""
    return candidate.signature == "certificate-rejected" and change_kinds.sets_authority(change)


def _names(change: Change, name: str) -> bool:
    wanted = re.escape(name)
    return bool(re.search(rf"(?<![\w-]){wanted}(?:{_SUFFIX})?(?![\w-])", change.text))


def _roles_of(about: str, scene: Scene) -> set[str]:
    keys = ("Role", "role", "taskRoleArn", "executionRoleArn", "roleArn")
    return {
        setting.value.rpartition("/")[2]
        for key in keys
        for setting in scene.setting(key)
        if not about or setting.about == about
    }


def group_of(about: str) -> str:
    """The name of a resource without that of its node: ``sessions`` for ``sessions-001``."""
    return _MEMBER.sub("", about)
