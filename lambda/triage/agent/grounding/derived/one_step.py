"""Numbers that follow in one step from figures that the claim quotes, and need no expression.

The claim's words say which step: ``28 ms of it are added`` a difference, ``653 in total`` a sum, ``2.2 times`` a
ratio, ``100 a second`` a rate. All values of one list make a sum without saying so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.number_words import MULTIPLE
from triage.agent.grounding.reading.numbers import Kind, Number
from triage.agent.grounding.reading.places import pieces_of
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.words import stem, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.statements import StatedNumber

MAX_FIGURES = 12
MIN_SUM = 10
NEAR = 60
ABOUT = 0.05
ROUGHLY = 2.5
_DIFFERS = re.compile(
    r"\b(?:more|fewer|less|up|down|points?|rose|risen|fell|fallen|grew|grown|gained?|added|adds|lost|los[et]s?|dropped|"
    r"increased?|decreased?|left|remain\w*|free|short|miss\w*|differ\w*|gap|later|earlier|another|extra|higher|lower)\b",
    re.IGNORECASE,
)
_SUMS = re.compile(
    r"\b(?:total|together|altogether|combined|sum|in all|overall|both|across)\b|\bof\s\W?\d", re.IGNORECASE
)
_OF_SHARES = re.compile(r"%|\bpercent\b|Rate\b|Utilization", re.IGNORECASE)
_BY_THE = re.compile(
    r"[^.;,\d]{0,30}?(?:\bper|\ban?|\bevery|\beach|/)\s?(?P<unit>second|minute|hour|day)\b", re.IGNORECASE
)
_FEW = {"second": (60, 300), "minute": (5, 60), "hour": (24,), "day": (7, 30)}


def follows_in_one_step(number: StatedNumber, statement: str, passages: Passages) -> bool:
    """Whether a number is the result of one step from the figures quoted."""
    if number.label:
        return False
    if number.of == MULTIPLE or number.text.lower().endswith("x"):
        return any(_is(number, ratio) for ratio in _ratios(passages))
    if number.number.kind is Kind.RATIO:
        return _is_part(number, passages)
    around = _around(number, statement)
    return any(
        _is(number, step) for figures in _lists(passages) for step in _steps(number, around, figures) if step
    )


def _steps(number: StatedNumber, around: str, figures: Sequence[float]) -> Iterator[float]:
    """What the words around a number may make of some figures."""
    pairs = [(one, other) for at, one in enumerate(figures) for other in figures[:at]]
    per = _BY_THE.search(around)
    if len(figures) > 2 and number.number.value >= MIN_SUM:
        yield sum(figures)
    if number.number.kind is Kind.TIME and len(figures) == 2:
        yield figures[0] * figures[1]
    if per or _DIFFERS.search(around):
        yield from (abs(one - other) for one, other in pairs)
    if _SUMS.search(around):
        yield from (one + other for one, other in pairs)
    if per:
        yield from (one / many for one in figures for many in _FEW[per["unit"].lower()])


def _around(number: StatedNumber, statement: str) -> str:
    """The words beside a number; of one that was said in words, all of the claim."""
    at = -1 if number.spoken else statement.find(number.text.strip())
    return statement[:200] if at < 0 else statement[max(0, at - NEAR) : at + len(number.text) + NEAR]


def _is(number: StatedNumber, value: float) -> bool:
    wanted = number.number
    if number.low or number.high:
        low, high = (ABOUT if each else 0.0 for each in (number.low, number.high))
        if number.low == number.high and wanted.value * (1 - low) <= value <= wanted.value * (1 + high):
            return True
    return wanted.is_shown_by(Number(round(value, 6), decimals=6))


def _lists(passages: Passages) -> Iterator[tuple[float, ...]]:
    """Figures that belong together: those of a quote, and those of all quotes."""
    by_quote = [tuple(_figures(quote)) for quote in passages.quotes]
    yield from by_quote
    if len(by_quote) > 1:
        yield tuple(figure for figures in by_quote for figure in figures)[:MAX_FIGURES]


def _figures(quote: str) -> Sequence[float]:
    figures = [each for series in series_in(quote) for each in series.values]
    if not figures:
        figures = [each.value for piece in pieces_of(quote) for each in piece.numbers]
    return figures[:MAX_FIGURES]


def _is_part(number: StatedNumber, passages: Passages) -> bool:
    """Whether a share is stated as one, as a bare figure too: four in ten where 41.0 is quoted."""
    if not number.spoken:
        parts = (100 * each / sum(figures) for figures in _lists(passages) if sum(figures) for each in figures)
        shares = (*parts, *(100 / ratio for ratio in _ratios(passages)))
        return bool(number.low or number.high) and any(abs(each - number.number.value) <= 1 for each in shares)
    if not any(_OF_SHARES.search(line) for line in passages.lines):
        return False
    return any(abs(figure - number.number.value) <= ROUGHLY for figures in _lists(passages) for figure in figures)


def _ratios(passages: Passages) -> Iterator[float]:
    """How many times one figure of a quote is another, or one of two quotes with the same word before it."""
    for quote in passages.quotes:
        figures = [each for each in _figures(quote) if each]
        yield from (one / other for one in figures for other in figures if one > other)
    keyed: dict[str, set[float]] = {}
    for line in passages.quotes:
        for piece in pieces_of(line):
            for place in piece.places:
                if place.number and place.number.value:
                    keyed.setdefault(" ".join(map(stem, words_of(place.key))), set()).add(place.number.value)
    for values in keyed.values():
        few = sorted(values)[:MAX_FIGURES]
        yield from (one / other for one in few for other in few if one > other)
