"""Which datapoints a time range and a period give.

After the API reference of GetMetricData and GetMetricStatistics, whose rules are the same: the start time is
rounded down, periods count from there, the end is exclusive, and data too old for the period is not returned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local_aws.metrics.store import Observation

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400

HIGH_RESOLUTION_PERIODS = (1, 5, 10, 20, 30)

_RETENTION = ((HOUR_S, 455 * DAY_S), (300, 63 * DAY_S), (MINUTE_S, 15 * DAY_S), (1, 3 * HOUR_S))
"""For how long datapoints of a period (or a multiple of it) are available, in seconds."""

_START_ROUNDING = ((63 * DAY_S, HOUR_S), (15 * DAY_S, 300), (0, MINUTE_S))


def valid_period(seconds: int) -> bool:
    """Whether CloudWatch knows the period."""
    return seconds in HIGH_RESOLUTION_PERIODS or (seconds > 0 and seconds % MINUTE_S == 0)


@dataclass(frozen=True)
class Window:
    """A time range in periods.

    Attributes:
        start: Epoch seconds of the first period, rounded as CloudWatch rounds it.
        end: Epoch seconds, exclusive.
        period: Seconds.
        oldest: What is older than this is not returned at this period.
    """

    start: float
    end: float
    period: int
    oldest: float = 0.0

    @classmethod
    def asked(cls, start: float, end: float, period: int, now: float) -> Window:
        """The window of a request made `now`, all in epoch seconds."""
        grain = period if period < MINUTE_S else _start_grain(now - start)
        available = next(age for multiple, age in _RETENTION if period % multiple == 0)
        return cls(start // grain * grain, end, period, now - available)

    def slot(self, timestamp: float) -> float:
        """The start of the period a time is in."""
        return self.start + (timestamp - self.start) // self.period * self.period

    def slots(self) -> Iterator[float]:
        """The start of every period."""
        slot = self.start
        while slot < self.end:
            yield slot
            slot += self.period

    def sorted_in(self, observations: Iterable[Observation]) -> dict[float, list[Observation]]:
        """Observations by the start of their period, oldest first; those this period cannot show are left out."""
        found: dict[float, list[Observation]] = {}
        for one in observations:
            if one.timestamp >= self.oldest and (self.period >= MINUTE_S or one.resolution < MINUTE_S):
                found.setdefault(self.slot(one.timestamp), []).append(one)
        return found


def _start_grain(age: float) -> int:
    return next(grain for limit, grain in _START_ROUNDING if age > limit or limit == 0)
