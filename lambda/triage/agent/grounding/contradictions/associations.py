"""Details of a claim that are true apart and not together: a value with the time or the name of another one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.number_words import in_digits
from triage.agent.grounding.reading.numbers import NUMBER, number
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.times import TIME, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.numbers import Number
    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.series import Series
    from triage.agent.grounding.reading.times import Moment

MAX_LINES = 400

_AT = re.compile(r"\s?(?:[A-Za-z%]+\s){0,4}at\s")
PIECES = re.compile(r",(?!\d{3}\b)\s?|;\s?|\s?\|\s?|\}\s?,?\s?\{")


def against_series(statement: str, passages: Passages) -> Iterator[str]:
    """``498 errors at 14:05`` where the values over time have 412 then, and 498 at another time."""
    series = [each for line in passages.whole[:MAX_LINES] for each in series_in(line)]
    quoted = [each for line in passages.lines for each in series_in(line)]
    for value, at, text in _values_at(in_digits(normalised(statement))):
        elsewhere = [each for each in quoted if _has(each, value) and _has_time(each, at)]
        if elsewhere and not any(_has_both(each, value, at) for each in series):
            yield f"the values quoted do not have {text!r}: correct the value or the time"


def _values_at(text: str) -> Iterator[tuple[Number, Moment, str]]:
    for found in TIME.finditer(text):
        at = moment(found)
        before = list(NUMBER.finditer(text, max(0, found.start() - 60), found.start()))
        if not at or at.minute is None or not before:
            continue
        if text[before[-1].start() - 1 : before[-1].start()] == ":":
            continue
        if _AT.fullmatch(text, before[-1].end(), found.start()):
            yield number(before[-1]), at, text[before[-1].start() : found.end()]


def _has(series: Series, value: Number) -> bool:
    return any(value.is_shown_by(each) for _, each in series.points)


def _has_time(series: Series, at: Moment) -> bool:
    return any(at.is_shown_by(each) for each, _ in series.points)


def _has_both(series: Series, value: Number, at: Moment) -> bool:
    return any(at.is_shown_by(then) and value.is_shown_by(each) for then, each in series.points)
