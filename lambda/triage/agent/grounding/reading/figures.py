"""Figures of a claim in their order: ``rose from 3 to 9``, ``fell to 9``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.number_words import SPOKEN, in_digits
from triage.agent.grounding.reading.numbers import NUMBER, Kind, Number, number
from triage.agent.grounding.reading.times import TIME
from triage.agent.grounding.reading.vocabulary import DOWN, MOVED, STAYS, UP

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BETWEEN = 80

_A_TIME = "@"
_UP, _DOWN, _MOVED, _STAYS = ("|".join(sorted(words, key=len, reverse=True)) for words in (UP, DOWN, MOVED, STAYS))
VERB = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<moved>{_MOVED})|(?P<stays>{_STAYS}))\b(?!-)", re.IGNORECASE
)
BREAK = re.compile(r"[.;](?:\s|$)|\b(?:while|whereas|but|although)\b", re.IGNORECASE)
_ROUGHLY = r"(?:(?:about|around|almost|nearly|roughly|approximately|only|just|over|under|some|as much as)\s|~\s?)?"
_FROM = re.compile(rf"\bfrom\s{_ROUGHLY}", re.IGNORECASE)
_TO = re.compile(
    rf"(?:\s[a-z%/]{{1,20}}){{0,4}}(?:,?\s(?:at|in|on|by|around)\s{_A_TIME})?(?:\s[a-z]{{1,20}}){{0,2}}?,?\s"
    rf"(?:(?:down|up|back)\s)?to\s{_ROUGHLY}",
    re.IGNORECASE,
)
_BARE_TO = re.compile(rf"[^.;,\d]{{0,60}}?\bto\s{_ROUGHLY}", re.IGNORECASE)


@dataclass(frozen=True)
class Move:
    """A change that a claim states.

    Attributes:
        sign: 1 for what became more, -1 for less, 0 where only a change is claimed.
        old: ``None`` where the claim gives only what was reached.
        text: as the claim has it.
    """

    sign: int
    old: Number | None
    new: Number
    text: str


def countable(statement: str) -> str:
    """A statement with its numbers in digits and a mark for each point in time."""
    return in_digits(TIME.sub(_A_TIME, normalised(statement)))


def sign_of(verb: re.Match[str]) -> int:
    """Of a match of :data:`VERB`: up, down or neither."""
    return 1 if verb["up"] else -1 if verb["down"] else 0


def moves_in(text: str) -> Iterator[Move]:
    """Every change with its figures in a :func:`countable` text."""
    yield from _from_to(text)
    yield from _to(text)


def _from_to(text: str) -> Iterator[Move]:
    for found in _FROM.finditer(text):
        old = _number_at(text, found.end())
        gap = _TO.match(text, old.end()) if old else None
        new = _number_at(text, gap.end()) if gap else None
        verb = _governing(text, found.start())
        if old and new and verb:
            one, other = _in_one_unit(_signed(old), _signed(new))
            if one.kind is other.kind:
                yield Move(sign_of(verb), one, other, f"{verb[0]} {text[found.start() : new.end()]}")


def _to(text: str) -> Iterator[Move]:
    for verb in VERB.finditer(text):
        gap = _BARE_TO.match(text, verb.end())
        if not sign_of(verb) or not gap or _FROM.search(gap[0]) or VERB.search(gap[0]):
            continue
        new = _number_at(text, gap.end())
        if new:
            yield Move(sign_of(verb), None, _signed(new), text[verb.start() : new.end()])


def _number_at(text: str, start: int) -> re.Match[str] | None:
    return NUMBER.match(text, start + (text[start : start + 1] in {"-", SPOKEN}))


def _signed(found: re.Match[str]) -> Number:
    stated = number(found)
    return replace(stated, value=-stated.value) if found.string[: found.start()].endswith(" -") else stated


def _governing(text: str, end: int) -> re.Match[str] | None:
    """The last verb before, if it says that something changed and no other clause stands between."""
    verbs = list(VERB.finditer(text, max(0, end - MAX_BETWEEN), end))
    governs = verbs and not verbs[-1]["stays"] and not BREAK.search(text, verbs[-1].end(), end)
    return verbs[-1] if governs else None


def _in_one_unit(old: Number, new: Number) -> tuple[Number, Number]:
    """A unit that is said once is meant of both."""
    if old.kind is Kind.BARE and old.factor == 1.0:
        return replace(old, kind=new.kind, factor=new.factor), new
    if new.kind is Kind.BARE and new.factor == 1.0:
        return old, replace(new, kind=old.kind, factor=old.factor)
    return old, new
