"""Words that claims take for their opposites: read for write, enabled for disabled, failed for succeeded.

A claim that says one does not hold where the lines it quotes say the other of the same thing, and this one of
nothing. Claims that deny something, suppose something or speak of both are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.numbers import NUMBER
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.times import TIME
from triage.agent.grounding.reading.vocabulary import (
    FAILURES,
    OPPOSITE_ATTRIBUTES,
    OPPOSITE_DEEDS,
    OPPOSITE_OUTCOMES,
    OPPOSITE_SIDES,
    OPPOSITE_STATES,
)
from triage.agent.grounding.reading.words import is_plain, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from triage.agent.grounding.reading.passages import Passages

NEAR = 4
SHORT = 8
_PIECES = re.compile(r"(?<!\d),|,(?!\d{3}\b)|[;|{}]")
_PERCENTILE = re.compile(r"\bp\d\d(?:\.\d+)?\b", re.IGNORECASE)
_FAILS = frozenset({*FAILURES, "exhaust", "exceed", "satur", "full", "slow"})
MAX_RECORD = 400
_BE = re.compile(r"\b(?:is|are|was|were|been|stays|remains|has|have|had)\s(?P<what>[a-z]+)\b", re.IGNORECASE)
_PASSES = re.compile(r"->|→|\buntil\b|\bwas\b|\bthen\b|\bnow\b|\bagain\b", re.IGNORECASE)
_SET = re.compile(
    r"""(?P<what>enabled|disabled)["']?\s?[:=]?\s?["']?(?:(?:true|false)\s?->\s?)?(?P<is>true|false)\b""",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Text:
    """A claim or a line, word by word."""

    text: str

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.text)

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.words)

    def beside(self, wanted: frozenset[str], near: int) -> frozenset[str]:
        """What is said next to any of the words."""
        found: set[str] = set()
        for place, word in enumerate(self.words):
            if word in wanted:
                found |= subjects(
                    [*self.words[max(0, place - near) : place], *self.words[place + 1 : place + 1 + near]]
                )
        return frozenset(found)


def against_opposites(statement: str, passages: Passages) -> Iterator[str]:
    """Where the quoted lines say the opposite."""
    claim = _Text(normalised(statement))
    lines = [_Text(_SET.sub(_plain_state, line)) for line in passages.lines]
    yield from _percentiles(claim.text, passages)
    if not lines or not is_plain(claim.text):
        return
    quotes = [_Text(_SET.sub(_plain_state, quote)) for quote in passages.quotes]
    settled = [] if _numbers(claim.text) else [quote for quote in quotes if not _numbers(quote.text)]
    pieces = list(_pieces(lines))
    sides, everything = OPPOSITE_SIDES + OPPOSITE_ATTRIBUTES, OPPOSITE_STATES + OPPOSITE_OUTCOMES
    for pairs, check in (
        (sides, lambda own, other: _swapped(claim, lines, own, other, near=3)),
        (OPPOSITE_STATES, lambda own, other: _swapped(claim, quotes, own, other, near=NEAR)),
        (OPPOSITE_DEEDS, lambda own, other: _undone(claim, quotes, lines, own, other)),
        (everything, lambda own, other: _is_otherwise(claim, quotes, own, other)),
        (OPPOSITE_OUTCOMES, lambda own, other: _swapped(claim, settled, own, other, near=NEAR)),
        (sides + everything, lambda own, other: _counted_otherwise(claim, pieces, own, other)),
        (OPPOSITE_SIDES, lambda own, other: _fails_otherwise(claim, passages, own, other)),
    ):
        yield from _said(claim, pairs, check)


def _said(
    claim: _Text,
    pairs: Sequence[tuple[frozenset[str], frozenset[str]]],
    check: Callable[[frozenset[str], frozenset[str]], bool],
) -> Iterator[str]:
    for one, other in pairs:
        for own, opposite in ((one, other), (other, one)):
            if claim.known & own and not claim.known & opposite and check(own, opposite):
                said = next(word for word in claim.words if word in own)
                yield f"the lines quoted say the opposite of {said!r}; correct it, or quote what shows it"


def _swapped(
    claim: _Text, lines: Sequence[_Text], own: frozenset[str], opposite: frozenset[str], *, near: int
) -> bool:
    """Whether lines say the opposite of the same thing, and the word itself of nothing."""
    about = claim.beside(own, near)
    if any(line.known & own for line in lines):
        return False
    return any(about & line.beside(opposite, near) for line in lines)


def _undone(
    claim: _Text, quotes: Sequence[_Text], lines: Sequence[_Text], own: frozenset[str], opposite: frozenset[str]
) -> bool:
    """Whether a record of the opposite deed is quoted, in a line that names what the claim does."""
    if any(line.known & own for line in lines) or not any(quote.known & opposite for quote in quotes):
        return False
    about = claim.beside(own, NEAR)
    return any(len(about & subjects(line.words)) >= 2 for line in lines if len(line.text) <= MAX_RECORD)


def _is_otherwise(claim: _Text, quotes: Sequence[_Text], own: frozenset[str], opposite: frozenset[str]) -> bool:
    """``is denied`` where the text quoted says allowed of the same thing; of counts, each tells the other."""
    said = _BE.search(claim.text)
    if (
        not said
        or said["what"].lower() not in own
        or _numbers(claim.text)
        or any(_PASSES.search(q.text) for q in quotes)
    ):
        return False
    about = subjects(words_of(claim.text[: said.start()])[-2 * NEAR :])
    return not any(quote.known & own for quote in quotes) and any(
        about & quote.beside(opposite, NEAR) or (len(quote.words) <= SHORT and quote.known & opposite)
        for quote in quotes
    )


def _pieces(lines: Sequence[_Text]) -> Iterator[_Text]:
    """What stands together in a line: between its separators, and a label with each of its values."""
    for line in lines:
        series = list(series_in(line.text))
        for each in series:
            yield from (_Text(f"{each.label} {value.value:g}") for _, value in each.points)
        if not series:
            yield from (_Text(piece) for piece in _PIECES.split(line.text))


def _counted_otherwise(
    claim: _Text, pieces: Sequence[_Text], own: frozenset[str], opposite: frozenset[str]
) -> bool:
    """Whether a number of the claim stands beside the opposite wherever the lines have it."""
    beside_own = {number for part in _parts_with(claim.text, own) for number in _numbers(part)}
    for number in beside_own:
        mentions = [piece for piece in pieces if piece.known & (own | opposite) and number in _numbers(piece.text)]
        if mentions and not any(piece.known & own for piece in mentions):
            return True
    return False


def _parts_with(text: str, words: frozenset[str]) -> Iterator[str]:
    """The pieces of a claim that hold one of the words."""
    return (part for part in re.split(r"[,;]|\b(?:and|while|but|of)\b", text) if frozenset(words_of(part)) & words)


def _numbers(text: str) -> frozenset[str]:
    found = NUMBER.finditer(TIME.sub(" ; ", text))
    return frozenset(each["digits"].replace(",", "").removesuffix(".0") for each in found)


def _fails_otherwise(claim: _Text, passages: Passages, own: frozenset[str], opposite: frozenset[str]) -> bool:
    """``reads fail`` where whatever fails by the evidence are writes."""
    if not _fails(claim.words):
        return False
    failing = [line for line in map(_Text, passages.whole) if _fails(line.words) and line.known & (own | opposite)]
    return bool(failing) and not any(line.known & own for line in failing)


def _fails(words: Sequence[str]) -> bool:
    return any(piece in word for word in words for piece in _FAILS)


def _percentiles(claim: str, passages: Passages) -> Iterator[str]:
    quoted = {found.lower() for line in passages.lines for found in _PERCENTILE.findall(line)}
    for stated in dict.fromkeys(found.lower() for found in _PERCENTILE.findall(claim)):
        if quoted and stated not in quoted:
            yield f"the lines quoted are about {', '.join(sorted(quoted))}, not {stated}"


def _plain_state(found: re.Match[str]) -> str:
    """``enabled=false`` says disabled."""
    is_so = (found["what"].lower() == "enabled") is (found["is"].lower() == "true")
    return " enabled " if is_so else " disabled "
