"""``before`` and ``after`` between two points in time that a claim states, or that the lines it quotes have."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.figures import countable, moves_in
from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.number_words import in_digits
from triage.agent.grounding.reading.numbers import numbers_in
from triage.agent.grounding.reading.times import TIME, clocks_in, moment
from triage.agent.grounding.reading.vocabulary import SMALL_TALK
from triage.agent.grounding.reading.words import stem, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.numbers import Number
    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.times import Moment

HALF_A_DAY = 43_200

# Not "at 10:05 and, after a restart at 10:09, …": the time that follows belongs to what is said next.
_ORDER = re.compile(
    r"(?:(?!\band\b|\bthen\b|\bnot\b|\bno\b|\bnone\b|[,.;:]).)*"
    r",?\s(?:[\w.]+\s(?:s|sec|seconds?|min|minutes?|h|hours?|days?)\s)?"
    r"(?:(?P<before>before|prior to|earlier than|ahead of)|(?P<after>after|later than))\s[^.;:]{1,80}",
    re.IGNORECASE,
)

_TOLD_ORDER = re.compile(
    r"(?P<first>[^.;]*?)\b(?:(?P<before>before|prior to|ahead of)|(?P<after>after|once|following))\s"
    r"(?P<second>[^.;]*)[.]?",
    re.IGNORECASE,
)
_TIMED_OUT = re.compile(r"\btim(?:ed|es|e|ing)[ -]out\b", re.IGNORECASE)


def against_chronology(statement: str) -> Iterator[str]:
    """Where the first of two times is said to be before the second and is after it, or the other way round."""
    text = normalised(statement)
    for one, other in pairwise(TIME.finditer(text)):
        order = _ORDER.fullmatch(text, one.end(), other.start())
        seconds = _between(one, other)
        if order and seconds and (seconds < 0) is (order["before"] is not None):
            word = "after" if order["before"] else "before"
            yield f"{one[0].strip()} is {word} {other[0].strip()}: correct the order or the times"


def against_order_of_quotes(statement: str, passages: Passages) -> Iterator[str]:
    """``a came back before b had restarted`` where the lines quoted have their times the other way round."""
    text = normalised(statement)
    said = _TOLD_ORDER.fullmatch(TIME.sub("@", text))
    events = [event for quote, line in passages.around if (event := _event(quote, line))]
    if not said or len(events) != 2 or "@" in said["second"] or not _is_order(said["second"]):
        return
    (one, when), (other, then) = events
    seconds = then.seconds_since(when)
    if not seconds or not ((when.day and then.day) or abs(seconds) < HALF_A_DAY):
        return
    told, reference = said["first"], said["second"]
    if not subjects(words_of(in_digits(told))):
        reference, _, told = reference.partition(",")
    first, second = _said_of(told), _said_of(reference)
    one, other = one - other, other - one
    if not (first and second):
        return
    fits = len(first & one) + len(second & other) - len(first & other) - len(second & one)
    if fits and (seconds * fits > 0) is (said["after"] is not None):
        word = "after" if said["before"] else "before"
        yield f"by the times of the lines quoted it was {word} that: correct the order"


def against_order_of_figures(statement: str, passages: Passages) -> Iterator[str]:
    """``fell from 9 to 3`` where the row with the 3 is earlier than the row with the 9."""
    rows = [row for line in passages.lines if (row := _row(line))]
    for move in moves_in(countable(statement)) if len(rows) > 1 else ():
        if move.old is None:
            continue
        olds = [when for when, numbers in rows if any(map(move.old.is_shown_by, numbers))]
        news = [when for when, numbers in rows if any(map(move.new.is_shown_by, numbers))]
        apart = [(new.seconds_since(old) or 0.0) for old in olds for new in news]
        if apart and max(apart) < 0 and min(apart) > -HALF_A_DAY:
            yield f"by the times of the lines quoted {move.text!r} is the wrong way round"


def _row(line: str) -> tuple[Moment, tuple[Number, ...]] | None:
    """A line with one point in time, and its numbers."""
    times = clocks_in(line)
    return (times[0], tuple(numbers_in(line))) if len(times) == 1 else None


def _is_order(second: str) -> bool:
    return len(words_of(second)) > 1


def _event(quote: str, line: str) -> tuple[frozenset[str], Moment] | None:
    """What a line tells, and when: by the first time of the quote, or of the line."""
    found = TIME.search(quote) or TIME.search(line)
    when = moment(found) if found else None
    return (_said_of(line), when) if when and when.minute is not None else None


def _said_of(text: str) -> frozenset[str]:
    words = words_of(_TIMED_OUT.sub("timeout", TIME.sub(" ", text)))
    return frozenset(stem(word) for word in words if word not in SMALL_TALK)


def _between(one: re.Match[str], other: re.Match[str]) -> float | None:
    """Seconds from one to the other; ``None`` where a day that is not stated may turn them round."""
    first, second = moment(one), moment(other)
    if first is None or second is None:
        return None
    seconds = second.seconds_since(first)
    if seconds is None or not ((first.day and second.day) or abs(seconds) < HALF_A_DAY):
        return None
    return seconds
