"""Things of one kind in the same evidence: a claim about one does not hold by what a line says of another.

Names are siblings when they have the same form: two pods, two instances.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import states
from triage.agent.grounding.reading.statements import stated_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.agent.grounding.reading.statements import Stated

_VARYING = re.compile(r"[0-9a-f]{6,}|\d+")
_PARTS = re.compile(r"([^a-z0-9]+)")
_RANDOM = re.compile(r"(?=[a-z]*\d)[a-z]*\d+[a-z][a-z0-9]*|(?=.{5,})[^aeiou\d]+")
_POD = re.compile(r"-[a-z0-9]{8,10}-(?P<own>[a-z0-9]{5})$")
_QUOTATION = re.compile(r"[\"'`]")


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
