"""The root cause in words: what fails, why as far as seen, since when, and what was changed shortly before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.domain.report import Category, Confidence, Disposition, RootCause
from triage.first_look import change_kinds
from triage.first_look.observations import inputs
from triage.first_look.observations.facts import Origin
from triage.first_look.ranking import LIKELY, NAMED
from triage.first_look.reporting import aftermath, of_error
from triage.first_look.reporting.in_common import few_streams, in_common, in_inputs, moved_part, telling_shares
from triage.first_look.reporting.wording import MOST_HEADLINE, clock, cut, data, message, sentence, span, times
from triage.first_look.signatures.base import Depth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.first_look.links import Link
    from triage.first_look.observations.facts import Scene
    from triage.first_look.observations.quoting import Quote
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing
    from triage.first_look.signatures.base import Candidate

_CERTAIN = 0.93
_SECOND_FAULT = 0.7
_LEAST_SHARE = 0.15
_SHORTLY = 60
_DIFFERENCES = 2
_LEFT = 3


def confidence_of(best: Ranked) -> Confidence:
    """CONFIRMED only where an error says it and a state, or a change that names what is blamed, agrees."""
    candidate, link = best.candidate, best.link
    tied = link is not None and link.tie == 3 and link.minutes <= _SHORTLY
    agrees = tied or best.backed
    if best.score >= _CERTAIN and candidate.direct and candidate.depth is Depth.CAUSE and agrees:
        return Confidence.CONFIRMED
    return Confidence.LIKELY if best.score >= LIKELY else Confidence.INCONCLUSIVE


def named(ranked: Sequence[Ranked]) -> Ranked | None:
    """The hypothesis that is named as the cause; ``None`` where nothing is likely enough."""
    return ranked[0] if ranked and ranked[0].score >= NAMED else None


def second_fault(ranked: Sequence[Ranked], scene: Scene) -> Ranked | None:
    """Another error of its own that explains itself and is frequent: two things may be broken at once."""
    best = named(ranked)
    if best is None or best.candidate.complaint is None:
        return None
    new = sum(each.since for each in scene.complaints if each.origin is Origin.LOG and each.level == "error") or 1
    for each in ranked[1:]:
        complaint = each.candidate.complaint
        own = complaint is not None and complaint is not best.candidate.complaint and complaint.level == "error"
        frequent = (
            complaint is not None and complaint.origin is Origin.LOG and complaint.since >= _LEAST_SHARE * new
        )
        apart = each.candidate.category is not best.candidate.category and each.candidate.depth is Depth.CAUSE
        if own and frequent and apart and each.score >= _SECOND_FAULT:
            return each
    return None


def root_cause(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> RootCause:
    """The likeliest hypothesis with what belongs to it, or that none is likely."""
    best = named(ranked)
    if best is None:
        return RootCause(
            "Not determined: nothing that was seen explains it.",
            Category.UNKNOWN,
            Confidence.INCONCLUSIVE,
            citations=(),
        )
    second, behind = second_fault(ranked, scene), _while_it_lasted(best, ranked)
    unknown = best.candidate.category is Category.UNKNOWN
    doubt = "Not certain: " if confidence_of(best) is Confidence.INCONCLUSIVE and not unknown else ""
    parts = [
        f"{doubt}{_told(_explained(best, behind), scene)}",
        *(in_inputs(best, scene) or in_common(best, scene)),
        *few_streams(best, scene),
        *moved_part(scene),
        *_symptoms(best, ranked, scene),
        *(["What is behind it was not seen."] if unknown else []),
    ]
    said = in_inputs(best, scene)
    shared = inputs.differing(scene)[:_DIFFERENCES] if said else telling_shares(best, scene)[:1]
    quotes = [*best.candidate.quotes[:2], *_linked_quotes(best.link), *(q for each in shared for q in each.quotes)]
    if behind:
        parts.append(f"While it lasted: {' '.join(_told(each, scene) for each in behind)}")
        quotes += [quote for each in behind for quote in each.candidate.quotes[:1]]
    if aftermath.is_over(best):
        left = list(aftermath.left_over(scene))[:_LEFT]
        parts += [sentence(told[:1].upper() + told[1:]) for told, _ in left]
        quotes += [quote for _, words in left for quote in words[:1]]
    if second is not None:
        parts.append(f"Separately: {_told(second, scene)}")
        quotes += [*second.candidate.quotes[:1], *_linked_quotes(second.link)]
    words = citing.of(quotes) or citing.of(scene.watched.quotes if scene.watched else ()) or citing.of_event()
    return RootCause(" ".join(parts), best.candidate.category, confidence_of(best), citations=words)


def _while_it_lasted(best: Ranked, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Of something that is over, what errors and events say about it."""
    if best.candidate.disposition is not Disposition.TRANSIENT:
        return []
    others = [each for each in ranked if each.candidate.disposition is None and each.candidate.direct]
    likely = [each for each in others if each.score >= LIKELY][:2]
    return [*likely[:1], *(_explained(each, likely[:1]) for each in likely[1:])]


def _explained(each: Ranked, behind: Sequence[Ranked]) -> Ranked:
    """Without the change that may be behind it, where what is behind it is known."""
    by = next(iter(behind), None)
    is_event = by is not None and by.candidate.depth is Depth.CAUSE and by.candidate.complaint is None
    follows = by is not None and each.candidate.signature in by.candidate.consequences
    is_over = each.candidate.disposition is Disposition.TRANSIENT
    return replace(each, link=None) if is_event and (is_over or follows) else each


def _linked_quotes(link: Link | None) -> tuple[Quote, ...]:
    return link.change.quotes[:1] if link is not None and is_told(link) else ()


def is_told(link: Link) -> bool:
    """Whether a change belongs into the statement of the cause: it names what is blamed, or fits and was near."""
    return link.tie == 3 or (link.tie == 2 and link.fits and link.minutes <= _SHORTLY)


def _told(each: Ranked, scene: Scene) -> str:
    candidate, complaint = each.candidate, each.candidate.complaint
    since = ""
    if complaint is not None and complaint.origin is Origin.LOG:
        since = f" ({times(complaint, scene)})"
    elif candidate.since is not None and candidate.change is None:
        at = clock(candidate.since, scene)
        since = "" if at.removesuffix(" UTC") in candidate.statement else f" (since {at})"
    parts = [sentence(f"{statement_of(candidate)}{since}")]
    if each.link is not None and is_told(each.link):
        parts.append(_link_told(each.link, scene))
    return " ".join(parts)


def _link_told(link: Link, scene: Scene) -> str:
    change = link.change
    by_hand = ", by hand" if change_kinds.by_hand(change) else ""
    at = clock(change.at, scene) if change.at else "before"
    when = f"Shortly before, at {at}" if link.minutes <= _SHORTLY else f"{span(link.minutes)} before, at {at}"
    parameters = data(change.given)
    given = f" ({message(parameters, 140)})" if parameters and parameters != change.about else ""
    return sentence(f"{when}: {change_kinds.told(change)}{by_hand}{given}")


def _symptoms(best: Ranked, ranked: Sequence[Ranked], scene: Scene) -> list[str]:
    """What the cause looks like from outside, where the same resource shows it."""
    if best.candidate.depth is Depth.SYMPTOM or aftermath.is_over(best):
        return []
    shown = [
        each.candidate.statement
        for each in ranked
        if each.candidate.depth < best.candidate.depth
        and each is not best
        and (each.candidate.about in (best.candidate.about, scene.subject) or each.candidate.direct)
        and each.score >= NAMED
    ]
    return [sentence(f"Fits as a consequence: {shown[0]}")] if shown else []


def statement_of(candidate: Candidate) -> str:
    """A sentence starts with a capital, a resource's name stays as it is."""
    text = candidate.statement
    first = text.partition(" ")[0]
    is_name = first in {candidate.about, *candidate.names} or not first.isalpha() or not first.islower()
    return text if is_name else text[:1].upper() + text[1:]


def headline(ranked: Sequence[Ranked], scene: Scene) -> str:
    """What broke and why, in no more than 120 characters."""
    best = named(ranked)
    if scene.error is not None:
        return of_error.headline(best, scene.error, scene)
    if best is None:
        return cut(f"{_moved(scene)}; the cause is not known")
    if best.candidate.change is not None and not best.candidate.direct:
        return cut(f"{_moved(scene)}; not certain why: {best.candidate.headline}")
    text = best.candidate.headline
    complaint = best.candidate.complaint
    first = complaint.first if complaint is not None else best.candidate.since
    dated = (
        f"{text}{'; errors' if 'expired' in text else ''} since {clock(first, scene)}"
        if first and " since " not in text and best.candidate.change is None
        else text
    )
    return dated if len(dated) <= MOST_HEADLINE else cut(text)


def _moved(scene: Scene) -> str:
    """What the metric did, or that the alarm rings."""
    moved = scene.watched.text.partition(",")[0] if scene.watched and scene.watched.changed else ""
    return f"{scene.subject}: {moved}" if moved else f"{scene.signal.name} is in {scene.signal.state.value}"


def summary(ranked: Sequence[Ranked], scene: Scene, reason: str) -> str:
    """What the metric did, what seems to be behind it, and that no model looked at it."""
    watched = scene.watched
    parts = [sentence(f"{scene.signal.name}: {watched.text}")] if watched and watched.text else []
    best = named(ranked)
    if scene.error is not None:
        parts = [of_error.summary(scene.error, scene)]
    if best is None:
        parts.append("Nothing that was seen explains it.")
    else:
        parts.append(_told(best, scene))
        second = second_fault(ranked, scene)
        parts += [f"Separately: {_told(second, scene)}"] if second else []
    parts.append(f"Code wrote this from a first look at the account: {reason}.")
    return " ".join(parts)
