"""Things of one kind in the same evidence: a claim about one does not hold by what a line says of another.

Names are siblings when they have the same form: two pods, two instances.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import states
from triage.agent.grounding.reading.normalising import normalised
from triage.agent.grounding.reading.statements import stated_in
from triage.agent.grounding.reading.words import subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.statements import Stated

_VARYING = re.compile(r"[0-9a-f]{6,}|\d+")
_PARTS = re.compile(r"([^a-z0-9]+)")
_RANDOM = re.compile(r"(?=[a-z]*\d)[a-z]*\d+[a-z][a-z0-9]*|(?=.{5,})[^aeiou\d]+")
_POD = re.compile(r"-[a-z0-9]{8,10}-(?P<own>[a-z0-9]{5})$")
_QUOTATION = re.compile(r"[\"'`]")
_ONLY = re.compile(r"\bonly\s(?:the\s|one\s)?(?:(?P<kind>[a-z]+)\s)?(?P<name>[\w./:-]+)", re.IGNORECASE)


def form(name: str) -> str:
    """A name with what tells it from its siblings left out: digits, and parts that a machine made up."""
    folded = name.casefold()
    pod = _POD.search(folded)
    if pod:
        folded = folded[: pod.start("own")] + "#"
    parts = ("#" if _RANDOM.fullmatch(part) else part for part in _PARTS.split(folded))
    return _VARYING.sub("#", "".join(parts))


def about_others(stated: Stated, lines: Sequence[str]) -> Iterator[str]:
    """Names of a claim that no quoted line states, while the lines state siblings that the claim does not."""
    text = " ; ".join(lines)
    folded = text.casefold()
    said = [each for each in stated_in(_QUOTATION.sub(" ", text)).names if each not in stated.names]
    for name in stated.names:
        like = None if states(folded, name) else next((each for each in said if form(each) == form(name)), None)
        if like:
            yield f"the line quoted is about {like!r}, not {name!r}; quote the line that shows it"


def not_the_only_one(statement: str, passages: Passages) -> Iterator[str]:
    """``only a failed`` where the evidence says of a sibling what it says of a."""
    text = normalised(statement)
    for found in _ONLY.finditer(text):
        name = found["name"].rstrip(".,:")
        lines = [line.casefold() for line in passages.whole]
        own = [line for line in lines if states(line, name)]
        if not own or not any(character.isdigit() or character in "-_./:" for character in name):
            continue
        about = subjects(words_of(text.replace(name, " ")))
        said = {each for each in about if any(each in line for line in own)}
        for line in lines:
            others = [each for each in stated_in(line).names if form(each) == form(name)]
            if others and said and not states(line, name) and all(each in line for each in said):
                yield f"the evidence says the same of {others[0]!r}: leave out 'only', or name it too"
                return
