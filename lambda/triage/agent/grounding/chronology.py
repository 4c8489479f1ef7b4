"""``before`` and ``after`` between two points in time that a claim states."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.agent.grounding.normalising import normalised
from triage.agent.grounding.times import TIME, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

HALF_A_DAY = 43_200

# Not "at 10:05 and, after a restart at 10:09, …": the time that follows belongs to what is said next.
_ORDER = re.compile(
    r"(?:(?!\band\b|\bthen\b|\bnot\b|\bno\b|\bnone\b|[,.;:]).)*"
    r",?\s(?:[\w.]+\s(?:s|sec|seconds?|min|minutes?|h|hours?|days?)\s)?"
    r"(?:(?P<before>before|prior to|earlier than|ahead of)|(?P<after>after|later than))\s[^.;:]{1,80}",
    re.IGNORECASE,
)


def against_chronology(statement: str) -> Iterator[str]:
    """Where the first of two times is said to be before the second and is after it, or the other way round."""
    text = normalised(statement)
    for one, other in pairwise(TIME.finditer(text)):
        order = _ORDER.fullmatch(text, one.end(), other.start())
        seconds = _between(one, other)
        if order and seconds and (seconds < 0) is (order["before"] is not None):
            word = "after" if order["before"] else "before"
            yield f"{one[0].strip()} is {word} {other[0].strip()}: correct the order or the times"


def _between(one: re.Match[str], other: re.Match[str]) -> float | None:
    """Seconds from one to the other; ``None`` where a day that is not stated may turn them round."""
    first, second = moment(one), moment(other)
    if first is None or second is None:
        return None
    seconds = second.seconds_since(first)
    if seconds is None or not ((first.day and second.day) or abs(seconds) < HALF_A_DAY):
        return None
    return seconds
