"""Evidence lines taken apart: what stands at which place.

``table carts: TableStatus ACTIVE, ReadCapacityUnits 400`` has pieces, one per comma, and places: after ``table``
stands ``carts``, after ``TableStatus`` stands ``ACTIVE``. JSON, ``key=value``, lists of counts per name and records
of a trail all read this way. What stands at one place in two lines are siblings: two tables, two states, two users.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from triage.agent.grounding.identifiers import is_name
from triage.agent.grounding.numbers import NUMBER, Number, number
from triage.agent.grounding.times import TIME
from triage.agent.grounding.vocabulary import SMALL_TALK
from triage.agent.grounding.words import subjects, words_of

MAX_READ = 2_000
"""Characters of a line: further on there is seldom anything but more of the same."""

_TOKEN = re.compile(r"@|[\w./%+*\\-]+(?::[A-Za-z0-9][\w./+*@-]*)*|[;,|{}]|[=:]")
_ENDS = frozenset(";,|{}")
_JOINS = frozenset("=:")
_A_TIME = "@"


@dataclass(frozen=True)
class Place:
    """A word of a line with what it follows.

    Attributes:
        key: the word before it in its piece, small; empty for the first one.
        index: how many words of the piece stand before it.
        closes: whether it ends its piece, as the value of a key does.
    """

    key: str
    word: str
    index: int
    closes: bool

    @property
    def is_start(self) -> bool:
        """Whether it is what its piece is about, as far as the place tells."""
        return not self.key

    @cached_property
    def small(self) -> str:
        """Without case."""
        return self.word.casefold()

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
        return tuple(each for each in self.places if is_name(each.word))

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
    text = re.sub(r"[\"'`()\[\]]", " ", TIME.sub(_A_TIME, line[:MAX_READ]))
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    pieces: list[Piece] = []
    words: list[str] = []
    start = 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in _ENDS:
            _close(pieces, words, text[start : found.start()])
            words, start = [], found.end()
        elif token not in _JOINS and (plain := token.strip("./:-+*\\")):
            words.append(plain)
    _close(pieces, words, text[start:])
    return tuple(pieces)


def _close(pieces: list[Piece], words: list[str], text: str) -> None:
    said = [word for word in words if word != _A_TIME]
    if not said:
        return
    keys = ["", *(word.casefold() for word in words[:-1])]
    places = tuple(
        Place("" if key == _A_TIME else key, word, index, index == len(words) - 1)
        for index, (key, word) in enumerate(zip(keys, words, strict=True))
        if word != _A_TIME and key != _A_TIME or index == 0 or (key == _A_TIME and index == 1)
    )
    pieces.append(Piece(text.replace(_A_TIME, " ").strip(), tuple(p for p in places if p.word != _A_TIME)))


def is_key(word: str) -> bool:
    """Whether what follows the word may be compared between lines."""
    return len(word) > 1 and word not in SMALL_TALK and not word[0].isdigit()
