"""Periods of time in queries (`5m`, `1h`) and the timestamps they cut.

User guide, "stats" (units of bin) and "Datetime functions".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local_aws.logs.insights.errors import QueryError

_MILLISECONDS = {
    "ms": 1,
    "msec": 1,
    "millisecond": 1,
    "s": 1000,
    "sec": 1000,
    "second": 1000,
    "m": 60_000,
    "min": 60_000,
    "minute": 60_000,
    "h": 3_600_000,
    "hr": 3_600_000,
    "hour": 3_600_000,
    "d": 86_400_000,
    "day": 86_400_000,
}

_CALENDAR = frozenset({"w", "week", "mo", "mon", "month", "q", "qtr", "quarter", "y", "yr", "year"})
"""Units AWS knows and this local AWS does not: where AWS lets a week begin is not documented."""

_WRITTEN = re.compile(r"(\d+)([A-Za-z]+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = int((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds() * 1000)


@dataclass(frozen=True)
class Period:
    """A length of time, in milliseconds."""

    milliseconds: int


@dataclass(frozen=True, order=True)
class Timestamp:
    """A moment, in milliseconds since the epoch."""

    milliseconds: int

    def __str__(self) -> str:
        """As query results show it: UTC, `YYYY-MM-DD HH:MM:SS.mmm`."""
        within = min(max(self.milliseconds, 0), _LAST_MS)
        moment = _EPOCH + timedelta(milliseconds=within)
        return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{within % 1000:03d}"

    def floor(self, period: Period) -> Timestamp:
        """Cut down to a multiple of the period since the epoch."""
        return Timestamp(self.milliseconds // period.milliseconds * period.milliseconds)

    def ceiling(self, period: Period) -> Timestamp:
        """Rounded up to a multiple of the period since the epoch."""
        return Timestamp(-(-self.milliseconds // period.milliseconds) * period.milliseconds)


def parse_period(written: str) -> Period:
    """A period as it is written.

    Raises:
        QueryError: it is none, or in a unit this local AWS does not know.
    """
    match = _WRITTEN.fullmatch(written)
    unit = match.group(2).lower() if match else ""
    singular = unit if unit in _MILLISECONDS or unit in _CALENDAR else unit.removesuffix("s")
    if match is None or (singular not in _MILLISECONDS and singular not in _CALENDAR):
        raise QueryError(f"'{written}' is no period of time such as 30s, 5m, 1h or 1d")
    if singular in _CALENDAR:
        raise QueryError(f"This local AWS does not cut time by '{written}'; it knows ms, s, m, h and d.")
    length = int(match.group(1)) * _MILLISECONDS[singular]
    if not length:
        raise QueryError(f"'{written}' is no period of time: it is empty")
    return Period(length)
