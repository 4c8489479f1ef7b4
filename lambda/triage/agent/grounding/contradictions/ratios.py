"""A share or a multiple that a claim states beside the two figures it is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.figures import countable
from triage.agent.grounding.reading.number_words import SPOKEN
from triage.agent.grounding.reading.numbers import NUMBER, Kind, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.numbers import Number

SLACK = 0.1
"""How far, as a share of it, a rounded share or multiple may be from what its figures give."""

_OF = re.compile(rf"\s(?:out\s)?of\s(?:(?:its|their|the|all|some|about)\s)*{SPOKEN}?", re.IGNORECASE)
_TO_SHARE = re.compile(
    r"[^.;\d]{0,60}?[,(]\s?(?:(?:about|around|roughly|nearly|almost|or|some|i\.e\.)\s)*", re.IGNORECASE
)
_BY_VERB = {"doubled": 2, "tripled": 3, "trebled": 3, "quadrupled": 4, "halved": 2}
_VERB = re.compile(rf"\b(?:{'|'.join(_BY_VERB)})\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s(?:(?:about|around|some|only)\s)?", re.IGNORECASE)
_TO = re.compile(r"[^.;,\d@]{0,30}?\sto\s(?:(?:about|around|some|only)\s)?", re.IGNORECASE)
_FOLD = re.compile(rf"\b{SPOKEN}?(?P<times>\d+(?:\.\d+)?)(?:\s|-)?(?:fold|times|x)\b", re.IGNORECASE)


def against_ratios(statement: str) -> Iterator[str]:
    """``396 of 400, about 85 %`` and ``grew 35-fold, from 0.9 to 19.6``."""
    text = countable(statement)
    yield from _shares(text)
    yield from _multiples(text)


def _shares(text: str) -> Iterator[str]:
    for part in NUMBER.finditer(text):
        of = _OF.match(text, part.end())
        whole = NUMBER.match(text, of.end()) if of else None
        gap = _TO_SHARE.match(text, whole.end()) if whole else None
        share = NUMBER.match(text, gap.end()) if gap else None
        if not (whole and share and number(share).kind is Kind.RATIO) or not number(whole).base:
            continue
        given = 100 * number(part).base / number(whole).base
        if number(part).kind is number(whole).kind and not _is_near(number(share), given):
            yield f"{part[0]} of {whole[0]} is {given:.3g} %, not {share[0]}"


def _multiples(text: str) -> Iterator[str]:
    figures = list(_from_to(text))
    folds = [float(found["times"]) for found in _FOLD.finditer(text)]
    folds += [float(_BY_VERB[found[0].lower()]) for found in _VERB.finditer(text)]
    if len(figures) != 1 or len(folds) != 1 or not folds[0]:
        return
    (old, new), (times,) = figures[0], folds
    given = new / old
    if min(abs(each - times) for each in (given, 1 / given, given - 1)) > 2 * SLACK * times:
        yield f"from {old:g} to {new:g} is {given:.3g} times as much, not {times:g}"


def _from_to(text: str) -> Iterator[tuple[float, float]]:
    for found in _FROM.finditer(text):
        old = NUMBER.match(text, found.end())
        gap = _TO.match(text, old.end()) if old else None
        new = NUMBER.match(text, gap.end()) if gap else None
        if old and new and number(old).base > 0 and number(new).base > 0:
            yield _in_one_unit(number(old), number(new))


def _in_one_unit(old: Number, new: Number) -> tuple[float, float]:
    """A unit that is said once is meant of both."""
    if Kind.BARE in (old.kind, new.kind):
        return old.value, new.value
    return old.base, new.base


def _is_near(stated: Number, given: float) -> bool:
    return abs(given - stated.value) <= max(SLACK * stated.value, 2 * stated.half_digit)
