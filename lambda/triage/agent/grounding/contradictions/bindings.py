"""Details that are true apart and not together: what the evidence has at other places than the lines quoted.

No detail of a claim that the quoted lines lack, a name or a number, may stand elsewhere at a place where
they have something else: ``Timeout 10`` in another line than the ``Timeout 5`` quoted, another user after ``by``.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from triage.agent.grounding.derived.implied import is_implied
from triage.agent.grounding.reading.identifiers import states
from triage.agent.grounding.reading.places import is_key, pieces_of
from triage.agent.grounding.reading.words import is_plain, stem, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.agent.grounding.reading.numbers import Number
    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.places import Place
    from triage.agent.grounding.reading.statements import Stated

MAX_LINES = 400


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
    if are_names and _style(one.word) != _style(other.word):
        return False
    if one.is_name and not (are_names or other.closes):
        return False
    if one.is_start or other.is_start:
        return one.is_start and other.is_start and are_names
    if one.index == other.index and one.key[0].isdigit() and other.key[0].isdigit():
        return True
    return one.key.casefold() == other.key.casefold() and (is_key(one.key) or are_names)


def _style(name: str) -> str:
    """How names of one kind are written: lower-case parts with dashes, parts with capitals."""
    return re.sub(r"[^-_./:A]+", "a", re.sub(r"[A-Z]+[a-z]*", "A", name))[:3]


def _details(stated: Stated, passages: Passages) -> Iterator[tuple[str, Callable[[Place], bool]]]:
    """What a claim says, with how to tell whether a place has it."""
    for name in stated.names:
        yield name, partial(_has_name, name)
    for each in stated.numbers:
        if (
            each.number.value > 0
            and not (each.low or each.high)
            and not is_implied(each, stated.text, stated, passages)
        ):
            yield each.text.strip(), partial(_has_number, each.number)


def _has_name(name: str, place: Place) -> bool:
    return states(place.small, name)


def _has_number(wanted: Number, place: Place) -> bool:
    return place.number is not None and wanted.is_shown_by(place.number)


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
