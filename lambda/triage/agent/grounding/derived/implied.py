"""Numbers that evidence implies without stating them.

Small counts are often counted by whoever reads: two pods that are named, three lines that say so, three hours
between two times. They hold when the claim or what it quotes lists as many.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.number_words import MULTIPLE
from triage.agent.grounding.reading.numbers import Kind
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.statements import Stated, stated_in
from triage.agent.grounding.reading.vocabulary import FRACTIONS
from triage.agent.grounding.reading.words import stem, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.statements import StatedNumber
    from triage.agent.grounding.reading.times import Moment

MAX_COUNTED = 31
MAX_TIMES = 60
MAX_LINES = 400
MAX_NUMBERS = 60
ABOUT = 0.15
A_QUARTER = 0.25
_TO_BEFORE = re.compile(
    rf"\b(?:{'|'.join(FRACTIONS)})s?\s(?:of\s)?(?:its|their|what|that|the\s(?:one|usual|normal|level|rate|value|baseline|"
    r"previous|former|size|time|number))\b",
    re.IGNORECASE,
)
"""A share of what something was before: that is among its values over time."""


def is_comparison(number: StatedNumber) -> bool:
    """Whether it is a share or a multiple in words: its digits alone, found anywhere, would show nothing."""
    return number.spoken and (number.of == MULTIPLE or number.number.kind is Kind.RATIO)


def is_implied(number: StatedNumber, statement: str, stated: Stated, passages: Passages) -> bool:
    """Whether a number that the evidence does not state follows from what is listed or quoted."""
    singles_out = number.number.value == 1 and number.of == "of"
    if singles_out or (number.spoken and number.number.value in passages.counts):
        return True
    if number.number.kind is Kind.TIME:
        return _is_span(number, stated, passages)
    if number.number.kind is Kind.RATIO:
        return _is_share(number, statement, stated, passages)
    if number.spoken and number.of == MULTIPLE:
        return _is_multiple(number, stated, passages)
    if not number.spoken or not 2 <= number.number.value <= MAX_COUNTED:
        return False
    value = int(number.number.value)
    return value in set(_listed(stated, passages)) or _are_counted(value, number.of, statement, passages)


def implied_operands(passages: Passages) -> frozenset[float]:
    """Plain numbers that an expression may multiply with or divide by besides those stated.

    How many times or values a quoted line lists, the whole hours, minutes and days between two of its times, and
    the differences of two values quoted side by side.
    """
    counts = {float(count) for stated in passages.stated_by_lines for count in _sizes(stated)}
    spans = {
        seconds / unit
        for stated in passages.stated_by_lines
        for seconds in _spans([time.moment for time in stated.times])
        for unit in (60, 3600, 86_400)
        if seconds % unit == 0
    }
    return frozenset(counts | spans | set(_differences(passages)))


def _is_span(number: StatedNumber, stated: Stated, passages: Passages) -> bool:
    """Whether a duration lies between two times that the claim states, or that it quotes or quotes from.

    One that is only said roughly may also reach from a time of the claim to any of the evidence: "three days ago".
    """
    halves = number.spoken and number.number.decimals
    slack = number.number.factor * (A_QUARTER if halves else number.number.half_digit)
    quoted = [time.moment for each in passages.stated for time in each.times]
    own = [time.moment for time in stated.times]
    by_line = [[time.moment for time in each.times] for each in passages.stated_by_lines]
    fine = number.number.factor < 60
    spans = [*_spans([*own, *quoted], to_the_second=fine)]
    spans += (
        abs(one.seconds_since(other) or 0.0) for one in own for each in by_line for other in each[:MAX_TIMES]
    )
    if number.low or number.spoken:
        slack = max(slack, ABOUT * number.number.base if number.low else 0.0)
        spans += _spans([moment for each in by_line for moment in each], to_the_second=fine)
        spans += (span for each in by_line for span in _covered(each))
        exact = (each for each in passages.moments if not fine or each.second is not None)
        spans += (abs(one.seconds_since(other) or 0.0) for other in exact for one in own)
    return any(seconds and abs(seconds - number.number.base) <= slack for seconds in spans)


def _covered(moments: Sequence[Moment]) -> Iterator[float]:
    """Seconds that the datapoints of a line cover: each stands for a period, 10:00 and 10:05 for ten minutes."""
    if len(moments) > 1 and not any(each.second for each in moments):
        spans = sorted(_spans(moments))
        yield from (span + spans[0] for span in spans)


def _spans(moments: Sequence[Moment], *, to_the_second: bool = False) -> Iterator[float]:
    """Seconds between any two of them; evidence seldom quotes many. Days without a time of day count as days."""
    distinct = list(dict.fromkeys(moments[:MAX_TIMES]))
    for one in distinct:
        if one.second is None and one.minute is not None and to_the_second:
            continue
        for other in distinct:
            seconds = one.seconds_since(other)
            if seconds is None and one.day and other.day:
                seconds = (one.day - other.day).days * 86_400.0
            if seconds and seconds > 0:
                yield seconds


def _is_share(number: StatedNumber, statement: str, own: Stated, passages: Passages) -> bool:
    """Whether a share that is only said roughly is that of two numbers of a quoted line, or stated there."""
    if not number.low:
        return False
    slack = ABOUT * number.number.value
    lines = passages.stated_by_lines if _TO_BEFORE.search(statement) else map(_without_series, passages.lines)
    pairs = (*_pairs(own, *lines), *_at_one_time(own, passages))
    shares = (100 * part / whole for part, whole in pairs if part <= whole)
    stated = (
        each.number.value
        for line in (own, *passages.stated_by_lines)
        for each in line.numbers
        if each.number.kind is Kind.RATIO and each != number
    )
    return any(abs(share - number.number.value) <= slack for share in (*stated, *shares))


def _is_multiple(number: StatedNumber, own: Stated, passages: Passages) -> bool:
    """Whether a quoted line says so many times, or holds two numbers of which one is so many times the other."""
    times = number.number.value
    said = any(
        each.number.value == times and (each.of == MULTIPLE or each.text.lower().endswith("x"))
        for line in passages.stated_by_lines
        for each in line.numbers
    )
    least = (
        times if number.high > number.low else times - max(1.0 if number.low > number.high else 0.5, ABOUT * times)
    )
    most = (
        times
        if number.low > number.high
        else max(times + 0.5, (1 + ABOUT) * times, 1.5 * times if number.high > number.low else 0.0)
    )
    return said or any(least <= more / less <= most for less, more in _pairs(own, *passages.stated_by_lines))


def _without_series(line: str) -> Stated:
    """What a line states besides its values over time: no two of those are a part and its whole."""
    return Stated((), (), (), ()) if next(series_in(line), None) else stated_in(line)


def _at_one_time(own: Stated, passages: Passages) -> Iterator[tuple[float, float]]:
    """Values that the evidence has at one time, such as errors and requests."""
    at: dict[Moment, set[float]] = {}
    for line in passages.whole[:MAX_LINES]:
        for each in series_in(line):
            for then, value in each.points:
                at.setdefault(then, set()).add(value.base)
    asked = [time.moment for time in own.times]
    for then, values in at.items():
        if not asked or any(each.is_shown_by(then) for each in asked):
            yield from ((less, more) for less in values for more in values if 0 < less < more)


def _pairs(*texts: Stated) -> Iterator[tuple[float, float]]:
    """Any two numbers above zero of one text."""
    for stated in texts:
        values = sorted({each.number.base for each in stated.numbers[:MAX_NUMBERS] if each.number.base > 0})
        yield from ((less, more) for less in values for more in values)


def _listed(stated: Stated, passages: Passages) -> Iterator[int]:
    """How many things the claim lists, how many quotes it has, how many values its quotes list."""
    yield from (len(stated.names), len(stated.words), len(stated.times), len(stated.numbers) - 1)
    yield from (len(passages.quotes), len(passages.lines))
    for each in passages.stated:
        yield from _sizes(each)


def _sizes(stated: Stated) -> Iterator[int]:
    yield from (len(stated.times), len(stated.times) - 1, len(stated.numbers), len(stated.names))


def _are_counted(value: int, noun: str, statement: str, passages: Passages) -> bool:
    """Whether as many lines of the evidence say what the claim does, or else name what it counts."""
    lines = [line.casefold() for line in passages.whole]
    known = [each for each in subjects(words_of(statement)) if any(each in line for line in lines)]
    alike = sum(all(each in line for each in known) for line in lines) if known else 0
    counted = stem(noun.casefold())
    named = [line.count(counted) for line in lines] if len(counted) >= 3 else []
    is_whole = bool(
        re.search(rf"\b(?:of|all|the|both)\s(?:the\s)?\S+\s{re.escape(noun)}\b", statement, re.IGNORECASE)
    )
    return (
        value == (alike if known else len(lines))
        or ((is_whole or alike <= 1) and value in {sum(map(bool, named)), sum(named)})
        or value in _lines_like_quotes(statement, lines, passages)
    )


def _lines_like_quotes(statement: str, lines: Sequence[str], passages: Passages) -> Iterator[int]:
    """How many lines have all the words that the claim takes from a quote."""
    said = subjects(words_of(statement))
    for quote in passages.quotes:
        taken = said & subjects(words_of(quote))
        if taken:
            yield sum(all(each in line for each in taken) for line in lines)


def _differences(passages: Passages) -> Iterator[float]:
    for stated in passages.stated:
        for one, other in pairwise(stated.numbers[:MAX_NUMBERS]):
            yield round(abs(one.number.value - other.number.value), 6)
