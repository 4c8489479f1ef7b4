"""Words that claims take for their opposites: read for write, enabled for disabled, failed for succeeded.

A claim that says one does not hold where the lines it quotes say the other of the same thing, and this one of
nothing. Claims that deny something, suppose something or speak of both are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from triage.agent.grounding.normalising import normalised
from triage.agent.grounding.numbers import NUMBER
from triage.agent.grounding.times import TIME
from triage.agent.grounding.vocabulary import (
    FAILURES,
    OPPOSITE_ATTRIBUTES,
    OPPOSITE_OUTCOMES,
    OPPOSITE_SIDES,
    OPPOSITE_STATES,
)
from triage.agent.grounding.words import is_plain, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from triage.agent.grounding.passages import Passages

NEAR = 4
_PIECES = re.compile(r"(?<!\d),|,(?!\d{3}\b)|[;|{}]")
_PERCENTILE = re.compile(r"\bp\d\d(?:\.\d+)?\b", re.IGNORECASE)
_FAILS = frozenset({*FAILURES, "exhaust", "exceed", "satur", "full", "slow"})
_IS = frozenset({"is", "are", "was", "were", "has", "have", "been", "got", "being", "be"})
_SET = re.compile(r"""(?P<what>enabled|disabled)["']?\s?[:=]\s?["']?(?P<is>true|false)\b""", re.IGNORECASE)


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
    for pairs, check in (
        (OPPOSITE_SIDES + OPPOSITE_ATTRIBUTES, lambda own, other: _swapped(claim, lines, own, other, near=1)),
        (OPPOSITE_STATES, lambda own, other: _swapped(claim, quotes, own, other, near=NEAR)),
        (OPPOSITE_OUTCOMES, lambda own, other: _counted_otherwise(claim, lines, own, other)),
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


def _counted_otherwise(
    claim: _Text, lines: Sequence[_Text], own: frozenset[str], opposite: frozenset[str]
) -> bool:
    """Whether a number of the claim stands beside the opposite wherever the lines have it."""
    pieces = [_Text(piece) for line in lines for piece in _PIECES.split(line.text)]
    for number in _numbers(claim.text):
        near = [piece for piece in pieces if number in _numbers(piece.text)]
        mentions = [piece for piece in near if piece.known & (own | opposite)]
        beside_own = any(number in _numbers(part) for part in _parts_with(claim.text, own))
        if beside_own and mentions and not any(piece.known & own for piece in mentions):
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
