"""The one time of a claim, against the one time that the lines it quotes from have.

An output lists many things of one kind, and a claim about one of them with the time of another would hold, since
both are in the evidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.statements import Stated, StatedTime, stated_in
from triage.agent.grounding.reading.times import TIME, with_clock_of_cron

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NOTHING = re.compile(r"\b(?:no|none|nothing|never)\b|\[\]|(?<![\w.,:-])0(?![\w:-]|[.,]\d*[1-9])", re.IGNORECASE)
_QUOTATION = re.compile(r"[\"'`]")


def told_otherwise(stated: Stated, lines: Sequence[str]) -> Iterator[str]:
    """Times that the quoted lines give otherwise than the claim."""
    text = with_clock_of_cron(_QUOTATION.sub(" ", " ; ".join(lines)))
    says_nothing = bool(_NOTHING.search(TIME.sub("@", text)))
    said = stated_in(text).times
    if not all(map(TIME.search, lines)):
        return
    if len(stated.times) != 1 or len({each.moment for each in said}) != 1:
        return
    if any(_agree(one, other) for one in stated.times for other in said):
        return
    for time in stated.times:
        if any(time.bounds(each.moment) for each in said):
            continue
        if not time.about and time.moment.minute is not None and not (time.bounds_nothing and says_nothing):
            yield f"the line quoted says {said[0].text}, not {time.text}; quote the line that shows it"


def _agree(stated: StatedTime, said: StatedTime) -> bool:
    return stated.moment.is_shown_by(said.moment)
