"""Of what is over: when the last error was, what became of the work, whether anything was changed before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Disposition, Finding
from triage.first_look import change_kinds
from triage.first_look.document import moment
from triage.first_look.observations.quoting import Quoter
from triage.first_look.reporting.wording import clock, sentence, span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage.first_look.observations.facts import Change, Complaint, Scene, Setting
    from triage.first_look.observations.quoting import Quote
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

_QUEUES = 2
_LOOKBACK = timedelta(hours=6)
_MODIFIED = ("LastModified", "lastModified")
_AGES = ("ApproximateAgeOfOldestMessage", "IteratorAge", "GetRecords.IteratorAgeMilliseconds")
_OF_QUEUES = ("waiting", "event_sources.queue.waiting")
_OF_DEAD_LETTERS = "dead_letters.waiting"


def is_over(best: Ranked | None) -> bool:
    """Whether what was found is that it passed by itself."""
    return best is not None and best.candidate.disposition is Disposition.TRANSIENT


def findings(best: Ranked | None, scene: Scene, citing: Citing) -> Iterator[Finding]:
    """What a reader asks of something that is over."""
    if not is_over(best):
        return
    for told, quotes in (*_last_error(scene), *left_over(scene), *_unchanged(scene)):
        yield Finding(sentence(told[:1].upper() + told[1:]), citations=citing.of(quotes))


def left_over(scene: Scene) -> Iterator[tuple[str, tuple[Quote, ...]]]:
    """What lies in queues and in dead-letter queues now."""
    dead = [each for each in scene.settings if each.path == _OF_DEAD_LETTERS]
    queues = {each.about or scene.subject: each for path in _OF_QUEUES for each in _at(path, scene)}
    own = [each for each in queues.values() if each.path == "waiting"] or list(queues.values())
    for each in own[:_QUEUES]:
        yield f"{_queue(each, scene)}{_age(each, scene)}", each.quotes
    for each in {one.about: one for one in dead}.values():
        words = (*_named(each, scene), *each.quotes)
        if each.value == "0":
            yield f"the dead-letter queue {each.about} is empty: no message was given up", words
        else:
            yield f"{each.value} messages lie in the dead-letter queue {each.about}", words


def _named(waiting: Setting, scene: Scene) -> tuple[Quote, ...]:
    """The words that name a dead-letter queue."""
    return next(
        (each.quotes for each in scene.settings if each.about == waiting.about and each.key == "queue"), ()
    )


def _at(path: str, scene: Scene) -> list[Setting]:
    return [each for each in scene.settings if each.path == path]


def _queue(waiting: Setting, scene: Scene) -> str:
    about = waiting.about or scene.subject
    where = f"the queue {about}" if waiting.path == "waiting" else f"the queue that {about} reads"
    return (
        f"nothing waits in {where} now"
        if waiting.value == "0"
        else f"{waiting.value} messages wait in {where} now"
    )


def _age(waiting: Setting, scene: Scene) -> str:
    """What the age of the oldest message did meanwhile."""
    for each in scene.reading(*_AGES):
        if each.about == waiting.about and each.rises and each.still is False:
            return f"; meanwhile {each.text}"
    return ""


def _last_error(scene: Scene) -> Iterator[tuple[str, tuple[Quote, ...]]]:
    """When the last line of the trouble was written."""
    new = [each for each in scene.complaints if _is_of_it(each) and each.last]
    last = max(new, key=lambda each: each.last or scene.onset, default=None)
    if last is None or last.last is None or scene.end is None:
        return
    ago = (scene.end - last.last).total_seconds() / 60
    if ago >= 1:
        at = clock(last.last, scene)
        yield f"the last such error of {last.about} was logged at {at}, none in the {span(ago)} since", last.quotes


def _is_of_it(complaint: Complaint) -> bool:
    return complaint.level == "error" and not complaint.hop and complaint.since > complaint.before


def _unchanged(scene: Scene) -> Iterator[tuple[str, tuple[Quote, ...]]]:
    """That nothing was changed before it, as far as CloudTrail and the resource itself tell."""
    own = [each for key in _MODIFIED for each in scene.setting(key, scene.subject) if each.path == key]
    modified = next(iter(own), None)
    at = moment(modified.value) if modified is not None else None
    if _changed(scene, at):
        return
    section = next(iter(scene.look.of("changes_before")), None)
    asked = section is not None and not section.gap and not section.data.get("gaps")
    parts = (
        [f"no change of {scene.subject} or around it is seen in the 6 h before{_harmless(scene)}"] if asked else []
    )
    quotes: tuple[Quote, ...] = ()
    if at is not None and modified is not None:
        ago = span((scene.onset - at).total_seconds() / 60)
        parts.append(f"{scene.subject} was last modified on {at:%Y-%m-%d}, {ago} before")
        quotes = modified.quotes
    if section is not None and asked:
        quotes = (*quotes, *Quoter(section).quotes(str(section.asked.get("window") or "")))
    if parts:
        yield "; ".join(parts), quotes


def _harmless(scene: Scene) -> str:
    """Calls that have no effect on what runs, which a reader may have seen too."""
    calls = [each.event for each in scene.changes if each.related and each.operation and _is_near(each, scene)]
    return f" (but for {', '.join(dict.fromkeys(calls))}, without effect on what runs)" if calls else ""


def _changed(scene: Scene, modified: datetime | None) -> bool:
    """Whether anything was done shortly before to what the alarm is about, or to what surrounds it."""
    if modified is not None and modified >= scene.onset - _LOOKBACK:
        return True
    return any(
        each.related and _is_near(each, scene) and not change_kinds.is_harmless(each) for each in scene.changes
    )


def _is_near(change: Change, scene: Scene) -> bool:
    at = change.at
    return at is not None and not change.refused and scene.onset - _LOOKBACK <= at <= scene.onset + scene.grace
