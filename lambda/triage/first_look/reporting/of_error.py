"""What is said of an error in a log where an alarm's name, metric and state would be told."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from typing import TYPE_CHECKING

from triage.domain.report import Action, Category, Finding, Risk
from triage.domain.signal import MAX_VERBATIM
from triage.first_look.plain import plain
from triage.first_look.reporting.wording import MOST_HEADLINE, clock, cut, data, message, sentence
from triage.first_look.untyped import texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage.domain.report import Citation
    from triage.domain.signal import LogError
    from triage.first_look.observations.facts import Complaint, Scene
    from triage.first_look.ranking import Ranked
    from triage.first_look.reporting.citing import Citing

CONSOLE = Action("Look at the lines of the error in the console (links below).", Risk.LOW)
_LEVEL = re.compile(r"^\W?(?:FATAL|CRITICAL|ERROR|SEVERE|PANIC|WARN(?:ING)?)\W{0,3}\s*")
_WITHIN = re.compile(r"\b(?:FATAL|ERROR|PANIC):\s+")
_GRAVE = re.compile(r"\W?(?:FATAL|CRITICAL|PANIC|EMERG(?:ENCY)?|ALERT)\b")
_LEAST_SAID = 24
_WORDS = re.compile(r"[^\W\d_]{3,}")
_STOPPED = timedelta(minutes=15)


def headline(best: Ranked | None, error: Complaint, scene: Scene) -> str:
    """What the error says or stands for, where, how often and since when."""
    how = f"in {error.group}, {_many(error, scene)}"
    if best is None:
        return _fitted(f"“{{}}” {how}; the cause is not known", said(error))
    candidate = best.candidate
    if candidate.complaint is error:
        in_code = candidate.category in (Category.BAD_DEPLOY, Category.DATA_ERROR)
        own_words = in_code or _says_more(said(error), candidate.headline)
        telling = said(error) if own_words else candidate.headline
        return _fitted(f"{{}} {how}", telling)
    return cut(f"{candidate.headline}; seen as “{said(error)[:60]}” {how}")


def _fitted(form: str, text: str) -> str:
    """The form with as much of a text as a headline takes, so that what follows it stays."""
    room = MOST_HEADLINE - len(form.format(""))
    if room < _LEAST_SAID:
        return cut(form.format(text))
    return form.format(text if len(text) <= room else f"{text[: room - 1].rstrip()}…")


def said(error: Complaint) -> str:
    """What the error says last and most plainly: the message of its exception, without level and packages."""
    parts = [part.strip() for part in plain(data(error.text) or "an error").split(" | ")]
    telling = [part for part in parts if len(_WORDS.findall(part)) > 2] or parts
    return _without_package(_WITHIN.split(_LEVEL.sub("", telling[-1]))[-1])


def _without_package(text: str) -> str:
    """``psycopg.OperationalError: connection failed`` without what is in front; ``KeyError: 'x'`` as it is."""
    before, colon, rest = text.removeprefix("Caused by: ").partition(": ")
    in_package = bool(colon) and " " not in before and "." in before and len(_WORDS.findall(rest)) > 2
    return rest.strip() if in_package else text.removeprefix("Caused by: ")


def _says_more(text: str, other: str) -> bool:
    """Whether the error's own words name what happened, and a hypothesis in general terms does not."""
    words = {word.lower() for word in _WORDS.findall(text)}
    return len(words & {word.lower() for word in _WORDS.findall(other)}) >= 2 and len(text) > len(other)


def summary(error: Complaint, scene: Scene) -> str:
    """How often it was said, where, and whether it goes on."""
    where = f" (at {error.frames[0]})" if error.frames else ""
    told = (
        f"{error.group}: “{message(data(error.text), 200)}”{where}, {_many(error, scene)}{_goes_on(error, scene)}"
    )
    new = " It was not there in the days before." if scene.past and scene.past.is_new else ""
    return f"{sentence(told)}{new}"


def _many(error: Complaint, scene: Scene) -> str:
    """``once, at 02:13 UTC``, ``214 times since 02:13 UTC``."""
    first = clock(error.first or scene.onset, scene)
    return f"once, at {first}" if error.count == 1 else f"{error.count:,} times since {first}"


def _goes_on(error: Complaint, scene: Scene) -> str:
    if scene.watched is None or error.last is None:
        return ""
    return ", and it goes on" if scene.watched.still else f", the last at {clock(error.last, scene)}"


def impact(error: Complaint, scene: Scene) -> str:
    """The error as what suffers shows it."""
    place = f"{error.streams} log streams of {error.group}" if error.streams > 1 else error.group
    since = clock(error.first or scene.onset, scene)
    lines = "1 line" if error.count == 1 else f"{error.count:,} lines"
    return f"{lines} of this error in {place} since {since}{_goes_on(error, scene)}"


def findings(scene: Scene, citing: Citing) -> Iterator[Finding]:
    """Whether it is new, who raised it, and what came before it."""
    past, error = scene.past, scene.error
    if past is None or error is None:
        return
    if past.text:
        told = "It is new" if past.is_new else "It was there before" if past.is_new is False else "Before"
        yield Finding(sentence(f"{told}: {past.text}"), citations=citing.of(past.quotes))
    if past.library and error.frames:
        told = f"Raised in a library ({past.library}), called from {error.frames[0]}"
        yield Finding(sentence(told), citations=citing.of(error.quotes))
    led = [text for text in map(data, past.led_to_it) if text]
    if led and past.place == "the same request":
        told = f"Before it, in {past.place}: {' · '.join(message(text, 120) for text in led)}"
        yield Finding(sentence(told), citations=citing.of(past.led_quotes))


def is_grave(error: Complaint) -> bool:
    """Whether its own level says that it is more than an error."""
    return bool(_GRAVE.match(error.text))


def is_over(scene: Scene) -> bool:
    """Whether it was not said any more when the log was read."""
    return scene.watched is not None and not scene.watched.still


def actions(log: LogError, scene: Scene) -> Iterator[Action]:
    """See whether it goes on."""
    words = _word_for_word(log, scene)
    only = f" --filter-pattern {shlex.quote(chr(34) + words + chr(34))}" if words else ""
    command = f"aws logs tail {shlex.quote(log.log_group)} --since 30m --follow{only}"
    yield Action("Follow the error in its log.", Risk.LOW, command)


def _word_for_word(log: LogError, scene: Scene) -> str:
    """What all of its lines hold, as the look read them; else the longest part of its template that stays."""
    asked = (texts(section.asked.get("lines_with")) for section in scene.look.of("log_error"))
    terms = next(asked, []) or [log.verbatim]
    return max(terms, key=len)[:MAX_VERBATIM].rstrip()


def entry(scene: Scene, citing: Citing) -> tuple[datetime, str, tuple[Citation, ...]]:
    """The moment that started the investigation, where an alarm would have changed its state."""
    log = scene.signal.log
    lines = "1 line" if log is None or log.count == 1 else f"{log.count:,} lines"
    return scene.signal.occurred_at, f"The log hands over {lines} of this error", citing.of_event()
