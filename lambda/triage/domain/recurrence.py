"""Recurrence: which time an alarm is investigated, and what earlier investigations found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from triage.domain.memory import Remembered
from triage.domain.report import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from triage.domain.report import Citation

DAYS = 30
"""Days before an alarm in which its earlier investigations are counted."""

MAX_COUNTED = 50
"""Earlier investigations of an alarm that are counted; beyond it the count says "more than"."""


@dataclass(frozen=True)
class Recalled:
    """What memory says before an investigation; each list newest first.

    Attributes:
        times: earlier investigations of the alarm within ``DAYS``.
        is_least: whether there may be more.
        of_alarm: the latest of the alarm itself.
        of_resource: the latest of other alarms on its resource.
        of_cause: the latest elsewhere with the kind of cause that the first look suggests.
        gap: why it could not be read, or not all of it.
    """

    times: int = 0
    is_least: bool = False
    of_alarm: tuple[Remembered, ...] = ()
    of_resource: tuple[Remembered, ...] = ()
    of_cause: tuple[Remembered, ...] = ()
    gap: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell, not even that it could not be read."""
        return not (self.of_alarm or self.of_resource or self.of_cause or self.gap)

    def to_json(self) -> dict[str, Any]:
        """A JSON object from which :meth:`from_json` restores an equal value."""
        return {
            "times": self.times,
            "is_least": self.is_least,
            "of_alarm": [one.to_json() for one in self.of_alarm],
            "of_resource": [one.to_json() for one in self.of_resource],
            "of_cause": [one.to_json() for one in self.of_cause],
            "gap": self.gap,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recalled:
        """Restore a value written by :meth:`to_json`.

        Raises:
            KeyError, TypeError, ValueError: the object was not written by :meth:`to_json`.
        """
        of_alarm, of_resource, of_cause = (
            tuple(Remembered.from_json(one) for one in data[name])
            for name in ("of_alarm", "of_resource", "of_cause")
        )
        return cls(int(data["times"]), bool(data["is_least"]), of_alarm, of_resource, of_cause, data["gap"])


NOTHING_RECALLED = Recalled()


@dataclass(frozen=True)
class Recurrence:
    """That something like this was investigated before, for the report.

    Attributes:
        times: which time this is within ``DAYS``, this one included.
        is_least: whether it may be a later one.
        last: the latest investigation of the alarm; ``None`` for the first one.
        related: the latest of another alarm on the resource.
        citation: where the evidence shows it.
    """

    times: int
    is_least: bool
    last: Remembered | None
    related: Remembered | None
    citation: Citation

    @property
    def earlier(self) -> Remembered | None:
        """The investigation whose report is worth a look first."""
        return self.last or self.related


def counted(found: tuple[Remembered, ...], fired_at: datetime) -> int:
    """How many of these fall into the days before an alarm."""
    since = fired_at - timedelta(days=DAYS)
    return sum(since <= one.at for one in found)


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``11th``."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def told(recurrence: Recurrence) -> str:
    """Which time it is, and what the last investigation of the alarm found."""
    if recurrence.last is None:
        return "First investigation of this alarm that is remembered."
    more = f"More than {recurrence.times - 1} times"
    times = more if recurrence.is_least else f"{ordinal(recurrence.times)} time"
    return f"{times} in {DAYS} days; last: {_told_of(recurrence.last)}"


def told_related(one: Remembered) -> str:
    """What was found about another alarm on the resource."""
    return f"On the same resource {one.alarm}, {_told_of(one)}"


def _told_of(one: Remembered) -> str:
    by_code = ", first look only" if one.origin is Origin.FIRST_LOOK else ""
    kind, sure = one.category.value.replace("_", " "), f"{one.confidence.value}{by_code}"
    said = "none"
    if one.feedback is not None:
        said = one.feedback.verdict.value + (f" ({one.feedback.note})" if one.feedback.note else "")
    cause = one.cause.rstrip(".")
    return f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, cause {kind} ({sure}): {cause}. Feedback: {said}."
