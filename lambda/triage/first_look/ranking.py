"""Weighs hypotheses: what explains best comes first, and nothing is claimed where nothing explains.

What counts: how telling the evidence is by itself; whether it began with the onset; its share of the errors;
whether a change that could bring it about came shortly before; whether it explains or only repeats the symptom.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.domain.report import Category
from triage.first_look.fitting import onset_fit, prevalence, timing
from triage.first_look.links import Link, group_of, link_of
from triage.first_look.observations.facts import Origin
from triage.first_look.signatures import SIGNATURES
from triage.first_look.signatures.base import Candidate, Depth, backed
from triage.first_look.untyped import objects
from untrusted import instructions_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.first_look.observations.facts import Scene

LIKELY = 0.5
"""From here on a hypothesis is called likely."""

NAMED = 0.3
"""From here on it is named as the cause, as one that is not certain."""

_LINK_BONUS = 0.08
_STATE_BONUS = 0.05
_OWN_BONUS = 0.04
_BLIND = 0.6
_SECOND_READING = 0.5
_CAUSE_FROM = 0.6
_CONSEQUENCE = 0.95
_WITHOUT_RELEASE = 0.65
_MOST = 8
_WAITING = frozenset({Category.DEPENDENCY_UNREACHABLE, Category.TIMEOUT})
_LEVELS = {"error": 1.0, "warning": 0.9}


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
    found = [_as_seen(each, scene) for each in every if not instructions_in(each.statement)]
    weighed = [_weighed(candidate, scene) for candidate in _seen_from_both_sides(_merged(_best_readings(found)))]
    ordered = sorted(weighed, key=lambda each: (-each.score, each.candidate.statement))
    return _yielding(tuple(ordered))[:_MOST]


def _as_seen(candidate: Candidate, scene: Scene) -> Candidate:
    """What others say of the alarm's own resource, that it does not answer, is what the alarm says already."""
    own = {scene.subject, group_of(scene.subject)} - {""}
    waits = candidate.category in _WAITING and group_of(candidate.about) not in own
    says = candidate.complaint is not None and bool(own & candidate.named.all())
    return replace(candidate, depth=Depth.SYMPTOM) if waits and says else candidate


def _best_readings(found: Iterable[Candidate]) -> list[Candidate]:
    """Of the hypotheses about one error the most telling, and those of other categories as weaker ones."""
    kept: list[Candidate] = []
    best: dict[int, Candidate] = {}
    for each in sorted(found, key=lambda each: -each.weight):
        known = best.get(id(each.complaint)) if each.complaint else None
        if known is None:
            kept.append(each)
            best[id(each.complaint)] = each
        elif each.category is not known.category and not each.last_resort:
            kept.append(replace(each, weight=each.weight * _SECOND_READING))
    return kept


def _merged(found: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each signature and resource: the one with the most lines, backed by the others' words."""
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for each in found:
        groups.setdefault((each.signature, group_of(each.about)), []).append(each)
    return [_strongest(group) for group in groups.values()]


def _seen_from_both_sides(found: list[Candidate]) -> list[Candidate]:
    """The error that is investigated with what its other side says: a database logs refused logins too."""
    own = next((each for each in found if each.complaint is not None and each.complaint.own), None)
    if own is None or not own.named.user:
        return found
    same = [each for each in found if each is not own and _is_same(each, own)]
    names = frozenset[str]().union(own.names, *({*each.names, each.about} for each in same))
    whole = backed(replace(own, names=names), quotes=[quote for each in same for quote in each.quotes[:1]])
    return [whole if each is own else each for each in found if each not in same]


def _is_same(candidate: Candidate, own: Candidate) -> bool:
    return candidate.signature == own.signature and candidate.named.user == own.named.user


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
        score *= timing(complaint, scene) * prevalence(complaint, scene) * _LEVELS.get(complaint.level, 0.7)
    elif candidate.since is not None and candidate.change is None:
        score *= onset_fit(candidate.since, scene)
    score *= 0.97**candidate.hop
    if complaint is not None and complaint.own:
        score = min(0.99, score + _OWN_BONUS)
    link = link_of(candidate, scene)
    if link is not None and candidate.change is None and not _of_a_bystander(candidate):
        score = min(0.99, score + _LINK_BONUS * link.tie / (1 + link.minutes / 60))
    if candidate.category is Category.BAD_DEPLOY and candidate.depth is Depth.EFFECT and link is None:
        score *= _WITHOUT_RELEASE
    if candidate.change is not None and not candidate.direct and _is_blind(scene):
        score *= _BLIND
    agrees = not _of_a_bystander(candidate) and _state_agrees(candidate, scene)
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


def _yielding(ordered: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Symptoms and effects behind what explains them, as long as that is likely enough by itself."""
    explaining = max((each.score for each in ordered if _explains(each)), default=0.0)
    causing = max((each.score for each in ordered if _is_cause(each)), default=0.0)
    kept = [_behind(each, explaining, causing) for each in _behind_their_cause(ordered)]
    return tuple(sorted(kept, key=lambda each: -each.score))


def _behind_their_cause(ordered: tuple[Ranked, ...]) -> list[Ranked]:
    """What another hypothesis says it brought about comes after it."""
    causes = [each for each in ordered if each.candidate.consequences and _is_cause(each)]
    return [
        replace(each, score=min(each.score, *(cause.score * _CONSEQUENCE for cause in of_it)))
        if (of_it := [one for one in causes if each.candidate.signature in one.candidate.consequences])
        else each
        for each in ordered
    ]


def _explains(each: Ranked) -> bool:
    """Whether it can take the place of a symptom: an error that says more, or figures that are likely enough."""
    telling = (each.candidate.direct and not _of_a_bystander(each.candidate)) or each.score >= LIKELY
    return each.candidate.depth is not Depth.SYMPTOM and telling


def _is_cause(each: Ranked) -> bool:
    direct = each.candidate.direct and not _of_a_bystander(each.candidate)
    return each.candidate.depth is Depth.CAUSE and direct and each.score >= _CAUSE_FROM


def _of_a_bystander(candidate: Candidate) -> bool:
    """Whether it is about a caller that has no part in what is looked at: what became of it explains nothing."""
    return candidate.complaint is not None and candidate.complaint.origin is Origin.REFUSED_TO_OTHERS


def _behind(each: Ranked, explaining: float, causing: float) -> Ranked:
    depth, score = each.candidate.depth, each.score
    if depth is Depth.SYMPTOM and explaining >= NAMED:
        score = min(score, explaining * 0.8)
    elif depth is Depth.EFFECT and causing:
        score = min(score, causing * 0.95)
    return replace(each, score=score)
