"""The error in a log that is investigated: what the event says of it, and what the look found in the log itself.

The event holds lines of the error. They are evidence, so that it is understood even where nobody may read the log.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from triage.first_look.document import moment
from triage.first_look.observations.facts import Complaint, Fact, Origin, Past, Watched
from triage.first_look.observations.logs import owner_of
from triage.first_look.observations.metrics import watched_of
from triage.first_look.observations.quoting import EVENT, Quote, Quoter, clean
from triage.first_look.untyped import texts, whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.signal import LogError
    from triage.first_look.document import Section

F = TypeVar("F", bound=Fact)

_ESCAPED = re.compile(r"[\"\\\r\n\t]")
_LONGEST = 200
_MOST_LED = 3
_WORDS = re.compile(r"[^A-Za-z]+")


def complaint_of(log: LogError, section: Section | None, about: str) -> Complaint:
    """The error with the words of the event, counted by the log where that was read."""
    data: dict[str, Any] = dict(section.data) if section else {}
    counted = "since_onset" in data
    said = log.sample if log.sample.lstrip().startswith("{") else log.message
    return Complaint(
        about=about,
        quotes=(*quotes_of(log), *_quoted(section)),
        text=clean(said),
        template=clean(log.sample),
        count=whole(data.get("count")) if counted else log.count,
        before=whole(data.get("before_onset")) if counted else 0,
        since=whole(data.get("since_onset")) if counted else log.count,
        first=moment(data.get("first")) or log.first_at,
        last=moment(data.get("last")) or log.last_at,
        frames=tuple(texts(data.get("frames"))) or log.frames,
        origin=Origin.LOG,
        group=log.log_group,
        streams=whole(data.get("streams")) or len(log.log_streams),
        own=True,
    )


def quotes_of(log: LogError) -> tuple[Quote, ...]:
    """The longest words of the error that the event holds as they are: its JSON escapes quotation marks."""
    longest = max(_ESCAPED.split(log.message), key=len, default="").strip()[:_LONGEST].rstrip()
    return (Quote(EVENT, longest),) if longest else ()


def _quoted(section: Section | None) -> tuple[Quote, ...]:
    if section is None:
        return ()
    quoter = Quoter(section)
    return (*quoter.quotes(str(section.data.get("sample") or "")[:120]),)[:1]


def watched_in(section: Section) -> Watched | None:
    """How often it comes, as a metric; ``None`` where the log shows nothing of it."""
    if "reading" not in section.data:
        return None
    return replace(watched_of(section), name="Lines of this error", silent=False)


def past_of(section: Section | None) -> Past:
    """Whether it is new, and what came before it."""
    if section is None:
        return Past()
    quoter, data = Quoter(section), section.data
    led = texts(data.get("came_before_it"))[-_MOST_LED:]
    seen = str(data.get("seen_before") or "")
    is_new = data.get("is_new")
    return Past(
        quotes=quoter.quotes(seen) if seen else (),
        text=seen,
        is_new=is_new if isinstance(is_new, bool) else None,
        led_to_it=tuple(map(clean, led)),
        led_quotes=tuple(quote for line in led for quote in quoter.quotes(line[:120])),
        place=str(data.get("came_before_it_in") or ""),
        library=str(data.get("raised_in_library") or ""),
    )


def without_its_parts(found: Iterable[Complaint], own: Complaint) -> Iterable[Complaint]:
    """The other complaints: rows of the error's own lines are no errors besides it."""
    words = _words(f"{own.text} {own.template}")
    for each in found:
        mine = each.group == own.group and each.origin is Origin.LOG
        if not (mine and _words(each.template) and _words(each.template) <= words):
            yield each


def _words(text: str) -> frozenset[str]:
    masks = re.sub(r"<\w+>|<\*>", " ", text)
    return frozenset(word.lower() for word in _WORDS.split(masks) if len(word) > 2)


def of_its_writer(found: Iterable[F], log: LogError, subject: str) -> tuple[F, ...]:
    """Facts about the log under the name of what writes it: a log group may be called otherwise."""
    called = owner_of(log.log_group)
    return tuple(replace(each, about=subject) if each.about == called else each for each in found)
