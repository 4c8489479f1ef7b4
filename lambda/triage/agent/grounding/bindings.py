"""Details that are true apart and not together: what the evidence has at other places than the lines quoted.

Every detail of a claim, a name, a number or a word, that the quoted lines do not have must not stand elsewhere at a
place where they have something else: ``Timeout 10`` in another line than the ``Timeout 5`` quoted, another user
after ``by``, another ``Status``. And what they have must not stand beside a sibling of what the claim names only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from triage.agent.grounding.identifiers import states
from triage.agent.grounding.figures import countable
from triage.agent.grounding.implied import is_implied
from triage.agent.grounding.numbers import NUMBER, Kind, Number, number
from triage.agent.grounding.places import is_key, pieces_of
from triage.agent.grounding.series import series_in
from triage.agent.grounding.siblings import form
from triage.agent.grounding.statements import NUMBERED, stated_in
from triage.agent.grounding.vocabulary import FAILURES, SMALL_TALK
from triage.agent.grounding.words import is_plain, stem, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from triage.agent.grounding.passages import Passages
    from triage.agent.grounding.places import Piece, Place
    from triage.agent.grounding.statements import Stated

    Holds = Callable[[Place], bool]

MAX_LINES = 400
MEETING = 5
_PART = re.compile(r"[;,]\s|\.\s|\b(?:while|whereas|but)\b")
_LINK = re.compile(r"[;,]\s|\.\s|\b(?:while|whereas|but|and|in|at|with|for|to|from|by)\b")
_LIMITS = re.compile(r"\b(?:above|below|under|over|less than|more than|fewer than|exceeds?)\b", re.IGNORECASE)
_NO_KEY = SMALL_TALK - {"rate"}
_PART_OF = re.compile(r"\b(?:of|out of)(?:\s(?:its|the|their))?[\s\u2063]*$")
_NO_COUNT = re.compile(r"\s?(?:times|fold|x|%|datapoints?|periods?)\b|\s?%")
_FLAGS = frozenset({"true", "false"})
_OFF = re.compile(r"\b(?:off|disabled|un[a-z]+|lacks?|missing)\b|\bno[nt]-", re.IGNORECASE)
_WITHOUT = re.compile(r"\bwithout (?:any |an? )?([a-z]+)")
_FAILS = re.compile("|".join(sorted(FAILURES)), re.IGNORECASE)
_NUMBERED_THING = re.compile(r"\b([A-Za-z]{3,20})\s(\d{1,4})\b")
_CLAUSES = re.compile(r"[;,]\s|\.\s|\b(?:and|while|whereas|but|with)\b")


@dataclass(frozen=True)
class _Fact:
    """A number of a line and what it is."""

    about: frozenset[str]
    number: Number
    text: str

    def is_said(self, number: Number) -> bool:
        """Whether a number of a claim is this one."""
        return number.is_shown_by(self.number)


def against_places(stated: Stated, passages: Passages) -> Iterator[str]:
    """Details that stand where the quoted lines have something else."""
    if not is_plain(stated.text):
        return
    lines = " ; ".join(passages.lines).casefold()
    quoted = [piece for line in passages.lines for piece in pieces_of(line)]
    own = [place for piece in quoted for place in piece.places]
    details = _details(stated, passages)
    missing = [(text, holds) for text, holds in details if not states(lines, text) and not any(map(holds, own))]
    said = [place for place in own if not _is_said(place, stated)] if missing else []
    for text, holds in missing:
        for place in filter(holds, _elsewhere(passages)):
            other = next((each for each in said if _same_place(place, each)), None)
            if other:
                yield f"the line quoted has {other.word!r} where {text!r} stands in another: quote what shows it"
                break


def _elsewhere(passages: Passages) -> Iterator[Place]:
    lines = (line for line in passages.whole[:MAX_LINES] if line not in passages.lines)
    return (place for line in lines for piece in pieces_of(line) for place in piece.places)


def _same_place(one: Place, other: Place) -> bool:
    if one.small == other.small or (one.number is None) is not (other.number is None):
        return False
    are_names = one.is_name and other.is_name
    if one.is_name and not (are_names or other.closes):
        return False
    if one.is_start or other.is_start:
        return one.is_start and other.is_start and are_names
    if one.index == other.index and one.key[0].isdigit() and other.key[0].isdigit():
        return True
    return one.key.casefold() == other.key.casefold() and (is_key(one.key) or are_names)


def _details(stated: Stated, passages: Passages) -> Iterator[tuple[str, Holds]]:
    """What a claim says, with how to tell whether a place has it."""
    for name in stated.names:
        yield name, lambda place, name=name: states(place.small, name)
    for each in stated.numbers:
        if each.number.value > 0 and not is_implied(each, stated.text, stated, passages):
            yield (
                each.text.strip(),
                lambda place, wanted=each.number: place.number is not None and wanted.is_shown_by(place.number),
            )
    for word in dict.fromkeys(stated.plain_words):
        yield (
            word,
            lambda place, root=stem(word): place.closes and place.small.isalpha() and stem(place.small) == root,
        )


def _is_said(place: Place, stated: Stated) -> bool:
    """Whether the claim says what stands at a place too, in its own words."""
    if place.number is not None:
        return any(each.number.is_shown_by(place.number) for each in stated.numbers)
    if states(stated.text.casefold(), place.small) or any(states(place.small, name) for name in stated.names):
        return True
    plain = stated.text
    for name in stated.names:
        plain = plain.replace(name, " ")
    return set(map(stem, words_of(place.word))) <= set(map(stem, words_of(plain)))


def against_owners(stated: Stated, passages: Passages) -> Iterator[str]:
    """``fn-b was throttled 12 times`` where whatever holds a 12 is about fn-a."""
    pieces = [piece for line in passages.lines for piece in pieces_of(line)]
    if len(pieces) < 2 or not is_plain(stated.text):
        return
    for clause in map(stated_in, _CLAUSES.split(stated.text)):
        for name in clause.names:
            own = [piece for piece in pieces if states(piece.text.casefold(), name)]
            foreign = [each for each in pieces if each not in own and _is_of_sibling(each, name, own, stated)]
            yield from _beside_others(name, clause, pieces, own, foreign)
        for kind, which in _NUMBERED_THING.findall(clause.text):
            own = [piece for piece in pieces if _starts_with(piece, kind, which)]
            foreign = [each for each in pieces if each not in own and _starts_with(each, kind)]
            if not any(f"{kind} {each.places[1].word}" in stated.text for each in foreign):
                yield from _beside_others(f"{kind} {which}", clause, pieces, own, foreign)


def _starts_with(piece: Piece, kind: str, which: str = "") -> bool:
    """Whether a piece is about a thing with a number: ``broker 2 up``."""
    first = piece.places[:2]
    if len(first) < 2 or first[0].small != kind.casefold() or first[1].number is None:
        return False
    return not which or first[1].word == which


def _beside_others(
    name: str, clause: Stated, pieces: Sequence[Piece], own: Sequence[Piece], foreign: Sequence[Piece]
) -> Iterator[str]:
    others = [piece for piece in pieces if piece not in foreign]
    for text, holds in _held(clause) if own and foreign else ():
        if any(map(holds, foreign)) and not any(map(holds, others)):
            yield f"the line quoted has {text!r} beside another name than {name!r}; quote what shows it"
            return


def _held(stated: Stated) -> Iterator[tuple[str, Callable[[Piece], bool]]]:
    for each in stated.numbers:
        if each.number.value > 1:
            yield each.text.strip(), lambda piece, wanted=each.number: any(map(wanted.is_shown_by, piece.numbers))
    for word in dict.fromkeys(stated.plain_words):
        yield (
            word,
            lambda piece, root=stem(word): any(
                stem(each.small) == root for each in piece.places if not (each.is_start or each.is_head)
            ),
        )


def _is_of_sibling(piece: Piece, name: str, own: Sequence[Piece], stated: Stated) -> bool:
    """Whether a piece names something of the same form, or at the same place, instead of what the claim names."""
    folded = piece.text.casefold()
    if any(states(folded, other) for other in stated.names):
        return False
    keys = {each.key.casefold() for mine in own for each in mine.names if states(each.small, name)}
    return any(
        form(each.word) == form(name) or each.key.casefold() in keys
        for each in piece.names
        if not _is_said(each, stated) and each.small not in name.casefold()
    )


def against_keys(stated: Stated, passages: Passages) -> Iterator[str]:
    """``six are in service`` where the line quoted says ``DesiredCapacity 6, InService 5``; ``Inverted false``."""
    facts = [fact for line in passages.lines if not next(series_in(line), None) for fact in _facts(line)]
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
    said = [each.number for each in stated.numbers]
    for text, wanted, beside in _counted(stated.text):
        about = _about(_LIMITS.sub(" threshold limit ", beside))
        same = [fact for fact in facts if wanted.is_shown_by(fact.number)]
        kinds = {fact.number.kind for fact in same} if wanted.kind is Kind.BARE else {wanted.kind}
        other = [
            fact
            for fact in facts
            if fact not in same and fact.number.kind in kinds and not any(map(fact.is_said, said))
        ]
        best = max(other, default=None, key=lambda fact: len(fact.about & about))
        if same and best and len(best.about & about) > max(len(fact.about & about) for fact in same):
            yield f"the line quoted has {best.text} for what {text} is said of; correct the number"


def _none_of_it(stated: Stated, facts: Sequence[_Fact]) -> Iterator[str]:
    """``sign-ups failed`` where the text quoted says ``SignUp 0``, ``without errors`` where it says ``Errors 3``."""
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
    flags: dict[str, set[str]] = {}
    for line in passages.quotes:
        for piece in pieces_of(line):
            for place in piece.places:
                if place.small in _FLAGS and place.key.casefold() not in _FLAGS:
                    flags.setdefault(place.key, set()).add(place.small)
    for key, values in flags.items():
        about = [word for word in words_of(key) if len(word) > 2 and word != "enabled"]
        if len(values) == 1 and about and all(any(_meet(one, word) for word in words) for one in about):
            if (values == {"true"}) is denies:
                yield f"the line quoted says {key} {min(values)}; correct it, or quote what shows it"


def _meet(one: str, other: str) -> bool:
    return one[:MEETING] == other[:MEETING] if min(len(one), len(other)) >= MEETING else stem(one) == stem(other)
