"""What the lines concerned, or the parts of the metric, have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.first_look.observations import inputs
from triage.first_look.observations.facts import Compared
from triage.first_look.reporting.wording import sentence

if TYPE_CHECKING:
    from triage.first_look.observations.facts import Scene, Share
    from triage.first_look.ranking import Ranked

_GAIN = 0.3
_FEW = 2
_MOST_LINES = 0.5
_LINES = {Compared.SINCE_ONSET: "since the onset", Compared.FAILING: "that fail"}
_OTHERS = {Compared.SINCE_ONSET: "before", Compared.FAILING: "of the others"}
#: Fields that say for whom a line is: a responder tells them even where the error's own line holds them too.
CLIENT = re.compile(r"(?i)[\w.-]*(?:api_?key|client|caller|tenant|partner|customer|consumer)[\w.-]*")
_PLACES = frozenset({"stream", "at", "logger", "thread"})


def in_common(best: Ranked, scene: Scene) -> list[str]:
    """What most lines concerned have in common, where the error itself does not say it."""
    return [
        sentence(
            f"Of the log lines of {each.about} {_LINES[each.compared]}, {each.share:.0%} have "
            f"{each.field}={each.value} ({_OTHERS[each.compared]} {each.other:.0%})"
        )
        for each in _distinct(telling_shares(best, scene))[:2]
    ]


def _distinct(shares: list[Share]) -> list[Share]:
    """Of values that the same lines have, as far as their numbers tell, the first."""
    kept: dict[tuple[object, ...], Share] = {}
    for each in shares:
        kept.setdefault((each.about, each.compared, each.share, each.other, each.count), each)
    return list(kept.values())


def is_new_kind_of_line(share: Share, scene: Scene) -> bool:
    """Whether lines of another kind appeared, with several fields that are always the same: that says little."""
    if share.compared is not Compared.SINCE_ONSET or not _all_or_none(share):
        return False
    alike = [each for each in scene.shares if each.about == share.about and each.compared is share.compared]
    return sum(_all_or_none(each) for each in alike) > _FEW


def _all_or_none(share: Share) -> bool:
    return share.count > 0 and share.share == 1.0 and share.other == 0.0


def few_streams(best: Ranked, scene: Scene) -> list[str]:
    """That only some of the tasks or instances log failures, where that is so."""
    for each in scene.shares:
        found = re.fullmatch(r"(\d+) of (\d+)", each.text) if each.compared is Compared.STREAMS else None
        if found and each.about == best.candidate.about and 2 * int(found[1]) <= int(found[2]):
            return [sentence(f"Failing lines are in {found[1]} of {found[2]} log streams of {each.about} only")]
    return []


def in_inputs(best: Ranked, scene: Scene) -> list[str]:
    """In what the inputs of executions that fail differ, where those are what fails."""
    if best.candidate.about != scene.subject:
        return []
    return [sentence(f"Of their inputs: {row.text}") for row in inputs.differing(scene)[:_FEW]]


def moved_part(scene: Scene) -> list[str]:
    """Where the alarm's metric is published in parts: that one of them moved alone."""
    rows = [row for row in scene.rows if row.helper == "metric_parts"]
    moved = [row for row in rows if row.moved and row.rises]
    if len(moved) != 1:
        return []
    part = moved[0].text.partition(": ")[0].rpartition(" ")[2]
    others = f"; {len(rows) - 1} other parts did not change" if len(rows) > 1 else ""
    return [sentence(f"Of the parts of the metric only {part} shows it{others}")]


def telling_shares(best: Ranked, scene: Scene) -> list[Share]:
    """Values that lines of the resources concerned have since the onset, or when they fail, and hardly else."""
    candidate = best.candidate
    concerned = {candidate.about, candidate.named.resource, candidate.named.host.partition(".")[0], scene.subject}
    said = candidate.complaint.text if candidate.complaint else " ".join(candidate.speaks_for)
    found = [
        each
        for each in scene.shares
        if each.about in concerned
        and each.compared in _LINES
        and each.share - each.other >= _GAIN
        and each.share >= _MOST_LINES
        and (is_client(each) or not _says(said, each.value))
        and not is_new_kind_of_line(each, scene)
        and each.field not in _PLACES
    ]
    return sorted(
        found, key=lambda each: (not is_client(each), _is_plain(each), each.other - each.share, each.text)
    )


def _is_plain(share: Share) -> bool:
    """Whether a value is a mere number, or none: what was asked for tells more."""
    return not re.search(r"[A-Za-z]{2}", share.value)


def is_client(share: Share) -> bool:
    """Whether a value says for whom a line is: a caller, a tenant, a key."""
    return bool(CLIENT.fullmatch(share.field))


def _says(text: str, value: str) -> bool:
    """Whether a text holds a value that is telling by itself: a digit occurs everywhere."""
    return len(value) > 3 and value in text
