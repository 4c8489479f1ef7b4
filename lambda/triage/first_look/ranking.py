"""Weighs hypotheses: what explains best comes first, and nothing is claimed where nothing explains.

What counts: how telling the evidence is by itself; whether it began with the onset; its share of the errors;
whether a change that could bring it about came shortly before; whether it explains or only repeats the symptom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.observations.facts import Origin
from triage.first_look.observations.walking import objects
from triage.first_look.signatures import SIGNATURES
from triage.first_look.signatures.base import Candidate, Depth, backed
from untrusted import instructions_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from triage.first_look.observations.facts import Change, Complaint, Scene

LIKELY = 0.5
"""From here on a hypothesis is called likely."""

NAMED = 0.3
"""From here on it is named as the cause, as one that is not certain."""

_NAMED_WITHIN = timedelta(hours=26)
_SAME_WITHIN = timedelta(hours=6)
_MAYBE_WITHIN = timedelta(minutes=45)
_LOOSE_WITHIN = timedelta(minutes=20)
_LINKED_WITHIN = timedelta(minutes=75)
_LINK_BONUS = 0.08
_STATE_BONUS = 0.05
_BLIND = 0.6
_SECOND_READING = 0.5
_CAUSE_FROM = 0.6
_WITHOUT_RELEASE = 0.65
_MOST = 8
_MEMBER = re.compile(r"(?:-\d{3,4}){1,2}$")  # nodes of a cache are called after their group
_SUFFIX = r"-[A-Za-z0-9]{6}"  # what Secrets Manager appends to a name in an ARN
_LEVELS = {"error": 1.0, "warning": 0.9}


@dataclass(frozen=True)
class Link:
    """A change that may stand behind a hypothesis.

    Attributes:
        change: which.
        tie: 3 when it names what is blamed, 2 when it names the resource that suffers, 1 when only time and kind
            fit.
        minutes: from the change to the first sign.
        fits: whether it is of the kind that most likely brings the hypothesis about.
    """

    change: Change
    tie: int
    minutes: float
    fits: bool = False


@dataclass(frozen=True)
class Ranked:
    """A hypothesis with its weight.

    Attributes:
        candidate: what it says.
        score: 0 to 1.
        link: the change that fits it best, if any.
        backed: whether a state that was read agrees with the error.
    """

    candidate: Candidate
    score: float
    link: Link | None = None
    backed: bool = False


def rank(scene: Scene) -> tuple[Ranked, ...]:
    """All hypotheses for a scene, the likeliest first; each kind of statement about a resource once."""
    every = (candidate for signature in SIGNATURES for candidate in signature.find(scene))
    found = [candidate for candidate in every if not instructions_in(candidate.statement)]
    weighed = [_weighed(candidate, scene) for candidate in _merged(_best_readings(found))]
    ordered = sorted(weighed, key=lambda each: (-each.score, each.candidate.statement))
    return _yielding(tuple(ordered))[:_MOST]


def _best_readings(found: Iterable[Candidate]) -> list[Candidate]:
    """Of the hypotheses about one error the most telling, and those of other categories as weaker ones."""
    kept: list[Candidate] = []
    best: dict[int, Candidate] = {}
    for each in sorted(found, key=lambda each: -each.weight):
        known = best.get(id(each.complaint)) if each.complaint else None
        if known is None:
            kept.append(each)
            best[id(each.complaint)] = each
        elif each.category is not known.category:
            kept.append(replace(each, weight=each.weight * _SECOND_READING))
    return kept


def _merged(found: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each signature and resource: the one with the most lines, backed by the others' words."""
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for each in found:
        groups.setdefault((each.signature, _MEMBER.sub("", each.about)), []).append(each)
    return [_strongest(group) for group in groups.values()]


def _strongest(group: list[Candidate]) -> Candidate:
    def lines(candidate: Candidate) -> tuple[int, float]:
        return (candidate.complaint.since if candidate.complaint else 0, candidate.weight)

    first, *others = sorted(group, key=lines, reverse=True)
    names = frozenset().union(*(each.names for each in group))
    quotes = [quote for each in others[:2] for quote in each.quotes]
    return backed(replace(first, names=names), quotes=quotes)


def _weighed(candidate: Candidate, scene: Scene) -> Ranked:
    complaint = candidate.complaint
    score = candidate.weight
    if complaint is not None:
        score *= _timing(complaint, scene) * _prevalence(complaint, scene) * _LEVELS.get(complaint.level, 0.7)
    elif candidate.since is not None and candidate.change is None:
        score *= _onset_fit(candidate.since, scene)
    score *= 0.97**candidate.hop
    link = _link(candidate, scene)
    if link is not None and candidate.change is None:
        score = min(0.99, score + _LINK_BONUS * link.tie / (1 + link.minutes / 60))
    if candidate.category is Category.BAD_DEPLOY and candidate.depth is Depth.EFFECT and link is None:
        score *= _WITHOUT_RELEASE
    if candidate.change is not None and not candidate.direct and _is_blind(scene):
        score *= _BLIND
    agrees = _state_agrees(candidate, scene)
    return Ranked(candidate, min(0.99, score + _STATE_BONUS) if agrees else score, link, agrees)


def _is_blind(scene: Scene) -> bool:
    """Whether logs were refused: a change alone then explains less, for what speaks against it cannot be seen."""
    sections = scene.look.sections
    gaps = [each.gap for each in sections if each.helper == "log_errors"]
    gaps += [
        str(gap.get("why"))
        for each in sections
        if each.helper == "log_errors"
        for gap in objects(each.data.get("gaps"))
    ]
    return any(each.startswith("denied") for each in gaps)


def _state_agrees(candidate: Candidate, scene: Scene) -> bool:
    """Whether a decision of IAM, the state of a key, or a difference to the version before says the same."""
    if candidate.complaint is None:
        return False
    if candidate.category is Category.PERMISSION_DENIED:
        denials = [each.value for each in scene.decisions if each.key == "decision"]
        keys = [each.value for each in scene.setting("KeyState")]
        by_key = candidate.signature.startswith("key-") and any("Enabled" not in each for each in keys)
        return any("Deny" in each for each in denials) or (by_key and bool(keys))
    missing = candidate.named.variable
    return bool(missing) and any(missing in each.value for each in scene.setting("unlike_version"))


def _timing(complaint: Complaint, scene: Scene) -> float:
    """Whether it is new: what was there before, as often, explains nothing."""
    if complaint.origin is not Origin.LOG:
        return 1.0
    since, before = _rates(complaint, scene)
    if since == 0 and before == 0:
        return 0.9
    if not _has_onset(scene) or _began_before_the_logs(scene):
        return 0.9
    if since == 0:
        return 0.2
    ratio = since / before if before else float("inf")
    return 1.0 if ratio >= 3 else 0.8 if ratio >= 1.7 else 0.55 if ratio >= 1.2 else 0.3


def _rates(complaint: Complaint, scene: Scene) -> tuple[float, float]:
    """Lines a minute since and before the onset."""
    if scene.start is None or scene.end is None:
        return float(complaint.since), float(complaint.before)
    after = max(1.0, (scene.end - scene.onset).total_seconds() / 60)
    earlier = max(1.0, (scene.onset - scene.start).total_seconds() / 60)
    return complaint.since / after, complaint.before / earlier


def _began_before_the_logs(scene: Scene) -> bool:
    """Whether the trouble is older than the lines that were read: then its errors were there all the time."""
    return scene.start is not None and scene.began < scene.start


def _has_onset(scene: Scene) -> bool:
    return scene.watched is not None and scene.watched.changed


def _prevalence(complaint: Complaint, scene: Scene) -> float:
    """Rare lines among many others explain less."""
    if complaint.origin is not Origin.LOG:
        return 1.0
    new = [each.since for each in scene.complaints if each.origin is Origin.LOG and each.level == complaint.level]
    total = sum(new) or 1
    share = complaint.since / total if complaint.since else complaint.share
    return 0.7 + 0.3 * min(1.0, share * 2)


def _onset_fit(since: datetime, scene: Scene) -> float:
    """Figures that changed long after the onset follow from it."""
    minutes = -scene.minutes_before(since)
    if minutes > 10:
        return 0.6
    return 1.0 if minutes >= -30 else 0.85


def _link(candidate: Candidate, scene: Scene) -> Link | None:
    """The change that fits best: tied by name first, then nearest in time."""
    if candidate.change is not None:
        return None
    links = [link for change in scene.changes if (link := _linked(change, candidate, scene)) is not None]
    return max(links, key=_closeness, default=None)


def _closeness(link: Link) -> tuple[float, int]:
    """Tied by name and near in time; a call that says who made it goes before a resource's own record of it."""
    told = 1.0 if link.change.operation else 0.6
    return told * link.tie / (1 + link.minutes / 45), link.tie


def _linked(change: Change, candidate: Candidate, scene: Scene) -> Link | None:
    kinds = [kin for kin in candidate.kin if change_kinds.is_of(change, kin)]
    if change.at is None or change.refused or not kinds or change_kinds.is_harmless(change):
        return None
    first = _first_sign(candidate, scene)
    distance = first - change.at
    tie = _tie(change, candidate, scene)
    fits = kinds[0] is candidate.kin[0]
    reach = max(_reach(tie, fits=fits), _LINKED_WITHIN if change.related and fits else timedelta(0))
    if not -scene.slack <= distance <= reach:
        return None
    return Link(change, tie, max(0.0, distance.total_seconds() / 60), kinds[0] is candidate.kin[0])


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
    if any(_names(change, name) for name in blamed):
        return 3
    suffering = {candidate.about, _MEMBER.sub("", candidate.about), *_roles_of(candidate.about, scene)}
    if any(_names(change, name) for name in suffering if len(name) > 2):
        return 2
    return 1


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


def _yielding(ordered: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Symptoms and effects behind what explains them, as long as that is likely enough by itself."""
    explaining = max((each.score for each in ordered if _explains(each)), default=0.0)
    causing = max((each.score for each in ordered if _is_cause(each)), default=0.0)
    kept = [_behind(each, explaining, causing) for each in ordered]
    return tuple(sorted(kept, key=lambda each: -each.score))


def _explains(each: Ranked) -> bool:
    """Whether it can take the place of a symptom: an error that says more, or figures that are likely enough."""
    telling = each.candidate.direct or each.score >= LIKELY
    return each.candidate.depth is not Depth.SYMPTOM and telling


def _is_cause(each: Ranked) -> bool:
    return each.candidate.depth is Depth.CAUSE and each.candidate.direct and each.score >= _CAUSE_FROM


def _behind(each: Ranked, explaining: float, causing: float) -> Ranked:
    depth, score = each.candidate.depth, each.score
    if depth is Depth.SYMPTOM and explaining >= NAMED:
        score = min(score, explaining * 0.8)
    elif depth is Depth.EFFECT and causing:
        score = min(score, causing * 0.95)
    return replace(each, score=score)
