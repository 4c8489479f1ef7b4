"""When lines began to come often, where a few came before as they always do. Pure."""

from __future__ import annotations

import statistics
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_FEWEST = 6
#: Lines belong together when no more than so many of their usual gaps, or so much time, lies between them.
_GAPS = 5
_LEAST_GAP = timedelta(minutes=2)
#: What came before may be so large a share of all, and so much rarer than what followed.
_BACKGROUND = 0.2
_RARER = 5.0


def burst_began(times: Sequence[datetime], onset: datetime, start: datetime, end: datetime) -> datetime | None:
    """The first line of those that came often; None where nothing came before it but what may belong to it.

    Args:
        times: Of all lines.
        onset: When the trouble began, as far as it is known.
        start: From when the log was read.
        end: Until when.
    """
    ordered = sorted(times)
    since = [each for each in ordered if each >= onset]
    if len(since) < _FEWEST or len(since) == len(ordered):
        return None
    usual = statistics.median((later - earlier).total_seconds() for earlier, later in pairwise(since))
    near = max(_LEAST_GAP, timedelta(seconds=_GAPS * usual))
    first = len(ordered) - len(since)
    while first and ordered[first] - ordered[first - 1] <= near:
        first -= 1
    while first + 1 < len(ordered) and ordered[first + 1] - ordered[first] > near:
        first += 1
    return ordered[first] if _is_background(ordered, first, start, end) else None


def _is_background(ordered: Sequence[datetime], first: int, start: datetime, end: datetime) -> bool:
    """Whether what came before the first of the burst is a few lines among many, and far rarer."""
    if not 0 < first <= _BACKGROUND * len(ordered):
        return False
    before = max(60.0, (ordered[first] - start).total_seconds())
    after = max(60.0, (end - ordered[first]).total_seconds())
    return (len(ordered) - first) / after >= _RARER * first / before
