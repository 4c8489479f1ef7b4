"""Who did something: a claim must not give the deed of a quoted line to somebody who did another.

Trails tell one call a line, with whoever made it behind ``by`` or ``user=``. Two people in one answer are both
"in the evidence"; only the line quoted says whose call it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.identifiers import states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage.agent.grounding.reading.passages import Passages
    from triage.agent.grounding.reading.statements import Stated

MAX_LINES = 400
_ACTOR = re.compile(
    r"(?:\bby\s|\b(?:user|user_?name|user_?identity|user_?arn|principal|principal_?id|caller|actor|author)"
    r"[\"']?\s?[:=]\s?[\"']?)(?P<who>[\w+=,.@:/-]{2,200})",
    re.IGNORECASE,
)


def against_actors(stated: Stated, passages: Passages) -> Iterator[str]:
    """Somebody whom the quoted lines do not name, while they name somebody else as who did it."""
    quoted = set(_actors(passages.lines))
    if not quoted or any(_is_named(who, stated.text) for who in quoted):
        return
    text = " ; ".join(passages.lines).casefold()
    others = set(_actors(line for line in passages.whole[:MAX_LINES] if line not in passages.lines))
    told = {*stated.names, *(who.rpartition("/")[2] for who in others if _is_named(who, stated.text))}
    for name in sorted(told):
        if not states(text, name) and any(states(who, name) for who in others):
            yield f"the line quoted has {min(quoted)!r} as who did it, not {name!r}; quote the line that shows it"


def _actors(lines: Iterable[str]) -> Iterator[str]:
    return (found["who"].rstrip(".,:").casefold() for line in lines for found in _ACTOR.finditer(line))


def _is_named(who: str, text: str) -> bool:
    """Whether a text names them, in full or by the last part that tells them from others."""
    folded = text.casefold()
    return any(states(folded, part) for part in (who, who.rpartition("/")[2], *who.split("/")) if len(part) > 2)
