"""Maintenance windows: times during which alarms are expected, and told together instead of one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

MAX_DURATION = timedelta(days=7)


class Schedule(Protocol):
    """When windows begin."""

    def next_after(self, moment: datetime) -> datetime | None:
        """The first beginning after a moment, in UTC; ``None`` when there is no more."""


@dataclass(frozen=True)
class MaintenanceWindow:
    """A recurring window and the alarms it is about.

    Attributes:
        name: shown to people as the reason why an alarm was not investigated.
        schedule: when it begins.
        duration: time that passes until it ends; a change of clocks makes it neither longer nor shorter.
        alarm_name_patterns: of which one must match the alarm's name, in its case; ``*`` stands for any
            characters, ``?`` for one.
        alarm_tags: tags the alarm must carry, all of them.
    """

    name: str
    schedule: Schedule
    duration: timedelta
    alarm_name_patterns: tuple[str, ...] = ("*",)
    alarm_tags: Mapping[str, str] = field(default_factory=dict)

    def is_open(self, now: datetime) -> bool:
        """Whether a window began less than its duration ago."""
        began = self.schedule.next_after(now - self.duration)
        return began is not None and began <= now

    def is_about(self, alarm_name: str, tags: Mapping[str, str]) -> bool:
        """Whether the window was made for an alarm."""
        return any(_matches(alarm_name, pattern) for pattern in self.alarm_name_patterns) and all(
            tags.get(key) == value for key, value in self.alarm_tags.items()
        )


def open_window(
    windows: Iterable[MaintenanceWindow], alarm_name: str, tags: Mapping[str, str], now: datetime
) -> MaintenanceWindow | None:
    """The first window that is open now and about this alarm, or ``None``."""
    return next((window for window in windows if window.is_about(alarm_name, tags) and window.is_open(now)), None)


def _matches(name: str, pattern: str) -> bool:
    """Brackets, which mean a choice of characters elsewhere, stand for themselves."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))
