"""Which alarms flap, and what their own history says could be done about it.

Advice is given only where the history shows its reason, with the numbers; an alarm that flaps for no visible
reason is listed without.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from triage.domain.signal import AlarmState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cli.aws.alarms import Alarm, Transition

LEAST_RINGS = 5
"""Fewer changes to ALARM say nothing about a habit."""
SHORT = timedelta(minutes=10)
NEAR = 0.1
_MOST_OF = 0.6
_SHARE_WITHOUT_DATA = 0.3
_M, _N = 3, 5


@dataclass(frozen=True)
class Flapper:
    """An alarm that rings often.

    Attributes:
        median_in_alarm: half of the times it was in ALARM for less; ``None`` when it never left it.
        advice: what to change, each with the reason.
    """

    name: str
    rings: int
    median_in_alarm: timedelta | None
    advice: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        median = self.median_in_alarm
        return {
            "name": self.name,
            "rings": self.rings,
            "median_in_alarm_s": median.total_seconds() if median is not None else None,
            "advice": list(self.advice),
        }


@dataclass(frozen=True)
class History:
    """The changes of one alarm, oldest first, and its definition where it still exists."""

    name: str
    changes: tuple[Transition, ...]
    definition: Mapping[str, Any]

    @property
    def rings(self) -> list[Transition]:
        """Changes to ALARM."""
        return [one for one in self.changes if one.state == AlarmState.ALARM]

    @property
    def times_in_alarm(self) -> list[timedelta]:
        """How long each one lasted that is over; contributors of an alarm have their own."""
        lasted: list[timedelta] = []
        since: dict[str | None, datetime] = {}
        for one in self.changes:
            series = (one.contributor or {}).get("id")
            if one.state == AlarmState.ALARM:
                since.setdefault(series, one.at)
            elif series in since:
                lasted.append(one.at - since.pop(series))
        return lasted

    @property
    def period(self) -> timedelta:
        """Of a datapoint; a minute where the definition does not say."""
        queries = self.definition.get("Metrics") or ()
        periods = [query["MetricStat"]["Period"] for query in queries if "MetricStat" in query]
        return timedelta(seconds=self.definition.get("Period") or next(iter(periods), 60))


def flappers(transitions: Sequence[Transition], alarms: Sequence[Alarm], most: int) -> list[Flapper]:
    """The alarms that rang most often, at least ``LEAST_RINGS`` times."""
    definitions = {alarm.name: alarm.described for alarm in alarms}
    changes: dict[str, list[Transition]] = {}
    for one in transitions:
        changes.setdefault(one.alarm_name, []).append(one)
    histories = (History(name, tuple(found), definitions.get(name, {})) for name, found in changes.items())
    often = [history for history in histories if len(history.rings) >= LEAST_RINGS]
    often.sort(key=lambda history: (-len(history.rings), history.name))
    return [_judged(history) for history in often[:most]]


def _judged(history: History) -> Flapper:
    lasted = history.times_in_alarm
    seconds = [one.total_seconds() for one in lasted]
    median = timedelta(seconds=statistics.median(seconds)) if seconds else None
    advice = tuple(said for rule in _RULES if history.definition for said in rule(history))
    return Flapper(history.name, len(history.rings), median, advice)


def _short_episodes(history: History) -> Iterator[str]:
    """Over within a few periods: ask for more bad datapoints before it rings."""
    needed = int(history.definition.get("DatapointsToAlarm") or history.definition.get("EvaluationPeriods") or 1)
    lasted, limit = history.times_in_alarm, max(_M * history.period, SHORT)
    short = [one for one in lasted if one <= limit]
    if "EvaluationPeriods" in history.definition and needed < _M and len(short) >= _MOST_OF * len(history.rings):
        yield (
            f"{len(short)} of {len(history.rings)} times it left ALARM within {words(limit)}, and {needed} bad "
            f"{'datapoint rings' if needed == 1 else 'datapoints ring'} it: try datapoints_to_alarm = {_M} of "
            f"evaluation_periods = {_N}"
        )


def _missing_data(history: History) -> Iterator[str]:
    """States without data, or data that is missing and counts as bad."""
    treated = history.definition.get("TreatMissingData") or "missing"
    without = [
        one for one in history.changes if AlarmState.INSUFFICIENT_DATA in (one.state, one.before.get("stateValue"))
    ]
    if treated == "missing" and len(without) >= _SHARE_WITHOUT_DATA * len(history.changes):
        yield (
            f"{len(without)} of {len(history.changes)} changes lead to or from INSUFFICIENT_DATA: set "
            'treat_missing_data ("notBreaching" where no data means that nothing happened, else "ignore")'
        )
    silent = [one for one in history.rings if _rang_without_data(one)]
    if treated == "breaching" and len(silent) >= _MOST_OF * len(history.rings):
        yield (
            f"{len(silent)} of {len(history.rings)} times missing data rang it, which counts as breaching: if the "
            "metric pauses by nature, use a longer period or a heartbeat that is always sent"
        )


def _rang_without_data(one: Transition) -> bool:
    reason = str(one.after.get("stateReason") or "").lower()
    return "no datapoints were received" in reason or "missing datapoint" in reason


def _near_threshold(history: History) -> Iterator[str]:
    """Rings at the edge of what is normal."""
    beyond = [each for each in map(_beyond_threshold, history.rings) if each is not None]
    near = [each for each in beyond if each <= NEAR]
    if len(beyond) >= LEAST_RINGS and len(near) >= _MOST_OF * len(beyond):
        yield (
            f"{len(near)} of {len(beyond)} times the datapoint was within {NEAR:.0%} of the threshold: that lies "
            "at the edge of what is normal; move it, or use an anomaly detection band"
        )


def _beyond_threshold(one: Transition) -> float | None:
    """How far the latest datapoint was beyond the threshold, as a share of it."""
    data = one.after.get("stateReasonData")
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            return None
    if not isinstance(data, dict):
        return None
    threshold, recent = (
        data.get("threshold"),
        [each for each in data.get("recentDatapoints") or () if each is not None],
    )
    if not isinstance(threshold, int | float) or not threshold or not recent:
        return None
    return float(abs(recent[-1] - threshold) / abs(threshold))


def _same_hour(history: History) -> Iterator[str]:
    """Rings at the same hour on most days: a schedule, not an incident."""
    days = {one.at.date() for one in history.rings}
    if not days or len(days) < LEAST_RINGS - 1:
        return
    hours = Counter(hour for hour, _ in {(one.at.hour, one.at.date()) for one in history.rings})
    hour, on_days = hours.most_common(1)[0]
    in_hour = sum(one.at.hour == hour for one in history.rings)
    if on_days >= _MOST_OF * len(days) and in_hour >= _MOST_OF * len(history.rings):
        yield (
            f"it rings between {hour:02}:00 and {(hour + 1) % 24:02}:00 UTC on {on_days} of the {len(days)} days "
            "it rang: if that is a job that may, give it a maintenance window"
        )


_RULES: tuple[Callable[[History], Iterator[str]], ...] = (
    _short_episodes,
    _missing_data,
    _near_threshold,
    _same_hour,
)


def words(span: timedelta) -> str:
    """A span for people: ``90 s``, ``10 min``, ``3 h``, ``2 d``."""
    seconds = span.total_seconds()
    for unit, size, least in (("d", 86_400, 2 * 86_400), ("h", 3_600, 2 * 3_600), ("min", 60, 120)):
        if seconds >= least:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
