"""``per second`` and ``a day`` in claims, against the period that the quoted lines count in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.figures import countable
from triage.agent.grounding.numbers import NUMBER, number, numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.passages import Passages

_SECONDS = {"second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86_400, "month": 2_592_000}
_PER = re.compile(
    r"[^.;,\d]{0,40}?(?:\bper|\ban?|\bevery|\beach|/)\s?(?P<unit>second|sec|minute|min|hour|day|month)\b", re.IGNORECASE
)
_PERIOD = re.compile(
    r"\b(?:Sum|SampleCount)\s(?P<seconds>\d{1,5})s\b|\bper\s(?P<unit>second|minute|hour|day|month)\b"
    r"|(?P<percent>%|\bPercent\b)",
    re.IGNORECASE,
)


def against_rates(statement: str, passages: Passages) -> Iterator[str]:
    """``100 a second`` where the line quoted counts them by the minute."""
    text = countable(statement)
    for found in NUMBER.finditer(text):
        per = _PER.match(text, found.end())
        if not per or found["unit"]:
            continue
        said, wanted = _SECONDS[per["unit"].lower()], number(found)
        for line in passages.lines:
            period = _PERIOD.search(line)
            if period and _seconds(period) != said and any(each.value == wanted.value for each in numbers_in(line)):
                yield f"the line quoted counts {found[0]} by another period ({period[0]!r}): correct it"


def _seconds(period: re.Match[str]) -> int:
    if period["seconds"]:
        return int(period["seconds"])
    return _SECONDS[period["unit"].lower()] if period["unit"] else 0
