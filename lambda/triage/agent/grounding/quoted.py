"""The lines that a claim quotes from, against details that stand elsewhere in the same evidence.

An output lists many things of one kind, and a claim about one of them with the name or the time of another would
hold, since both are in the evidence. It does not when the quoted lines themselves say it otherwise: they hold a
time, and not that of the claim; or a name of the same form, and not that of the claim.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.identifiers import states
from triage.agent.grounding.normalising import normalised
from triage.agent.grounding.statements import Stated, StatedTime, stated_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.domain.evidence import Evidence
    from triage.domain.report import Citation

_QUOTATION = re.compile(r"[\"'`]")
_VARYING = re.compile(r"[0-9a-f]{6,}|\d+")


def lines_quoted(evidence: Evidence, citation: Citation) -> Iterator[str]:
    """The lines of evidence that a quote is from; none for one that runs over several lines."""
    quote = normalised(citation.quote)
    return (line for line in map(normalised, evidence.output.splitlines()) if quote in line)


def told_otherwise(stated: Stated, lines: Sequence[str]) -> Iterator[str]:
    """What the quoted lines say otherwise than the claim."""
    text = " ; ".join(lines)
    said = stated_in(_QUOTATION.sub(" ", text))
    yield from _times(stated.times, said.times)
    folded = text.casefold()
    for name in stated.names:
        if states(folded, name):
            continue
        like = [each for each in said.names if _form(each) == _form(name) and each not in stated.names]
        if like:
            yield f"the line quoted is about {like[0]!r}, not {name!r}; quote the line that shows it"


def _times(stated: Sequence[StatedTime], said: Sequence[StatedTime]) -> Iterator[str]:
    if not said or any(_agree(one, other) for one in stated for other in said):
        return
    for time in stated:
        if not time.about and time.moment.minute is not None:
            yield f"the line quoted says {said[0].text}, not {time.text}; quote the line that shows it"


def _agree(stated: StatedTime, said: StatedTime) -> bool:
    return stated.moment.is_shown_by(said.moment)


def _form(name: str) -> str:
    return _VARYING.sub("#", name.casefold())
