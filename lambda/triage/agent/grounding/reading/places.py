"""Evidence lines taken apart: what stands at which place.

``table carts: TableStatus ACTIVE, ReadCapacityUnits 400`` has pieces, one per comma, and places: after ``table``
stands ``carts``, after ``TableStatus`` ``ACTIVE``. JSON, ``key=value``, lists of counts per name and records of a
trail all read this way. What stands at one place in two lines are siblings: two tables, two states, two users.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import is_name
from triage.agent.grounding.reading.numbers import NUMBER, Number, number
from triage.agent.grounding.reading.times import TIME
from triage.agent.grounding.reading.vocabulary import SMALL_TALK
from triage.agent.grounding.reading.words import subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_READ = 2_000
"""Characters of a line: further on there is seldom anything but more of the same."""

_TOKEN = re.compile(r"@|[\w./%+*\\-]+(?::[A-Za-z0-9][\w./+*@-]*)*|[;,|{}]|[=:]")
_MARKS = re.compile(r"[\"'`()\[\]]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_ENDS = frozenset(";,|{}")
_JOINS = frozenset("=:")
_A_TIME = "@"
_MIN_TOLD = 3
"""Words from a colon on: where there are fewer, what follows it is a value, else what it is the head of."""


@dataclass(frozen=True)
class Place:
    """A word of a line with what it follows.

    Attributes:
        key: the word before it in its piece; empty for the first one.
        index: how many words of the piece stand before it.
        closes: whether it ends its piece, or is tied to its key, as a value is.
        is_head: whether a colon follows, in the piece: it is about more than what stands beside it.
    """

    key: str
    word: str
    index: int
    closes: bool
    is_head: bool = False

    @property
    def is_start(self) -> bool:
        """Whether it is what its piece is about, as far as the place tells."""
        return not self.key

    @cached_property
    def small(self) -> str:
        """Without case."""
        return self.word.casefold()

    @cached_property
    def is_name(self) -> bool:
        """Whether it is a name by its form, or a path of them."""
        return is_name(self.word) or "/" in self.word

    @cached_property
    def number(self) -> Number | None:
        """The word as a number."""
        found = NUMBER.fullmatch(self.word)
        return number(found) if found else None


@dataclass(frozen=True)
class Piece:
    """What stands together in a line, between two separators."""

    text: str
    places: tuple[Place, ...]

    @cached_property
    def names(self) -> tuple[Place, ...]:
        """The words that are names by their form."""
        return tuple(each for each in self.places if each.is_name)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The words that are numbers."""
        return tuple(number(found) for found in NUMBER.finditer(self.text))

    @cached_property
    def about(self) -> frozenset[str]:
        """Stems of its words."""
        return subjects(words_of(self.text))


@lru_cache(maxsize=2_000)
def pieces_of(line: str) -> tuple[Piece, ...]:
    """The pieces of a normalised line, its times taken out."""
    text = _MARKS.sub(" ", TIME.sub(_A_TIME, line[:MAX_READ]))
    text = _THOUSANDS.sub("", text)
    pieces: list[Piece] = []
    tokens: list[str] = []
    start = 0
    for found in _TOKEN.finditer(text):
        if found[0] in _ENDS:
            pieces.extend(_piece(tokens, text[start : found.start()]))
            tokens, start = [], found.end()
        elif plain := found[0] if found[0] in _JOINS else found[0].strip("./:-+*\\"):
            tokens.append(plain)
    pieces.extend(_piece(tokens, text[start:]))
    return tuple(pieces)


def _piece(tokens: list[str], text: str) -> Iterator[Piece]:
    """One piece, unless it holds nothing but times."""
    heads = [at for at, said in enumerate(tokens[:-1]) if said == ":" and not tokens[at + 1][0].isdigit()]
    places: list[Place] = []
    key = ""
    for at, said in enumerate(tokens):
        if said in _JOINS:
            continue
        if said != _A_TIME:
            closes = at + 1 == len(tokens) or tokens[at + 1] in _JOINS or (at > 0 and tokens[at - 1] == "=")
            places.append(Place(key, said, len(places), closes, at < (heads or [0])[-1]))
        begins = at + 1 in heads and len(tokens) - at > _MIN_TOLD
        key = "" if begins or (said == _A_TIME and not places) else said
    if places:
        yield Piece(text.replace(_A_TIME, " ").strip(), tuple(places))


def is_key(word: str) -> bool:
    """Whether what follows the word may be compared between lines."""
    return len(word) > 1 and word.casefold() not in SMALL_TALK and not word[0].isdigit()
