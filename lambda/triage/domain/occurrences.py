"""Occurrences: how often a log error has to come, and within which time, before it is investigated."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage.domain.signal import LogError

MAX_LEAST = 1_000
MAX_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class OccurrenceRule:
    """An error is investigated when it came ``least`` times within ``within``."""

    least: int = 1
    within: timedelta = timedelta(minutes=10)


_RULE = re.compile(r"-min-([0-9]{1,4})-in-([0-9]{1,4})-minutes\Z")


def rule_of(subscriptions: Iterable[str]) -> OccurrenceRule | None:
    """The rule that a subscription filter's own name states (``alarm-triage-min-5-in-10-minutes``), if one does.

    The name is all that a batch tells of its subscription, so ``modules/log-source`` writes a log group's own rule
    into it.
    """
    for name in subscriptions:
        if found := _RULE.search(name):
            least, minutes = int(found[1]), timedelta(minutes=int(found[2]))
            if 1 <= least <= MAX_LEAST and timedelta(0) < minutes <= MAX_WITHIN:
                return OccurrenceRule(least, minutes)
    return None


@dataclass(frozen=True)
class Occurrence:
    """Lines of one error that arrived together.

    Attributes:
        at: when the first of them was written.
        count: how many they are.
        id: the same when the same lines arrive again.
    """

    at: datetime
    count: int
    id: str

    @classmethod
    def of(cls, error: LogError) -> Occurrence:
        """The lines of a signal."""
        what = (*error.log_streams, error.first_at.isoformat(), error.last_at.isoformat(), str(error.count))
        return cls(error.first_at, error.count, hashlib.sha256("\n".join(what).encode()).hexdigest()[:16])

    def written(self) -> str:
        """One word that sorts by time: ``2026-11-21T03:02:00.215000Z/17/<id>``."""
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}/{self.count}/{self.id}"

    @classmethod
    def read(cls, written: str) -> Occurrence:
        """What :meth:`written` wrote.

        Raises:
            ValueError: it wrote something else.
        """
        at, count, known_as = written.split("/")
        return cls(datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC), int(count), known_as)


def since(occurrences: Iterable[Occurrence], moment: datetime) -> tuple[Occurrence, ...]:
    """Those that are not older than a moment, oldest first, each once."""
    kept = {one.written(): one for one in occurrences if one.at >= moment}
    return tuple(kept[key] for key in sorted(kept))


def total(occurrences: Iterable[Occurrence]) -> int:
    """How many lines they are together."""
    return sum(one.count for one in occurrences)
