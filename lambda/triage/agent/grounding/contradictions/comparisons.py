"""``above`` and ``below`` between two figures that a claim states: ``9 errors, above the threshold of 5``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.figures import BREAK, countable
from triage.agent.grounding.reading.numbers import NUMBER, Kind, number
from triage.agent.grounding.reading.vocabulary import ABOVE, BELOW, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.numbers import Number

MAX_BETWEEN = 40

_ABOVE, _BELOW = ("|".join(sorted(words, key=len, reverse=True)) for words in (ABOVE, BELOW))
_COMPARED = re.compile(rf"\b(?:(?P<above>{_ABOVE})|(?P<below>{_BELOW}))\b(?!-)", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:threshold|limit|quota|maximum|minimum|target|baseline|budget|capacity)\b", re.IGNORECASE
)
_NO = re.compile(r"\b(?:not|never|nor|no|without|neither|cannot|from)\b|n't\b", re.IGNORECASE)
_OTHER_COUNT = re.compile(r"\s?(?:times|fold|x)\b", re.IGNORECASE)
_NOT_ABOUT_IT = re.compile(r"(?:from|against|than|versus|vs\.?|to)\s$|^,\s(?:is|was|are|were)\b", re.IGNORECASE)
_IS = re.compile(
    r",|\b(?:is|are|was|were|lies|lay|stands|stood|stays|stayed|remains|remained|rose|fell)\b", re.IGNORECASE
)
_SAMPLE = re.compile(rf"\b(?:{'|'.join(SAMPLES)})s?\b", re.IGNORECASE)


def against_comparison(statement: str) -> Iterator[str]:
    """Where the first figure is said to be above the second and is below it, or the other way round."""
    text = countable(statement)
    for compared in _COMPARED.finditer(text):
        other = _figure_after(text, compared)
        one = _figure_before(text, compared) if other else None
        if one and other and _is_wrong(one, other, is_above=compared["above"] is not None):
            yield f"{one.value:g} is not {compared[0]} {other.value:g}: correct the comparison or the figures"


def _is_wrong(one: Number, other: Number, *, is_above: bool) -> bool:
    return one.kind is other.kind and one.base != other.base and (one.base < other.base) is is_above


def _figure_before(text: str, compared: re.Match[str]) -> Number | None:
    """The last figure before a comparison, where that is about it."""
    found = list(NUMBER.finditer(text, max(0, compared.start() - MAX_BETWEEN), compared.start()))
    if not found:
        return None
    last, between = found[-1], text[found[-1].end() : compared.start()]
    if any(pattern.search(between) for pattern in (BREAK, _NO, _SAMPLE, _NOT_ABOUT_IT)):
        return None
    if _NOT_ABOUT_IT.search(text[: last.start()]) or not (_IS.search(between) or _exceeds(text, compared)):
        return None
    return number(last)


def _exceeds(text: str, compared: re.Match[str]) -> bool:
    """Whether the comparison is a verb, or one with a limit: that needs no ``is``."""
    after = text[compared.end() : compared.end() + MAX_BETWEEN]
    return compared[0].lower().startswith(("exceed", "cross", "surpass")) or bool(_LIMIT.search(after))


def _figure_after(text: str, compared: re.Match[str]) -> Number | None:
    found = next(NUMBER.finditer(text, compared.end(), compared.end() + MAX_BETWEEN), None)
    if not found or _OTHER_COUNT.match(text, found.end()):
        return None
    stated = number(found)
    between = text[compared.end() : found.start()]
    if BREAK.search(between) or "," in between or (stated.kind is Kind.BARE and not _LIMIT.search(between)):
        return None
    return stated
