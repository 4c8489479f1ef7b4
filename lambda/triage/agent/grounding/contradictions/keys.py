"""Numbers and flags of the quoted lines, each with the words that say what it is, against those of a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.figures import countable
from triage.agent.grounding.reading.numbers import NUMBER, Kind, Number, number
from triage.agent.grounding.reading.places import pieces_of
from triage.agent.grounding.reading.series import series_in
from triage.agent.grounding.reading.statements import NUMBERED
from triage.agent.grounding.reading.vocabulary import FAILURES, SMALL_TALK
from triage.agent.grounding.reading.words import is_plain, stem, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.places import Place
    from triage.agent.grounding.reading.statements import Stated

MEETING = 5
_PART = re.compile(r"[;,]\s|\.\s|\b(?:while|whereas|but)\b")
_LINK = re.compile(r"[;,]\s|\.\s|\b(?:while|whereas|but|and|in|at|with|for|to|from|by)\b")
#: Of one claim; a line that is longer than any that people quote says enough with these.
MAX_FACTS = 1_000
_LIMITS = re.compile(r"\b(?:above|below|under|over|less than|more than|fewer than|exceeds?)\b", re.IGNORECASE)
_NO_KEY = SMALL_TALK - {"rate"}
_PART_OF = re.compile(r"\b(?:of|out of)(?:\s(?:its|the|their))?[\s\u2063]*$")
_NO_COUNT = re.compile(r"\s?(?:times|fold|x|%|datapoints?|periods?)\b|\s?%")
_FLAGS = frozenset({"true", "false"})
_OFF = re.compile(r"\b(?:off|disabled|un[a-z]+|lacks?|missing)\b|\bno[nt]-", re.IGNORECASE)
_WITHOUT = re.compile(r"\bwithout (?:any |an? )?([a-z]+)")
_FAILS = re.compile("|".join(sorted(FAILURES)), re.IGNORECASE)


@dataclass(frozen=True)
class _Fact:
    """A number of a line and what it is."""

    about: frozenset[str]
    number: Number
    text: str

    def is_said(self, number: Number) -> bool:
        """Whether a number of a claim is this one."""
        return number.is_shown_by(self.number)


def against_keys(stated: Stated, passages: Passages) -> Iterator[str]:
    """``six are in service`` where the line quoted says ``DesiredCapacity 6, InService 5``; ``Inverted false``."""
    lines = (line for line in passages.lines if not next(series_in(line), None))
    facts = list(dict.fromkeys(islice((fact for line in lines for fact in _facts(line)), MAX_FACTS)))
    if facts:
        yield from _other_numbers(stated, facts)
        yield from _none_of_it(stated, [fact for line in passages.quotes for fact in _facts(line)])
    yield from _other_flags(stated, passages)


def _facts(line: str) -> Iterator[_Fact]:
    """Every number of a line with the words that say what it is: those before it, or else those after."""
    for piece in pieces_of(line):
        words: list[str] = []
        fresh = True
        for at, place in enumerate(piece.places):
            if place.number is None:
                words = [*(() if fresh else words), *(() if place.is_head else (place.word,))]
                fresh = False
            else:
                about = words or _words_until_number(piece.places[at + 1 :])
                unit = " ".join(each.word for each in piece.places[at + 1 : at + 2])
                found = NUMBER.match(f"{place.word} {unit}")
                yield _Fact(_about(" ".join(about)), number(found) if found else place.number, place.word)
                fresh = True


def _words_until_number(places: Sequence[Place]) -> list[str]:
    return [each.word for each in takewhile(lambda each: each.number is None, places)]


def _about(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text) if len(word) > 2 and word not in _NO_KEY)


def _other_numbers(stated: Stated, facts: Sequence[_Fact]) -> Iterator[str]:
    said = list(dict.fromkeys(each.number for each in stated.numbers))
    unsaid = [fact for fact in facts if not any(map(fact.is_said, said))]
    for text, wanted, beside in _counted(stated.text):
        about = _about(_LIMITS.sub(" threshold limit ", beside))
        same = [fact for fact in facts if wanted.is_shown_by(fact.number)]
        kinds = {fact.number.kind for fact in same} if wanted.kind is Kind.BARE else {wanted.kind}
        other = [fact for fact in unsaid if fact.number.kind in kinds and not wanted.is_shown_by(fact.number)]
        best = max(other, default=None, key=lambda fact: len(fact.about & about))
        if same and best and len(best.about & about) > max(len(fact.about & about) for fact in same):
            yield f"the line quoted has {best.text} for what {text} is said of; correct the number"


def _none_of_it(stated: Stated, facts: Sequence[_Fact]) -> Iterator[str]:
    """``sign-ups failed`` where the quote says ``SignUp 0``, ``without errors`` where it says ``Errors 3``."""
    without = {stem(word) for word in _WITHOUT.findall(stated.text.lower())}
    fails = bool(_FAILS.search(stated.text)) and is_plain(stated.text) and not stated.numbers
    about = _about(stated.text)
    for fact in facts:
        if fact.number.value > 0 and without & fact.about:
            yield f"the text quoted counts {fact.text}: say how many"
        if fails and fact.number.value == 0 and fact.about and fact.about <= about:
            yield "the text quoted counts none: correct it, or quote what shows it"


def _counted(statement: str) -> Iterator[tuple[str, Number, str]]:
    """The numbers of a claim that count something by themselves, with the words beside them."""
    text = countable(statement)
    found = list(NUMBER.finditer(text))
    ends = [0, *(each.end() for each in found)]
    starts = [*(each.start() for each in found), len(text)]
    for at, each in enumerate(found):
        before, after = text[ends[at] : each.start()], text[each.end() : starts[at + 1]]
        if not _PART_OF.search(before) and not NUMBERED.search(before) and not _NO_COUNT.match(after):
            yield (
                each[0].strip(),
                number(each),
                f"{(_LINK if at else _PART).split(before)[-1]} {_PART.split(after)[0]}",
            )


def _other_flags(stated: Stated, passages: Passages) -> Iterator[str]:
    """``is inverted`` where the line quoted says ``Inverted false``."""
    words = words_of(stated.text)
    denies = not is_plain(stated.text) or bool(_OFF.search(stated.text))
    for key, values in _flags(passages).items():
        about = [word for word in words_of(key) if len(word) > 2 and word != "enabled"]
        is_about = bool(about) and all(any(_meet(one, word) for word in words) for one in about)
        if len(values) == 1 and is_about and (values == {"true"}) is denies:
            yield f"the line quoted says {key} {min(values)}; correct it, or quote what shows it"


def _flags(passages: Passages) -> dict[str, set[str]]:
    """What the quotes say is true or false."""
    flags: dict[str, set[str]] = {}
    for place in (place for quote in passages.quotes for piece in pieces_of(quote) for place in piece.places):
        if place.small in _FLAGS and place.key.casefold() not in _FLAGS:
            flags.setdefault(place.key, set()).add(place.small)
    return flags


def _meet(one: str, other: str) -> bool:
    return one[:MEETING] == other[:MEETING] if min(len(one), len(other)) >= MEETING else stem(one) == stem(other)
