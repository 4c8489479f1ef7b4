"""Directions in claims, against the figures they cite: what rose did not fall, what became less did not grow.

A claim is held against its own figures (``fell from 3 to 9``), against changes that evidence writes as such
(``60 -> 10``) and against values over time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.agent.grounding.contradictions.changes import changes_in
from triage.agent.grounding.reading.figures import BREAK, MAX_BETWEEN, VERB, countable, moves_in, sign_of
from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.number_words import SPOKEN
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.vocabulary import (
    OPPOSITE_ATTRIBUTES,
    OPPOSITE_OUTCOMES,
    OPPOSITE_SIDES,
    OPPOSITE_STATES,
)
from triage.agent.grounding.reading.words import is_plain, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.figures import Move
    from triage.agent.grounding.reading.numbers import Number
    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.series import Series

SLIGHTLY = 0.1
FAR = 0.5
_TWICE = 2
_NEXT_TO = 0.2
MAX_WORDS = 12
_RECOVERED = re.compile(r"\brecover(?:ed|s|ing)?\b", re.IGNORECASE)
_WANTED = re.compile(r"\b(?:healthy|free|freeable|available|success\w*|throughput|traffic)\b", re.IGNORECASE)
_FAR_UP = re.compile(
    r"surged|soared|spiked|jumped|plunged|plummeted|collapsed|doubled|tripled|halved|shot up", re.IGNORECASE
)
_FLAT = re.compile(r"\b(?:steady|flat|stable|constant|unchanged|the same|did not change)\b", re.IGNORECASE)
_ARROW = re.compile(r"->|→|\binstead of\b|\brather than\b")
_OF_BEFORE = re.compile(
    r"\b(?:was|were|had|been|from|before|until|used|once|previous(?:ly)?|earlier|former(?:ly)?|old|instead|rather|than|"
    r"off|left|took|away|replac\w+|stop\w*|reduc\w+|cut|lower\w*|rais\w+|doubl\w+|halv\w+|remov\w+|chang\w+|increas\w+|"
    r"decreas\w+)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:now|given|got|became|set to)\b", re.IGNORECASE)


def against_own_figures(statement: str) -> Iterator[str]:
    """Where the figures of the statement itself go the other way."""
    for move in moves_in(countable(statement)):
        if move.old and move.sign * (move.new.base - move.old.base) < 0:
            yield f"{move.text!r} goes the other way: correct the verb or the order of the figures"


def against_figures(statement: str, passages: Passages) -> Iterator[str]:
    """Where the figures of the quoted lines go the other way."""
    text = countable(statement)
    moves = list(moves_in(text))
    series = [each for line in passages.lines for each in series_in(line)]
    yield from _against_changes(statement, passages)
    yield from _against_order(moves, series)
    yield from _against_values_before(moves, series)
    yield from _against_flat(text, series)
    yield from _against_trend(text, [*map(_Trend.of_series, series), *_trends_told(passages)])


def _against_changes(statement: str, passages: Passages) -> Iterator[str]:
    """Old and new value exchanged."""
    yield from _against_what_was(statement, passages)
    if not any(not verb["stays"] for verb in VERB.finditer(statement)) and not _ARROW.search(statement):
        return
    stated = list(changes_in(normalised(statement)))
    quoted = {change for line in passages.lines for change in changes_in(line)} if stated else set()
    for change in stated:
        turned = replace(change, old=change.new, new=change.old)
        if turned in quoted and change not in quoted:
            yield f"the line quoted says {turned.old} became {turned.new}: correct the order"


def _against_what_was(statement: str, passages: Passages) -> Iterator[str]:
    """``is now Allow`` where the text quoted says ``Allow -> Deny``."""
    text = countable(statement)
    if _OF_BEFORE.search(text) and not _GIVEN.search(text):
        return
    said = {word.strip(".,:;").casefold() for word in text.replace(SPOKEN, "").split()}
    for quote in passages.quotes:
        for change in changes_in(quote) if _ARROW.search(quote) else ():
            if change.old in said and change.new not in said:
                yield f"the text quoted says that {change.old!r} became {change.new!r}: say what is so now"


def _against_order(moves: Sequence[Move], series: Sequence[Series]) -> Iterator[str]:
    """From one value to another where the second was there first."""
    for move in moves:
        orders = [order for each in series if move.old for order in _orders(move.old, move.new, each)]
        if orders and not any(orders):
            yield f"the evidence shows the figures of {move.text!r} in the other order of time"


def _orders(old: Number, new: Number, series: Series) -> Iterator[bool]:
    """Whether one may have become the other, for a series that holds both."""
    before, after = _places(old, series), _places(new, series)
    if before and after:
        yield min(before) < max(after)


def _places(wanted: Number, series: Series) -> list[int]:
    return [place for place, (_, value) in enumerate(series.points) if wanted.is_shown_by(value)]


def _against_values_before(moves: Sequence[Move], series: Sequence[Series]) -> Iterator[str]:
    """``rose to 44.9`` where every value before was larger."""
    for move in moves:
        holding = [each for each in series if _places(move.new, each)]
        if not move.old and holding and all(_went_otherwise(move, each) for each in holding):
            said = "larger" if move.sign > 0 else "smaller"
            yield f"the quoted value before that of {move.text!r} is {said}: correct the verb"


def _went_otherwise(move: Move, series: Series) -> bool:
    """Whether all values before were on the other side, or the one before was far on it."""
    place = _places(move.new, series)[0]
    if not place:
        return False
    value, before, values = series.values[place], series.values[:place], series.values
    far = FAR * (max(values) - min(values))
    end = min(values) if move.sign > 0 else max(values)
    if all(move.sign * (value - each) < 0 for each in before):
        return True
    return move.sign * (before[-1] - value) > far and abs(value - end) < SLIGHTLY * far


@dataclass(frozen=True)
class _Trend:
    """Which way values that evidence tells of something only go: up, down, or 0 for neither.

    Attributes:
        is_flat: all values are the same.
        is_level: they are nearly so: nothing surged.
    """

    about: str
    sign: int
    is_flat: bool = False
    is_level: bool = False

    @classmethod
    def of_series(cls, series: Series) -> _Trend:
        steps = [later - earlier for earlier, later in pairwise(series.values)]
        most = max(abs(series.first), abs(series.last))
        if abs(series.last - series.first) <= SLIGHTLY * most:
            level = max(series.values) - min(series.values) <= SLIGHTLY * most
            return cls(series.label, 0, is_flat=len(set(series.values)) == 1, is_level=level)
        only = all(step >= 0 for step in steps) - all(step <= 0 for step in steps)
        return cls(series.label, only or _end_to_end(series.values))


def _end_to_end(values: Sequence[float]) -> int:
    """1 where values end next to their largest and began next to their smallest, -1 the other way round."""
    least, most = min(values), max(values)
    slack = _NEXT_TO * (most - least)
    if values[0] - least <= slack and most - values[-1] <= slack:
        return 1
    return -(most - values[0] <= slack and values[-1] - least <= slack)


def _trends_told(passages: Passages) -> Iterator[_Trend]:
    """``0.1 s -> 4.6 s Duration`` tells one as well."""
    for line in passages.lines:
        for change in changes_in(line):
            if change.sign:
                yield _Trend(change.about, change.sign)


def _against_flat(text: str, series: Sequence[Series]) -> Iterator[str]:
    """``latency is steady`` where the values quoted grow to twice as much."""
    flat = _FLAT.search(text)
    before = words_of(text[: flat.start()]) if flat else []
    about = [each for each in series if subjects(before) & subjects(words_of(each.label))]
    if about and is_plain(text) and all(max(each.values) > _TWICE * max(min(each.values), 0) for each in about):
        yield f"the quoted values of {about[0].label[-40:]!r} are not the same: correct it"


def _against_trend(text: str, trends: Sequence[_Trend]) -> Iterator[str]:
    """``errors fell`` where all that the quoted lines tell of errors only grows."""
    verbs = [verb for verb in VERB.finditer(text) if sign_of(verb)]
    recovered = [] if verbs else list(_RECOVERED.finditer(text))
    signs = {sign_of(verb) for verb in verbs} or {1 if _WANTED.search(text) else -1 for _ in recovered}
    verbs = verbs or recovered
    if len(signs) != 1 or not is_plain(text):
        return
    (sign,) = signs
    about = [trend for trend in trends if any(_is_about(text, verb, trend) for verb in verbs)]
    if not about and len(trends) == 1 and len(text.split()) <= MAX_WORDS:
        about = [
            each for each in trends if not _are_opposed(frozenset(words_of(text)), frozenset(words_of(each.about)))
        ]
    far = any(_FAR_UP.fullmatch(verb[0]) for verb in verbs)
    if about and all(trend.sign == -sign or trend.is_flat or (far and trend.is_level) for trend in about):
        do = "stay the same" if about[0].is_level else "only fall" if sign > 0 else "only grow"
        yield f"the quoted values of {about[0].about.strip()[-40:]!r} {do}: correct the verb"


def _is_about(text: str, verb: re.Match[str], trend: _Trend) -> bool:
    before = words_of(BREAK.split(text[max(0, verb.start() - MAX_BETWEEN) : verb.start()])[-1])[-4:]
    label = words_of(trend.about)
    return bool(subjects(before) & subjects(label)) and not _are_opposed(frozenset(before), frozenset(label))


def _are_opposed(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one has a word whose opposite the other has: used space and free space."""
    return any(
        (one & first and other & second) or (one & second and other & first)
        for first, second in (*OPPOSITE_SIDES, *OPPOSITE_ATTRIBUTES, *OPPOSITE_STATES, *OPPOSITE_OUTCOMES)
    )
