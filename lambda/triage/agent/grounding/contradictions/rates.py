"""``per second`` and ``a day`` in claims, against the period that the quoted lines count in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.agent.grounding.reading.figures import countable
from triage.agent.grounding.reading.numbers import NUMBER, number, numbers_in
from triage.agent.grounding.reading.places import pieces_of
from triage.agent.grounding.reading.series import series_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.agent.grounding.reading.passages import Passages

_SECONDS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "day": 86_400,
    "month": 2_592_000,
}
_PER = re.compile(
    r"[^.;,\d]{0,40}?(?:\bper|\ban?|\bevery|\beach|/)\s?(?P<unit>second|sec|minute|min|hour|day|month)\b",
    re.IGNORECASE,
)
_IS_MULTIPLE = re.compile(r"\s?(?:times|fold|x)\b")
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
        if not per or found["unit"] or _IS_MULTIPLE.match(text, found.end()):
            continue
        said, wanted = _SECONDS[per["unit"].lower()], number(found)
        for part in _parts(passages):
            period = _PERIOD.search(part)
            if (
                period
                and _seconds(period) != said
                and any(each.value == wanted.value for each in numbers_in(part))
            ):
                yield f"the line quoted counts {found[0]} by another period ({period[0]!r}): correct it"


def _parts(passages: Passages) -> Iterator[str]:
    """What one period is meant for: a line of values over time, or a piece of another."""
    for line in passages.lines:
        if next(series_in(line), None):
            yield line
        else:
            yield from (piece.text for piece in pieces_of(line))


def _seconds(period: re.Match[str]) -> int:
    if period["seconds"]:
        return int(period["seconds"])
    return _SECONDS[period["unit"].lower()] if period["unit"] else 0
