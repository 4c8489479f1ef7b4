"""Points in time as people, AWS and models write them, compared in UTC.

A time in a claim holds when evidence states it: to the minute, or to the second where the claim gives seconds; and
on the same day where both say the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAP_YEAR = 2000
"""What stands for a year that is not stated, so that every day of a year can be written."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO_DATE = r"(?P<year>20\d\d)(?P<apart>[-./])(?P<month>0[1-9]|1[0-2])(?P=apart)(?P<day>0[1-9]|[12]\d|3[01])"
_SLASH_DATE = r"(?P<sday>0[1-9]|[12]\d|3[01])/(?P<smonth>0[1-9]|1[0-2])/(?:20)?(?P<syear>\d\d)"
_WORD_DATE = (
    rf"(?:(?P<wday>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<wmonth>{_MONTH})\b\.?|"
    rf"(?P<amonth>{_MONTH})\b\.?\s(?P<aday>\d{{1,2}})(?:st|nd|rd|th)?\b)(?:,?\s(?P<wyear>20\d\d))?"
)
_EPOCH = r"(?P<epoch>1[6-9]\d{8}(?:\d{3})?)(?:\.\d+)?"


def _clock(of: str, zones: str) -> str:
    """A time of day with an optional zone; ``of`` tells its groups from those of another one."""
    return (
        rf"(?P<{of}hour>[01]?\d|2[0-3]):(?P<{of}minute>[0-5]\d)(?::(?P<{of}second>[0-5]\d)(?:[.,]\d{{1,12}})?)?"
        rf"(?:\s?(?P<{of}zone>{zones}))?"
    )


_NAMED = r"Z\b|UTC\b|GMT\b"
# Without a date, what follows a dash is the end of a span: "02:58-03:05".
_ANY_ZONE = rf"{_NAMED}|[+-](?:0\d|1[0-4]):?[0-5]\d\b"
_DATE = rf"(?:{_ISO_DATE}|{_SLASH_DATE}|{_WORD_DATE})(?:(?:[T_+]|,?\s(?:at\s)?){_clock('d', _ANY_ZONE)})?"
TIME = re.compile(
    rf"(?:(?<![\w.:/])(?<![A-Za-z_]-)|(?<=\dZ/))(?:{_DATE}|{_clock('c', _NAMED)}|{_EPOCH})"
    r"(?!\w|:\w|-[A-Za-z]|\.\d)",
    re.IGNORECASE,
)
"""One point in time: a date, a date and a time of day, a time of day, or seconds or milliseconds since 1970."""


_CRON = re.compile(r"\bcron\((?P<minute>[0-5]?\d) (?P<hour>[01]?\d|2[0-3]) ")


def with_clock_of_cron(text: str) -> str:
    """A text with the time of day that a schedule's expression means: ``cron(30 2 * * ? *)`` is 02:30."""
    return _CRON.sub(lambda found: f"cron({int(found['hour']):02}:{int(found['minute']):02} ", text)


@dataclass(frozen=True)
class Moment:
    """A point in time as far as it is stated, in UTC.

    Attributes:
        day: ``None`` where only a time of day is given.
        day_has_year: whether the year of ``day`` was stated.
        minute: of the day, ``None`` where only a day is given.
        second: ``None`` where it is given to the minute.
    """

    day: date | None
    minute: int | None
    second: int | None = None
    day_has_year: bool = True

    def is_shown_by(self, stated: Moment) -> bool:
        """Whether evidence that states ``stated`` shows this point in time."""
        return self._same_day(stated) and self._same_clock(stated)

    def seconds_since(self, other: Moment) -> float | None:
        """Seconds from ``other`` to this; ``None`` when one of them has no time of day."""
        if self.minute is None or other.minute is None:
            return None
        clocks = (self.minute - other.minute) * 60 + (self.second or 0) - (other.second or 0)
        return clocks + self._days_since(other) * 86_400

    def _days_since(self, other: Moment) -> int:
        """0 where one of them is only a time of day; within one year where one of them states none."""
        if self.day is None or other.day is None:
            return 0
        if self.day_has_year and other.day_has_year:
            return (self.day - other.day).days
        return (self.day.replace(year=LEAP_YEAR) - other.day.replace(year=LEAP_YEAR)).days

    def _same_day(self, stated: Moment) -> bool:
        if self.day is None or stated.day is None:
            return self.minute is not None
        if self.day_has_year and stated.day_has_year:
            return self.day == stated.day
        return (self.day.month, self.day.day) == (stated.day.month, stated.day.day)

    def _same_clock(self, stated: Moment) -> bool:
        if self.minute is None:
            return True
        if self.minute != stated.minute:
            return False
        return self.second is None or stated.second is None or self.second == stated.second


def moment(found: re.Match[str]) -> Moment | None:
    """What a match of :data:`TIME` says, or ``None`` for a day that no calendar has."""
    part = found.groupdict()
    if part["epoch"]:
        return _of_epoch(part["epoch"])
    try:
        day, has_year = _day(part)
    except ValueError:
        return None
    of = "d" if part["dhour"] else "c"
    if part[f"{of}hour"] is None:
        return Moment(day, None, day_has_year=has_year)
    stated = _in_utc(day, int(part[f"{of}hour"] or 0), int(part[f"{of}minute"] or 0), part[f"{of}zone"])
    second = part[f"{of}second"]
    return replace(stated, second=int(second) if second else None, day_has_year=has_year)


def moments_in(text: str) -> Iterator[Moment]:
    """Every point in time of a text."""
    return (stated for found in TIME.finditer(text) if (stated := moment(found)) is not None)


def clocks_in(text: str) -> list[Moment]:
    """Those of them that give a time of day."""
    return [stated for stated in moments_in(text) if stated.minute is not None]


def _of_epoch(digits: str) -> Moment:
    stated = datetime.fromtimestamp(int(digits[:10]), UTC)
    return Moment(stated.date(), stated.hour * 60 + stated.minute, stated.second)


def _day(part: dict[str, str | None]) -> tuple[date | None, bool]:
    if part["year"]:
        return date(int(part["year"]), int(part["month"] or 0), int(part["day"] or 0)), True
    if part["syear"]:
        return date(2000 + int(part["syear"]), int(part["smonth"] or 0), int(part["sday"] or 0)), True
    month = part["wmonth"] or part["amonth"]
    if month is None:
        return None, True
    year = part["wyear"]
    return date(int(year or LEAP_YEAR), _MONTHS[month.lower()], int(part["wday"] or part["aday"] or 0)), bool(year)


def _in_utc(day: date | None, hour: int, minute: int, zone: str | None) -> Moment:
    stated = datetime.combine(day or date(2000, 1, 2), time(hour, minute), tzinfo=_timezone(zone)).astimezone(UTC)
    return Moment(stated.date() if day else None, stated.hour * 60 + stated.minute)


def _timezone(zone: str | None) -> timezone:
    if zone is None or zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)
