"""Things of one kind in the same evidence: a claim about one does not hold by what a line says of another.

Names are siblings when they have the same form (two pods, two instances) or fill the same place: the value of the
same key, the word after the same kind of thing (``function=a``, ``function=b``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.identifiers import states
from triage.agent.grounding.normalising import normalised
from triage.agent.grounding.statements import stated_in
from triage.agent.grounding.vocabulary import KINDS
from triage.agent.grounding.words import is_plain, subjects, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.passages import Passages
    from triage.agent.grounding.statements import Stated

_VARYING = re.compile(r"[0-9a-f]{6,}|\d+")
_PARTS = re.compile(r"([^a-z0-9]+)")
_RANDOM = re.compile(r"(?=[a-z]*\d)[a-z]*\d+[a-z][a-z0-9]*|(?=.{5,})[^aeiou\d]+")
_POD = re.compile(r"-[a-z0-9]{8,10}-(?P<own>[a-z0-9]{5})$")
_QUOTATION = re.compile(r"[\"'`]")
_KIND = "|".join(KINDS)
_KEYED = re.compile(
    rf"""(?<![A-Za-z])(?P<key>(?:[A-Za-z]{{0,20}})(?:{_KIND})(?:Name|Id|Arn|_name|_id)?)["']?(?:\s?[:=]\s?|\s)["']?"""
    r"""(?P<value>[A-Za-z0-9][\w./:-]{1,200})""",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\bonly\s(?:the\s|one\s)?(?:(?P<kind>[a-z]+)\s)?(?P<name>[\w./:-]+)", re.IGNORECASE)


def form(name: str) -> str:
    """A name with what tells it from its siblings left out: digits, and parts that a machine made up."""
    folded = name.casefold()
    pod = _POD.search(folded)
    if pod:
        folded = folded[: pod.start("own")] + "#"
    parts = ("#" if _RANDOM.fullmatch(part) else part for part in _PARTS.split(folded))
    return _VARYING.sub("#", "".join(parts))


def about_others(stated: Stated, passages: Passages, lines: Sequence[str]) -> Iterator[str]:
    """Names of a claim that no quoted line states, while the lines state siblings that the claim does not."""
    text = " ; ".join(lines)
    folded = text.casefold()
    said = [each for each in stated_in(_QUOTATION.sub(" ", text)).names if each not in stated.names]
    keyed = _keyed(lines)
    for name in stated.names:
        if states(folded, name):
            continue
        like = [each for each in said if form(each) == form(name)] or _filling_its_place(
            name, stated, keyed, passages
        )
        if like:
            yield f"the line quoted is about {like[0]!r}, not {name!r}; quote the line that shows it"


def _filling_its_place(
    name: str, stated: Stated, keyed: Sequence[tuple[str, str]], passages: Passages
) -> list[str]:
    """What the quoted lines have where the name stands elsewhere in the evidence.

    A claim that denies or contrasts something may well name what its quotes do not.
    """
    if not is_plain(stated.text):
        return []
    own = {key for key, value in _keyed(passages.whole) if value == name.casefold()}
    known = {each.casefold() for each in stated.names}
    return [value for key, value in keyed if key in own and value not in known]


def _keyed(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Kinds of things with their names, as lines write them: ``table a``, ``"FunctionName": "a"``."""
    return [
        (found["key"].casefold(), found["value"].casefold().rstrip(".:/-"))
        for line in lines
        for found in _KEYED.finditer(line)
    ]


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
