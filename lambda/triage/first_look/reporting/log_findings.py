"""What logs and states complain of, and what the lines concerned have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.report import Finding
from triage.first_look.observations.facts import Compared
from triage.first_look.reporting.in_common import is_new_kind_of_line, telling_shares
from triage.first_look.reporting.narrative import named, second_fault
from triage.first_look.reporting.wording import message, sentence, times
from triage.first_look.signatures.base import is_heard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.first_look.observations.facts import Complaint, Scene, Share
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_COMPLAINTS = 6
_SHARES = 3
_NEW = 0.5
_SPARED = 0.4

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
    chosen = [each.candidate.complaint for each in (best, second) if each is not None and each.candidate.complaint]
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
    for each in (*kept[:_SHARES], *as_they_are.values()):
        yield Finding(sentence(_spoken(each)), citations=citing.of(each.quotes))


def _says_nothing(share: Share, scene: Scene) -> bool:
    """Whether it only repeats an error, or comes with a kind of line that was not there before."""
    repeats = len(share.value) > 3 and any(share.value in each.text for each in scene.complaints if is_heard(each))
    elsewhere = share.share == 0.0 and share.other == 1.0
    return repeats or elsewhere or is_new_kind_of_line(share, scene)


def _spoken(share: Share) -> str:
    if share.compared is Compared.FAILING and share.other - share.share >= _SPARED:
        return (
            f"{share.about}: lines with {share.field}={share.value} are fine: {share.share:.0%} of the failing "
            f"ones, "
            f"{share.other:.0%} of the others"
        )
    return f"Log of {share.about}, {_COMPARED[share.compared]}: {share.text}"
