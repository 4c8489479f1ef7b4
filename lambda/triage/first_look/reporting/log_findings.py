"""What logs and states complain of, and what the lines concerned have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look.observations.facts import Compared
from triage.first_look.reporting.in_common import is_client, is_new_kind_of_line, telling_shares
from triage.first_look.reporting.narrative import named, second_fault
from triage.first_look.reporting.wording import message, sentence, times
from triage.first_look.signatures.base import is_heard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Complaint, Scene, Share
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_COMPLAINTS = 4
_SHARES = 3
_NEW = 0.5
_SPARED = 0.4
_HARDLY = 0.1
_VALUES = 4

_COMPARED = {
    Compared.SINCE_ONSET: "lines since the onset",
    Compared.FAILING: "failing lines",
    Compared.GROWN: "grown since the onset",
    Compared.GROWN_IN_FAILING: "greater in failing lines",
    Compared.AGAIN: "again and again",
    Compared.COUNTING: "a number that rises in failing lines",
    Compared.MEASURED: "said in failing requests too",
    Compared.GOES_ON: "still says",
    Compared.STREAMS: "log streams with failing lines",
}
_AS_THEY_ARE = (Compared.COUNTING, Compared.MEASURED, Compared.GOES_ON, Compared.STREAMS)


def errors(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """The errors behind the named causes, then other new ones."""
    for complaint in _telling(ranked, scene)[:_COMPLAINTS]:
        frames = f", at {complaint.frames[0]}" if complaint.frames else ""
        how = times(complaint, scene)
        about = f"{complaint.about}: " if complaint.about else ""
        told = f"{about}“{message(complaint.text)}”{frames}" + (f" ({how})" if how else "")
        yield Finding(sentence(told), citations=citing.of(complaint.quotes))


def _telling(ranked: Sequence[Ranked], scene: Scene) -> list[Complaint]:
    """Errors behind the named causes first, then what is new since the onset and frequent."""
    best, second = named(ranked), second_fault(ranked, scene)
    behind = (each.candidate.complaint for each in (best, second) if each is not None)
    chosen = list({id(each): each for each in (scene.error, *behind) if each is not None}.values())
    others = [each for each in scene.complaints if is_heard(each) and each.since and each not in chosen]
    ordered = sorted(others, key=lambda each: (-_novelty(each), each.level != "error", -each.since))
    return [*chosen, *(each for each in ordered if _novelty(each) >= _NEW)]


def _novelty(complaint: Complaint) -> float:
    """1 for what was not there before the onset, 0 for what was only there before."""
    total = complaint.since + complaint.before
    return complaint.since / total if total else 0.0


def shares(ranked: Sequence[Ranked], scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What lines since the onset, or failing ones, have in common: of the resources concerned first."""
    best = named(ranked)
    first = telling_shares(best, scene) if best else []
    compared = [each for each in scene.shares if each.compared not in _AS_THEY_ARE]
    others = sorted(compared, key=lambda each: -abs(each.share - each.other))
    kept = [each for each in dict.fromkeys([*first, *others]) if each in first or not _says_nothing(each, scene)]
    as_they_are = {each.compared: each for each in reversed(scene.shares) if each.compared in _AS_THEY_ARE}
    for group in _together(kept)[:_SHARES]:
        quotes = [quote for each in group for quote in each.quotes]
        yield Finding(sentence(_spoken_together(group)), citations=citing.of(quotes))
    for each in as_they_are.values():
        yield Finding(sentence(_spoken(each)), citations=citing.of(each.quotes))


def _together(shares: list[Share]) -> list[list[Share]]:
    """Values that the same lines have, as far as their numbers tell, in the order of the first of them."""
    groups: dict[tuple[object, ...], list[Share]] = {}
    for each in shares:
        key = (each.about, each.compared, each.share, each.other, each.count) if each.count else (id(each),)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _spoken_together(group: list[Share]) -> str:
    first = group[0]
    values = ", ".join(f"{each.field}={each.value}" for each in group[:_VALUES])
    if first.compared is Compared.SINCE_ONSET and any(is_client(each) for each in group):
        much = first.share >= _NEW and first.other <= _HARDLY
        if much:
            return (
                f"One client makes {first.share:.0%} ({first.count}) of the log lines of {first.about} since the "
                f"onset, before {first.other:.0%}: {values}"
            )
    if len(group) == 1 or _is_spared(first):
        return _spoken(first)
    return f"Log of {first.about}, {_COMPARED[first.compared]}: {values}: {_numbers(first)}"


def _numbers(share: Share) -> str:
    return share.text.removeprefix(f"{share.field}={share.value}: ")


def _says_nothing(share: Share, scene: Scene) -> bool:
    """Whether it only repeats an error, or comes with a kind of line that was not there before."""
    told_twice = len(share.value) > 3 and not is_client(share)
    repeats = told_twice and any(share.value in each.text for each in scene.complaints if is_heard(each))
    elsewhere = share.share == 0.0 and share.other == 1.0
    return repeats or elsewhere or is_new_kind_of_line(share, scene)


def _is_spared(share: Share) -> bool:
    return share.compared is Compared.FAILING and share.other - share.share >= _SPARED


def _spoken(share: Share) -> str:
    if _is_spared(share):
        return (
            f"{share.about}: lines with {share.field}={share.value} are fine: {share.share:.0%} of the failing "
            f"ones, "
            f"{share.other:.0%} of the others"
        )
    return f"Log of {share.about}, {_COMPARED[share.compared]}: {share.text}"
