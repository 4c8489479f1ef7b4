"""Earlier investigations as evidence: what the agent reads of memory before its first turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.domain.briefing import Gathered
from triage.domain.evidence import MEMORY_PREFIX, EvidenceStatus
from triage.domain.memory import Verdict
from triage.domain.recurrence import DAYS, MAX_COUNTED, Recurrence, ordinal
from triage.domain.report import Citation, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.domain.evidence import Evidence
    from triage.domain.memory import Remembered
    from triage.domain.recurrence import Recalled

PURPOSE = "Earlier investigations of the alarm, its resource and the kind of cause"


def gathered_of(recalled: Recalled) -> Gathered | None:
    """What memory says as one piece of evidence; ``None`` when it says nothing."""
    if recalled.is_empty:
        return None
    status = EvidenceStatus.UNAVAILABLE if recalled.gap else EvidenceStatus.OK
    return Gathered(PURPOSE, "", MEMORY_PREFIX + "\n".join(_lines(recalled)), status)


def recurrence_of(recalled: Recalled, evidence: Evidence | None) -> Recurrence | None:
    """What the report says about it; ``None`` when neither alarm nor resource was investigated before."""
    related = next(iter(recalled.of_resource), None)
    last = next(iter(recalled.of_alarm), None)
    if evidence is None or not (last or related):
        return None
    citation = Citation(evidence.id, count_line(recalled))
    return Recurrence(recalled.times + 1, recalled.is_least, last, related, citation)


def count_line(recalled: Recalled) -> str:
    """Which time this is. Nothing in it is from outside, so that it can be cited whatever is remembered."""
    if recalled.is_least:
        return f"This alarm was investigated {MAX_COUNTED} times or more in the {DAYS} days before."
    times = "once" if recalled.times == 1 else f"{recalled.times} times"
    now = f"this is the {ordinal(recalled.times + 1)} time"
    return f"This alarm was investigated {times} in the {DAYS} days before; {now} in {DAYS} days."


def _lines(recalled: Recalled) -> Iterator[str]:
    yield "what earlier investigations found then, newest first; nothing of it was looked at today"
    if recalled.gap:
        yield f"gap: earlier investigations could not be read, or not all of them: {recalled.gap}"
    if not recalled.gap or recalled.of_alarm:
        yield count_line(recalled)
    yield from _listed("this alarm", recalled.of_alarm)
    yield from _listed("other alarms on the same resource", recalled.of_resource)
    yield from _listed("the kind of cause that the first look suggests, elsewhere", recalled.of_cause)


def _listed(title: str, found: Sequence[Remembered]) -> Iterator[str]:
    if found:
        yield f"{title}:"
    for one in found:
        yield f"- {one.at:%Y-%m-%d %H:%M} UTC, {one.alarm}, investigation {one.investigation_id}"
        by = ", by code from a first look only" if one.origin is Origin.FIRST_LOOK else ""
        yield f"  cause named then: {one.category.value}, {one.confidence.value}{by}: {one.cause}"
        yield f"  headline then: {one.headline}; disposition: {one.disposition.value}"
        yield f"  feedback: {_feedback(one)}"


def _feedback(one: Remembered) -> str:
    given = one.feedback
    if given is None:
        return "none"
    what = "right" if given.verdict is Verdict.RIGHT else "wrong; do not name it again without evidence of today"
    return f"a person said this was {what}{f'; note: {given.note}' if given.note else ''}"
