"""Details that are true apart and not together: what the evidence has at other places than the lines quoted.

Every detail of a claim, a name, a number or a word, that the quoted lines do not have must not stand elsewhere at a
place where they have something else: ``Timeout 10`` in another line than the ``Timeout 5`` quoted, another user
after ``by``, another ``Status``. And what they have must not stand beside a sibling of what the claim names only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.agent.grounding.identifiers import states
from triage.agent.grounding.places import is_key, pieces_of
from triage.agent.grounding.siblings import form
from triage.agent.grounding.words import SMALL_TALK, stem, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from triage.agent.grounding.passages import Passages
    from triage.agent.grounding.places import Piece, Place
    from triage.agent.grounding.statements import Stated

    Holds = Callable[[Place], bool]

MAX_LINES = 400
MIN_WORD = 4


def against_places(stated: Stated, passages: Passages) -> Iterator[str]:
    """Details that stand where the quoted lines have something else."""
    quoted = [piece for line in passages.lines for piece in pieces_of(line)]
    own = [place for piece in quoted for place in piece.places]
    missing = [(text, holds) for text, holds in _details(stated) if not any(map(holds, own))]
    if not missing:
        return
    said = [place for place in own if not _is_said(place, stated)]
    elsewhere = [
        place
        for line in passages.whole[:MAX_LINES]
        if line not in passages.lines
        for piece in pieces_of(line)
        for place in piece.places
    ]
    for text, holds in missing:
        for place in filter(holds, elsewhere):
            other = next((each for each in said if _same_place(place, each)), None)
            if other:
                yield f"the line quoted has {other.word!r} where {text!r} stands in another: quote what shows it"
                break


def _same_place(one: Place, other: Place) -> bool:
    if one.small == other.small or (one.number is None) is not (other.number is None):
        return False
    if one.is_start or other.is_start:
        return one.is_start and other.is_start and one.index == other.index and _are_names(one, other)
    return one.key == other.key and is_key(one.key)


def _are_names(one: Place, other: Place) -> bool:
    from triage.agent.grounding.identifiers import is_name

    return is_name(one.word) and is_name(other.word)


def _details(stated: Stated) -> Iterator[tuple[str, Holds]]:
    """What a claim says, with how to tell whether a place has it."""
    for name in stated.names:
        yield name, lambda place, name=name: states(place.small, name)
    for each in stated.numbers:
        if each.number.value > 0:
            yield (
                each.text.strip(),
                lambda place, wanted=each.number: place.number is not None and wanted.is_shown_by(place.number),
            )
    for word in dict.fromkeys(stated.plain_words):
        yield word, lambda place, root=stem(word): place.closes and place.small.isalpha() and stem(place.small) == root


def _is_said(place: Place, stated: Stated) -> bool:
    if place.number is not None:
        return any(each.number.is_shown_by(place.number) for each in stated.numbers)
    return states(stated.text.casefold(), place.word) or any(states(place.small, name) for name in stated.names) or (
        subjects(words_of(place.word)) <= subjects(words_of(stated.text))
    )


def against_owners(stated: Stated, passages: Passages) -> Iterator[str]:
    """``fn-b was throttled 12 times`` where whatever holds a 12 is about fn-a."""
    pieces = [piece for line in passages.lines for piece in pieces_of(line)]
    for name in stated.names:
        own = [piece for piece in pieces if states(piece.text.casefold(), name)]
        foreign = [piece for piece in pieces if piece not in own and _is_of_sibling(piece, name, own, stated)]
        if not own or not foreign:
            continue
        others = [piece for piece in pieces if piece not in foreign]
        for text, holds in _held(stated, name):
            if any(map(holds, foreign)) and not any(map(holds, others)):
                yield f"the line quoted has {text!r} beside another name than {name!r}; quote what shows it"
                break


def _held(stated: Stated, name: str) -> Iterator[tuple[str, Callable[[Piece], bool]]]:
    for each in stated.numbers:
        if each.number.value > 1:
            yield each.text.strip(), lambda piece, wanted=each.number: any(map(wanted.is_shown_by, piece.numbers))
    for word in dict.fromkeys(stated.plain_words):
        yield word, lambda piece, root=stem(word): root in piece.about


def _is_of_sibling(piece: Piece, name: str, own: Sequence[Piece], stated: Stated) -> bool:
    places = {(each.index) for mine in own for each in mine.names if states(each.small, name)}
    return any(
        (form(each.word) == form(name) or each.index in places)
        for each in piece.names
        if not _is_said(each, stated)
    ) and not any(states(piece.text.casefold(), other) for other in stated.names)
