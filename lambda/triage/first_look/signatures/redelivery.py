"""Messages that come back while they are still worked on: a visibility time-out that is over too early."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from triage.domain.report import Category
from triage.first_look import change_kinds
from triage.first_look.change_kinds import Kin
from triage.first_look.observations.walking import subject_of
from triage.first_look.signatures.base import Candidate, Depth, Signature, is_heard, signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.first_look.observations.facts import Change, Complaint, Scene

#: Who works on messages longer than allowed says so soon; what is put aside was given back a few times before.
_REACH = timedelta(hours=3)
_RECEIVES = 5
_MARGIN = timedelta(minutes=15)
#: Calls that set it: for a queue, and for those who receive (SQS API reference).
_SETS = re.compile(r"^sqs:SetQueueAttributes$")
_TIME_OUT = re.compile(r"\bVisibilityTimeout=(\d+)")
_QUEUE = re.compile(r"\bqueueUrl=\S*?/([\w.-]+)(?=[,\s]|$)")
#: What those who work on such messages say: others are at the same one, its handle ended. How often it was
#: received tells nothing by itself: whatever fails is received again.
_AGAIN = re.compile(
    r"(?:received|delivered|picked up) (?:again|twice|a second time)"
    r"|redelivered|duplicate (?:delivery|message|job)|already (?:being )?(?:processed|handled|in progress)"
    r"|(?:processed|read|handled|taken) by (?:another|an other|a different) (?:worker|consumer|process)"
    r"|receipt handle (?:has expired|is (?:invalid|not valid))|ReceiptHandleIsInvalid|MessageNotInflight",
    re.IGNORECASE,
)
_FEW = 0.1
#: The call that moves messages back from where they were put aside (SQS API reference).
_MOVES = re.compile(r"^sqs:StartMessageMoveTask$")
_SOURCE = re.compile(r"\bsourceArn=(?:arn:aws[\w-]*:sqs:[\w-]*:\d*:)?([\w.-]+)")
_DESTINATION = re.compile(r"\bdestinationArn=(?:arn:aws[\w-]*:sqs:[\w-]*:\d*:)?([\w.-]+)")
_WAITING = frozenset({"ApproximateNumberOfMessagesVisible"})
_AT_ONCE = timedelta(minutes=15)


@signature(
    "received-again",
    Category.TIMEOUT,
    "messages are received again or given up since the visibility time-out of their queue was set shorter",
)
def _received_again(scene: Scene) -> Iterator[Candidate]:
    for change in scene.changes:
        now = _TIME_OUT.search(change.given)
        queue = _queue_of(change)
        if now is None or not queue or not _may_explain(change, scene):
            continue
        before = _before(change, queue, scene)
        if before is not None and before <= int(now[1]):
            continue
        said = [each for each in scene.complaints if _is_said_since(each)]
        put_aside = dead_letter_queues(scene, queue)
        if said or (put_aside and _is_at_once(change, int(now[1]), scene)):
            yield _candidate(change, queue, int(now[1]), before, said, put_aside, scene)


def _is_at_once(change: Change, seconds: int, scene: Scene) -> bool:
    """Whether messages were put aside as soon as they had come back as often as they may."""
    receives = next(
        (int(each.value) for each in scene.setting("after_receives") if each.value.isdigit()), _RECEIVES
    )
    until = (change.at or scene.onset) + receives * timedelta(seconds=seconds) + _MARGIN
    return scene.onset <= until


def _candidate(
    change: Change,
    queue: str,
    seconds: int,
    before: int | None,
    said: list[Complaint],
    put_aside: list[str],
    scene: Scene,
) -> Candidate:
    at = change.at or scene.onset
    was = f" (before {before} s)" if before is not None else ""
    ends = f", and after the allowed receives they end in {put_aside[0]}" if put_aside else ""
    told = f": {said[0].about} says so {said[0].since} times" if said and said[0].about else ""
    return Candidate(
        "received-again",
        Category.TIMEOUT,
        f"the visibility time-out of {queue} was set to {seconds} s{was} by {change.by or 'somebody'} "
        f"({change.operation} at {at:%H:%M:%S} UTC): messages that take longer are received again while they are "
        f"still worked on{told}{ends}",
        f"{queue}: visibility time-out of {seconds} s, shorter than its messages take",
        0.93 if said else 0.66,
        Depth.CAUSE,
        about=queue,
        names=frozenset({queue, *put_aside}),
        since=min((each.first for each in said if each.first), default=None),
        quotes=(*change.quotes, *(quote for each in said[:2] for quote in each.quotes)),
        speaks_for=tuple(each.template[:120] for each in said[:1]),
        kin=(Kin.CONFIGURATION,),
        change=change,
        hop=change.hop,
        consequences=frozenset({"dead-letters-arrive", "backlog-grows"}),
    )


def _queue_of(change: Change) -> str:
    found = _QUEUE.search(change.given)
    return found[1] if found and _SETS.match(change.event) else ""


def _may_explain(change: Change, scene: Scene) -> bool:
    if change.at is None or change.refused or not change.related:
        return False
    return -scene.grace <= scene.onset - change.at <= _REACH


def _before(change: Change, queue: str, scene: Scene) -> int | None:
    """What the latest call before set it to, where one is known."""
    until = change.at or scene.onset
    older = [
        (each.at, int(found[1]))
        for each in scene.changes
        if each.at and each.at < until and not each.refused and _queue_of(each) == queue
        if (found := _TIME_OUT.search(each.given))
    ]
    return max(older)[1] if older else None


def _is_said_since(complaint: Complaint) -> bool:
    """Whether it speaks of messages that came back, and hardly did before the onset."""
    is_new = complaint.since > 0 and complaint.before <= _FEW * complaint.since
    return is_new and is_heard(complaint) and bool(_AGAIN.search(f"{complaint.text}\n{complaint.template}"))


def dead_letter_queues(scene: Scene, source: str = "") -> list[str]:
    """Queues that messages are put aside in, with some in them: those of one queue, or all that are known."""
    found = [str(told.get("queue") or "") for told in _put_aside(scene, source) if told.get("waiting")]
    return [name for name in dict.fromkeys(found) if name]


def _put_aside(scene: Scene, source: str) -> Iterator[Mapping[str, Any]]:
    """What is known of where queues put messages aside: one queue, or all that were asked about."""
    for section in scene.look.of("configuration"):
        told = section.data.get("dead_letters")
        if isinstance(told, dict) and source in ("", subject_of(section)):
            yield told


@signature(
    "moved-back",
    Category.TRAFFIC_SPIKE,
    "messages that had been given up were moved back into the queue shortly before it filled",
)
def _moved_back(scene: Scene) -> Iterator[Candidate]:
    moved = [each for each in scene.changes if _MOVES.match(each.event) and _may_explain(each, scene)]
    change = change_kinds.newest(each for each in moved if _goes_to(each, scene.subject, scene))
    if change is None:
        return
    source = next(iter(_SOURCE.findall(change.given)), "the dead-letter queue")
    near = [each for each in scene.readings if each.at and change.at and abs(each.at - change.at) <= _AT_ONCE]
    emptied = [each for each in near if each.about == source and each.falls and each.name in _WAITING]
    filled = [each for each in near if each.about == scene.subject and each.rises and each.name in _WAITING]
    told = [f"{each.about}: {each.text}" for each in (*emptied[:1], *filled[:1])]
    yield Candidate(
        "moved-back",
        Category.TRAFFIC_SPIKE,
        f"messages that had been given up were moved back from {source} to be worked on again, by "
        f"{change.by or 'somebody'} ({change.operation} at {change.at or scene.onset:%H:%M:%S} UTC)"
        + (f"; {'; '.join(told)}" if told else ""),
        f"{scene.subject}: messages moved back from {source}",
        0.88 if told else 0.66,
        Depth.CAUSE,
        about=scene.subject,
        names=frozenset({scene.subject, source}),
        since=next((each.at for each in (*filled, *emptied)), None),
        quotes=(*change.quotes, *(quote for each in (*emptied[:1], *filled[:1]) for quote in each.quotes)),
        speaks_for=tuple(told),
        change=change,
        hop=change.hop,
        consequences=frozenset({"traffic-spike", "backlog-grows"}),
    )


def _goes_to(change: Change, queue: str, scene: Scene) -> bool:
    """Whether messages were moved to this queue: as the call says, or back from where it puts them aside."""
    destination = _DESTINATION.search(change.given)
    if destination is not None:
        return destination[1] == queue
    source = next(iter(_SOURCE.findall(change.given)), "")
    own = [str(told.get("queue") or "") for told in _put_aside(scene, queue)]
    is_cut = f"{source}\N{HORIZONTAL ELLIPSIS}" in change.given
    return bool(source) and any(name == source or (is_cut and name.startswith(source)) for name in own)


SIGNATURES: tuple[Signature, ...] = (_received_again, _moved_back)
